"""Reading deadlines: of one case, and of many at once for lists."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from shared.cases.models import Case
from shared.database import db
from shared.deadlines.models import Deadline
from shared.policies.terms import NOBODY

WAITING = and_(
    Deadline.met_at.is_(None), Deadline.ended_at.is_(None)
)  # nobody has done it yet, broken or not


IS_DUTY = Deadline.duty != NOBODY  # what is nobody's is a threshold: passing it breaks no promise


# Built once: every page of a case asks it.
_OF_CASE = (
    select(Deadline)
    .where(Deadline.case_id == bindparam("case_id"))
    .order_by(Deadline.round, Deadline.started_at, Deadline.due_at, Deadline.id)
)


def of_case(case_id: int) -> Sequence[Deadline]:
    """All clocks of a case: by round, then in the order in which they started and fall due."""
    return db.session.scalars(_OF_CASE, {"case_id": case_id}).all()


def waiting_in_round(case: Case) -> Sequence[Deadline]:
    """The clocks of the present round that nobody has met yet, broken or not."""
    return db.session.scalars(
        select(Deadline)
        .where(Deadline.case_id == case.id, Deadline.round == case.round, WAITING)
        .order_by(Deadline.due_at, Deadline.id)
    ).all()


def nearest_of(case_ids: Collection[int], *, owner_only: bool = False) -> dict[int, Deadline]:
    """Per case the clock that waits longest or soonest falls due, broken ones first; one query.

    Cases on which nothing waits are left out. *owner_only*: the promises made to the owner.
    """
    if not case_ids:
        return {}
    return {d.case_id: d for d in db.session.scalars(_nearest(owner_only), {"case_ids": [*case_ids]})}


@cache
def _nearest(owner_only: bool) -> Select[Any]:
    """Built once: to rank the clocks of a list takes longer in the making than in the asking."""
    wanted = and_(Deadline.case_id.in_(bindparam("case_ids", expanding=True)), WAITING, IS_DUTY)
    if owner_only:
        wanted = and_(wanted, Deadline.owner_sees.is_(True))
    place = func.row_number().over(partition_by=Deadline.case_id, order_by=(Deadline.due_at, Deadline.id))
    ranked = select(Deadline, place.label("place")).where(wanted).subquery()
    return select(aliased(Deadline, ranked)).where(ranked.c.place == 1)


def ripe(at: datetime) -> ColumnElement[bool]:
    """Deadlines that the sweep has to act on: due and unrecorded, or near and untold."""
    running = and_(WAITING, Deadline.breached_at.is_(None), Deadline.paused_at.is_(None))
    return and_(running, Deadline.near_at <= at, or_(Deadline.near_told_at.is_(None), Deadline.due_at < at))


def cases_to_sweep(at: datetime) -> list[int]:
    """Ids of the cases with a ripe deadline, the longest due first."""
    rows = db.session.execute(
        select(Deadline.case_id)
        .where(ripe(at))
        .group_by(Deadline.case_id)
        .order_by(func.min(Deadline.due_at))
    )
    return [case_id for (case_id,) in rows]


def parked_cases() -> list[int]:
    """Ids of the cases whose clocks could not be derived."""
    return list(db.session.scalars(select(Case.id).where(Case.clocks_parked.is_not(None)).order_by(Case.id)))
