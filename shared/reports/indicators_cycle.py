"""The handling cycle: from the reception of a matter, or its reopening, to the completion that stands (MS-T)."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, case, func, literal, or_, select

from shared.cases.ending import FORMER
from shared.cases.models import Case, Closure, Resolution, Round
from shared.cases.participation import ordinary
from shared.database import db
from shared.register.figures import Span
from shared.reports.indicators_parts import YES
from shared.reports.lengths import seconds_between

A_HOUR = 3600


class Cycle(NamedTuple):
    """How many rounds were completed, and how long they took together."""

    completed: int
    seconds: float

    @property
    def hours(self) -> float:
        return self.seconds / self.completed / A_HOUR


def completed(estate_id: int, span: Span, at: datetime) -> Select[Any]:
    """The rounds completed in those days, by the completion that stands; what was sent back took longer."""
    columns: tuple[Any, ...] = (Resolution.case_id.label("case_id"), literal(YES).label("part"))
    return _completed(estate_id, span, at).with_only_columns(*columns)


def _completed(estate_id: int, span: Span, at: datetime) -> Select[Any]:
    former = select(Closure.id).where(Closure.case_id == Case.id, Closure.ground == FORMER).exists()
    return (
        select(Resolution.case_id)
        .join(Case, Case.id == Resolution.case_id)
        .join(Round, (Round.case_id == Resolution.case_id) & (Round.number == Resolution.round))
        .where(
            Resolution.at >= span.begins,
            Resolution.at < span.ends,
            or_(Resolution.undone_at.is_(None), Resolution.undone_at >= at),
            Case.estate_id == estate_id,
            ordinary(),
            ~former,
        )
    )


def cycle(estate_id: int, span: Span, at: datetime) -> Cycle:
    """How long the rounds took that were completed in those days, as known *at* that instant."""
    began = case((Round.number == 1, Case.received_at), else_=Round.opened_at)
    found = db.session.execute(
        _completed(estate_id, span, at).with_only_columns(
            func.count(), func.sum(seconds_between(began, Resolution.at))
        )
    ).one()
    return Cycle(found[0], float(found[1] or 0))
