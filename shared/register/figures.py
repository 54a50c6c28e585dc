"""The figures of the week and the month, beside their targets (MS-T). What is too few to say anything is said to be.

What staff report internally counts nowhere here (CO-M5).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Label, ScalarSelect, and_, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from shared.cases.models import Case, Closure
from shared.cases.participation import ordinary
from shared.clock import local
from shared.database import db
from shared.deadlines.models import Deadline
from shared.identity.models import Estate
from shared.policies.models import PolicyVersion
from shared.policies.schema import Clock
from shared.policies.versions import policy_of
from shared.register.views import IS_OPEN
from shared.revisits.models import Revisit

ENOUGH = 5  # a rate of fewer than this says more about chance than about us
INTAKE_TARGET = 90  # MS-T: taken in in time
ON_TIME_TARGET = 95  # MS-T, MS-3: overdue ≤ 5 %
SATISFIED_TARGET = 75  # MS-T: satisfaction from 75 upwards
WEEKS = 6  # of the trend, this one included
WEEK = timedelta(days=7)
LONGEST_LATE = timedelta(
    days=60
)  # what was due before that and is finished this week is left out of the mean

_case = aliased(Case)


@dataclass(frozen=True, slots=True)
class Rate:
    """*good* of *of*; `percent` is None where there are too few, and never rounded up."""

    good: int
    of: int

    @property
    def percent(self) -> int | None:
        return self.good * 100 // self.of if self.of >= ENOUGH else None


@dataclass(frozen=True, slots=True)
class Rules:
    """The clocks that a completion meets and the owner sees (MS-3), and those that passing it on meets (GZ-8)."""

    completion: list[str]
    intake: list[str]


@dataclass(frozen=True, slots=True)
class Span:
    """From one instant until before another."""

    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Week:
    """The completion promises that were decided in a week: kept in it, or broken in it."""

    begins: datetime
    rate: Rate

    @property
    def broken(self) -> int:
        return self.rate.of - self.rate.good


@dataclass(frozen=True, slots=True)
class Figures:
    """Where an estate stands now, its week so far beside the same days of the week before, and its month so far."""

    open: int
    overdue: int
    filed: int
    filed_before: int
    closed: int
    closed_before: int
    took: timedelta | None  # the mean from reception to completion, of this week's completions
    weeks: tuple[Week, ...]  # the oldest first
    intake: Rate
    on_time: Rate
    satisfied: Rate


def month_start(at: datetime, zone: str) -> datetime:
    """The first instant of the month on the wall of *zone*."""
    wall = local(at, zone)
    return datetime(wall.year, wall.month, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def week_start(at: datetime, zone: str) -> datetime:
    """The first instant of the week, a Monday, on the wall of *zone*."""
    wall = local(at, zone)
    monday = wall.date() - timedelta(days=wall.weekday())
    return datetime(monday.year, monday.month, monday.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def rules_of(estate_id: int) -> Rules:
    """The clocks of an estate's policies, whatever a policy calls them."""
    duties = duties_of(estate_id)
    return Rules(met_by(duties, "completion", owner_sees=True), met_by(duties, "dispatch"))


def duties_of(estate_id: int) -> list[Clock]:
    """The clocks of every policy the estate has had that are somebody's duty, and done with once met."""
    versions = db.session.scalars(select(PolicyVersion).where(PolicyVersion.estate_id == estate_id))
    clocks = [clock for version in versions for clock in policy_of(version).clocks]
    return [clock for clock in clocks if clock.is_duty and not clock.repeats]


def met_by(duties: Sequence[Clock], act: str, *, owner_sees: bool = False) -> list[str]:
    """The rules among *duties* that *act* meets, once each; only promises to the owner where *owner_sees*."""
    stopped = [clock for clock in duties if any(pattern.act == act for pattern in clock.stop)]
    return sorted({clock.rule for clock in stopped if clock.owner_sees or not owner_sees})


def _counted(*conditions: ColumnElement[bool]) -> ScalarSelect[Any]:
    return select(func.count()).select_from(Case).where(ordinary(), *conditions).scalar_subquery()


def at_estate(case_id: InstrumentedAttribute[int], estate_id: int) -> ColumnElement[bool]:
    """The case is of that estate. Asked per row of the month: a join would tempt SQLite to begin with every case."""
    return select(_case.id).where(_case.id == case_id, _case.estate_id == estate_id, ordinary(_case)).exists()


def kept(span: Span) -> ColumnElement[bool]:
    """The clock was met in that time, and in time."""
    met = and_(Deadline.met_at >= span.begins, Deadline.met_at < span.ends)
    # Breached before a later time was agreed on: what was missed stays missed.
    return and_(met, Deadline.met_at <= Deadline.due_at, Deadline.breached_at.is_(None))


def broken(span: Span, at: datetime) -> ColumnElement[bool]:
    """The clock was missed in that time, as known *at* that instant."""
    late = or_(Deadline.met_at.is_(None), Deadline.met_at > Deadline.due_at)
    idle = or_(
        Deadline.paused_at.is_not(None),
        func.coalesce(and_(Deadline.ended_at.is_not(None), Deadline.ended_at <= Deadline.due_at), False),
    )
    missed_at = func.coalesce(Deadline.breached_at, Deadline.due_at)
    missed = or_(Deadline.breached_at.is_not(None), and_(Deadline.due_at < at, late, ~idle))
    return and_(missed_at >= span.begins, missed_at < span.ends, missed)


def decided(estate_id: int, rules: list[str], spans: Sequence[Span], at: datetime) -> list[Rate]:
    """Of these clocks, for each span: kept when met in time, broken at the instant they fell due."""

    def counted(condition: ColumnElement[bool]) -> Label[Any]:
        return func.sum(case((condition, 1), else_=0)).label(None)

    sums = [counted(each) for span in spans for each in (kept(span), broken(span, at))]
    since = min(span.begins for span in spans)
    found = db.session.execute(
        # Whatever was kept or missed since then also falls due after it: one range of the index finds both.
        select(*sums).where(
            Deadline.due_at >= since, Deadline.rule.in_(rules), at_estate(Deadline.case_id, estate_id)
        )
    ).one()
    numbers = [number or 0 for number in found]
    return [Rate(good, good + bad) for good, bad in zip(numbers[::2], numbers[1::2], strict=True)]


def satisfied_in(estate_id: int, span: Span) -> Rate:
    """Of the owners reached by a revisit in that time: those who were satisfied."""
    found = db.session.execute(
        select(func.sum(case((Revisit.satisfied.is_(True), 1), else_=0)), func.count()).where(
            Revisit.at >= span.begins,
            Revisit.at < span.ends,
            Revisit.satisfied.is_not(None),
            at_estate(Revisit.case_id, estate_id),
        )
    ).one()
    return Rate(found[0] or 0, found[1] or 0)


def _took(estate_id: int, rules: list[str], since: datetime) -> timedelta | None:
    """The mean from reception to completion, of what was completed since then; None where there are too few."""
    found = db.session.execute(
        select(Deadline.met_at, _case.received_at)
        .join(_case, _case.id == Deadline.case_id)
        .where(
            Deadline.due_at >= since - LONGEST_LATE,
            Deadline.met_at >= since,
            Deadline.rule.in_(rules),
            Deadline.superseded_by.is_(None),
            _case.estate_id == estate_id,
            ordinary(_case),
        )
    ).all()
    if len(found) < ENOUGH:
        return None
    took = [met_at - received_at for met_at, received_at in found if met_at is not None]
    return sum(took, timedelta()) / len(took)


def closed_in(estate_id: int, span: Span) -> ScalarSelect[Any]:
    """How many rounds were closed in that time; a part of a statement."""
    return (
        select(func.count())
        .select_from(Closure)
        .where(Closure.at >= span.begins, Closure.at < span.ends, at_estate(Closure.case_id, estate_id))
        .scalar_subquery()
    )


def filed_in(estate_id: int, span: Span) -> ScalarSelect[Any]:
    """How many were filed in that time; a part of a statement."""
    return _counted(Case.estate_id == estate_id, Case.filed_at >= span.begins, Case.filed_at < span.ends)


def read(estate: Estate, rules: Rules, at: datetime) -> Figures:
    """The figures as they are at that instant."""
    month, monday = month_start(at, estate.zone), week_start(at, estate.zone)
    so_far = Span(monday, at + timedelta(microseconds=1))  # what happened at this very instant has happened
    before = Span(monday - WEEK, so_far.ends - WEEK)
    here = Case.estate_id == estate.id
    still_open, overdue, filed, filed_before, closed, closed_before = db.session.execute(
        select(
            _counted(here, IS_OPEN),
            _counted(here, Case.next_due_at <= at, Case.clocks_parked.is_(None)),
            *(filed_in(estate.id, span) for span in (so_far, before)),
            *(closed_in(estate.id, span) for span in (so_far, before)),
        )
    ).one()
    starts = [monday - n * WEEK for n in reversed(range(WEEKS))]
    spans = [Span(month, so_far.ends), *(Span(start, start + WEEK) for start in starts)]
    on_time, *weeks = decided(estate.id, rules.completion, spans, at)
    intake = decided(estate.id, rules.intake, spans[:1], at)[0]
    return Figures(
        open=still_open,
        overdue=overdue,
        filed=filed,
        filed_before=filed_before,
        closed=closed,
        closed_before=closed_before,
        took=_took(estate.id, rules.completion, monday),
        weeks=tuple(Week(start, rate) for start, rate in zip(starts, weeks, strict=True)),
        intake=intake,
        on_time=on_time,
        satisfied=satisfied_in(estate.id, spans[0]),
    )
