"""What a spot check draws from: all that ended, or was filed, at an estate in a period, whoever may look at it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Select, literal, select

from shared.cases.models import Case, Closure
from shared.cases.participation import ordinary
from shared.database import db
from shared.revisits.models import Revisit


class Kind(StrEnum):
    REVISITS = "revisits"  # rounds that were closed after a revisit, made or attempted
    CASES = "cases"  # all that was filed


WHOLE = 0  # the round of a sample of cases


@dataclass(frozen=True, slots=True)
class Member:
    id: int  # of the closure, or of the case; the order of the population
    case_id: int
    round: int


def of_period(kind: Kind, estate_id: int, since: datetime, until: datetime) -> Sequence[Member]:
    """In the order of their ids; *until* is not included. Reports from inside are nobody's to draw (CO-M5)."""
    wanted = _rounds(since, until) if kind is Kind.REVISITS else _cases(since, until)
    found = db.session.execute(wanted.where(Case.estate_id == estate_id, ordinary()))
    return [Member(*row) for row in found]


def _rounds(since: datetime, until: datetime) -> Select[int, int, int]:
    revisited = (
        select(Revisit.id).where(Revisit.case_id == Closure.case_id, Revisit.round == Closure.round).exists()
    )
    return (
        select(Closure.id, Closure.case_id, Closure.round)
        .join(Case, Case.id == Closure.case_id)
        .where(Closure.at >= since, Closure.at < until, revisited)
        .order_by(Closure.id)
    )


def _cases(since: datetime, until: datetime) -> Select[int, int, int]:
    return (
        select(Case.id, Case.id.label("case_id"), literal(WHOLE))
        .where(Case.filed_at >= since, Case.filed_at < until)
        .order_by(Case.id)
    )
