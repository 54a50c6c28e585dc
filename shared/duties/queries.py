"""Reads of periodic duties: those that run, and what came of those before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, select

from shared.clock import local_date
from shared.database import db
from shared.duties import counting, keeping
from shared.duties.models import Occurrence
from shared.duties.spans import Span, containing, reminded_at
from shared.identity.models import Estate
from shared.policies.duties import Counted, Duty

MOST = 60


@dataclass(frozen=True, slots=True)
class Line:
    """One duty of one period, and how much of it was done; *lacking*: the departments not checked yet."""

    occurrence: Occurrence
    duty: Duty
    done: int
    lacking: Sequence[int]
    at: datetime

    @property
    def is_excused(self) -> bool:
        """Met though little was done: there was nothing to do it with."""
        return self.occurrence.met_at is not None and self.done < self.occurrence.needed

    @property
    def state(self) -> str:
        """kept | broken | near | running."""
        if self.occurrence.met_at:
            return "kept"
        if self.occurrence.missed_at or self.at >= self.occurrence.due_at:
            return "broken"
        return "near" if self.at >= reminded_at(self.duty, self.occurrence.due_at) else "running"


def running(estate: Estate, at: datetime) -> list[Line]:
    """Of the periods that are not over, and what is still to be done of those that are; what is due first first."""
    today = local_date(at, estate.zone)
    unsettled = Occurrence.met_at.is_(None) & Occurrence.missed_at.is_(None)
    wanted = _of(estate, (Occurrence.ends_on >= today) | unsettled).order_by(Occurrence.due_at, Occurrence.id)
    return _lines(estate, db.session.scalars(wanted).all(), at)


def before(estate: Estate, at: datetime) -> list[Line]:
    """What was met or missed of the periods that are over, the latest first."""
    today = local_date(at, estate.zone)
    settled = Occurrence.met_at.is_not(None) | Occurrence.missed_at.is_not(None)
    wanted = _of(estate, (Occurrence.ends_on < today) & settled).order_by(
        Occurrence.due_at.desc(), Occurrence.id.desc()
    )
    return _lines(estate, db.session.scalars(wanted.limit(MOST)).all(), at)


def owed(estate: Estate, counts: Counted, at: datetime) -> list[tuple[Duty, Span, list[datetime]]]:
    """The duties of one kind by the rule book, in the period of *at* and the one before: when each was done."""
    found = []
    for duty in keeping.duties(estate, at):
        if duty.counts is counts:
            span = containing(duty.every, local_date(at, estate.zone))
            found += [(duty, each, counting.done(estate, duty, each, at)) for each in (span.before, span)]
    return found


def _of(estate: Estate, *conditions: ColumnElement[bool]) -> Select[Occurrence]:
    return select(Occurrence).where(Occurrence.estate_id == estate.id, *conditions)


def _lines(estate: Estate, occurrences: Sequence[Occurrence], at: datetime) -> list[Line]:
    found = []
    for occurrence in occurrences:
        duty = keeping.duty_of(occurrence, estate)
        if duty is not None:
            span, until = keeping.span_of(occurrence, duty), min(at, occurrence.due_at)
            is_open = occurrence.met_at is None and duty.counts is Counted.DEPARTMENT_CHECK
            lacking = counting.lacking(estate, duty, span, until) if is_open else []
            done = counting.done(estate, duty, span, until)
            found.append(Line(occurrence, duty, len(done), lacking, at))
    return found
