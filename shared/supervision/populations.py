"""What a spot check draws from: all that ended, or was filed, at an estate in a period, whoever may look at it.

Nothing that is done after the draw changes the list: what is asked of a case is what was known then.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, literal, or_, select

from shared.cases.models import Case, Closure, Participation
from shared.cases.participation import COOPERATING, FIRST_RESPONDER, HANDLER, OUTSTANDING, ordinary
from shared.database import db
from shared.ownership.models import Assignment
from shared.revisits.models import Revisit

WORKED = (FIRST_RESPONDER, HANDLER, COOPERATING, OUTSTANDING)


class Kind(StrEnum):
    REVISITS = "revisits"  # rounds that were closed after a revisit, made or attempted
    CASES = "cases"  # all that was filed


WHOLE = 0  # the round of a sample of cases


@dataclass(frozen=True, slots=True)
class Member:
    id: int  # of the closure, or of the case; the order of the population
    case_id: int
    round: int


@dataclass(frozen=True, slots=True)
class Own:
    """A department as its head checks it (GZ-18): what it had taken on by an instant, without what the head did."""

    department_id: int
    head_id: int
    known_at: datetime


def of_period(
    kind: Kind, estate_id: int, since: datetime, until: datetime, own: Own | None = None
) -> Sequence[Member]:
    """In the order of their ids; *until* is not included. Reports from inside are nobody's to draw (CO-M5)."""
    wanted = _rounds(since, until) if kind is Kind.REVISITS else _cases(since, until)
    narrower = _own(own) if own else []
    found = db.session.execute(wanted.where(Case.estate_id == estate_id, ordinary(), *narrower))
    return [Member(*row) for row in found]


def _rounds(since: datetime, until: datetime) -> Select[int, int, int]:
    revisited = select(Revisit.id).where(
        Revisit.case_id == Closure.case_id, Revisit.round == Closure.round, Revisit.at <= Closure.at
    )
    return (
        select(Closure.id, Closure.case_id, Closure.round)
        .join(Case, Case.id == Closure.case_id)
        .where(Closure.at >= since, Closure.at < until, revisited.exists())
        .order_by(Closure.id)
    )


def _cases(since: datetime, until: datetime) -> Select[int, int, int]:
    return (
        select(Case.id, Case.id.label("case_id"), literal(WHOLE))
        .where(Case.filed_at >= since, Case.filed_at < until)
        .order_by(Case.id)
    )


def _own(own: Own) -> list[ColumnElement[bool]]:
    taken_on = select(Assignment.id).where(
        Assignment.case_id == Case.id,
        Assignment.department_id == own.department_id,
        Assignment.accepted_at < own.known_at,
    )
    return [taken_on.exists(), ~did(own.head_id, before=own.known_at)]


def did(user_id: int, before: datetime | None = None) -> ColumnElement[bool]:
    """Whether somebody handled a case or revisited it, in any round."""
    part = select(Participation.id).where(
        Participation.case_id == Case.id, Participation.user_id == user_id, Participation.part.in_(WORKED)
    )
    went = select(Revisit.id).where(
        Revisit.case_id == Case.id, or_(Revisit.by_id == user_id, Revisit.companion_id == user_id)
    )
    if before is not None:
        part, went = part.where(Participation.since < before), went.where(Revisit.at < before)
    return part.exists() | went.exists()
