"""Reads of measures: one of them, and the lists that people work through. Scope inside."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import joinedload

from shared.cases.models import Case
from shared.cases.participation import visible_to
from shared.database import db
from shared.errors import NotFound
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.improvement.models import Measure

MOST = 200  # on one page; nobody works through more


class View(StrEnum):
    MINE = "mine"
    OPEN = "open"
    OVERDUE = "overdue"
    TO_CHECK = "to_check"
    OVER = "over"


def in_sight(user: User) -> ColumnElement[bool]:
    """One's own, and at estates where one sets measures all but those of a case that one does not see."""
    of_case = select(Case.id).where(visible_to(user))
    set_at = Measure.estate_id.in_(user.estates_where(Permission.MEASURE_SET))
    return or_(
        and_(set_at, or_(Measure.case_id.is_(None), Measure.case_id.in_(of_case))),
        and_(Measure.owner_id == user.id, Measure.estate_id.in_(user.estates_where(Permission.LEARN))),
    )


def _is(view: View, user: User, today: date) -> ColumnElement[bool]:
    is_open = and_(Measure.done_at.is_(None), Measure.dropped_at.is_(None))
    awaits = and_(Measure.done_at.is_not(None), Measure.effect.is_(None))
    return {
        View.MINE: and_(is_open, Measure.owner_id == user.id),
        View.OPEN: is_open,
        View.OVERDUE: and_(is_open, Measure.due_on < today),
        View.TO_CHECK: awaits,
        View.OVER: or_(Measure.effect.is_not(None), Measure.dropped_at.is_not(None)),
    }[view]


def of_estate(user: User, estate_id: int, view: View, today: date) -> Sequence[Measure]:
    """What nobody owns first, then what is due soonest; of what is over, the latest first."""
    when = Measure.check_on if view is View.TO_CHECK else Measure.due_on
    order = (
        [Measure.id.desc()] if view is View.OVER else [case((when.is_(None), 0), else_=1), when, Measure.id]
    )
    return db.session.scalars(
        select(Measure)
        .where(Measure.estate_id == estate_id, in_sight(user), _is(view, user, today))
        .options(joinedload(Measure.owner))
        .order_by(*order)
        .limit(MOST)
    ).all()


def counts(user: User, estate_id: int, today: date) -> dict[View, int]:
    """How many in each list, in one query."""
    columns = [func.sum(case((_is(view, user, today), 1), else_=0)) for view in View]
    row = db.session.execute(select(*columns).where(Measure.estate_id == estate_id, in_sight(user))).one()
    return {view: int(number or 0) for view, number in zip(View, row, strict=True)}


def of_cases(user: User, case_ids: Sequence[int]) -> Sequence[Measure]:
    return db.session.scalars(
        select(Measure)
        .where(Measure.case_id.in_(case_ids), in_sight(user))
        .options(joinedload(Measure.owner))
        .order_by(Measure.id)
    ).all()


def read(user: User, measure_id: int) -> Measure:
    """Raises NotFound for what is out of sight."""
    measure = db.session.scalar(
        select(Measure)
        .where(Measure.id == measure_id, in_sight(user))
        .options(
            *(
                joinedload(who)
                for who in (
                    Measure.owner,
                    Measure.raised_by,
                    Measure.done_by,
                    Measure.checked_by,
                )
            )
        )
    )
    if measure is None:
        raise NotFound
    return measure


def lock(user: User, measure_id: int) -> Measure:
    """For a change, inside it: read afresh and held until the change ends. Raises NotFound as `read` does."""
    read(user, measure_id)
    return db.session.scalars(
        select(Measure)
        .where(Measure.id == measure_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def case_seen(user: User, measure: Measure) -> str | None:
    """The archive number of its case, for whoever may open that."""
    if measure.case_id is None:
        return None
    return db.session.scalar(select(Case.archive_number).where(Case.id == measure.case_id, visible_to(user)))
