"""What is counted for figures and their targets (MS-T). What is too few to say anything is said to be.

What staff report internally counts nowhere here (CO-M5).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Label, ScalarSelect, and_, case, false, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from shared.cases.models import Case, Closure
from shared.cases.participation import ordinary
from shared.clock import local_date
from shared.database import db
from shared.deadlines.models import Deadline
from shared.policies.models import PolicyVersion
from shared.policies.schema import Clock
from shared.policies.versions import policy_of
from shared.revisits.models import Revisit

ENOUGH = 5  # a rate of fewer than this says more about chance than about us
INTAKE_TARGET = 90  # MS-T: taken in in time
ON_TIME_TARGET = 95  # MS-T, MS-3: overdue ≤ 5 %
SATISFIED_TARGET = 75  # MS-T: satisfaction from 75 upwards

_case = aliased(Case)


@dataclass(frozen=True, slots=True)
class Rate:
    """*good* of *of*; `percent` is None where there are too few, and never rounded up."""

    good: int
    of: int

    @property
    def percent(self) -> int | None:
        return self.good * 100 // self.of if self.of >= ENOUGH else None

    def __add__(self, other: "Rate") -> "Rate":
        return Rate(self.good + other.good, self.of + other.of)


@dataclass(frozen=True, slots=True)
class Rules:
    """The clocks that a completion meets and the owner sees (MS-3), and those that passing it on meets (GZ-8)."""

    completion: list[str]
    intake: list[str]


@dataclass(frozen=True, slots=True)
class Span:
    """From one instant until before another; where that is not later, no time at all."""

    begins: datetime
    ends: datetime

    def within(self, other: "Span") -> "Span":
        """As much of it as lies in the other."""
        return Span(max(self.begins, other.begins), min(self.ends, other.ends))


def month_start(at: datetime, zone: str) -> datetime:
    """The first instant of the month on the wall of *zone*."""
    return _first_of(local_date(at, zone).replace(day=1), zone)


def week_start(at: datetime, zone: str) -> datetime:
    """The first instant of the week, a Monday, on the wall of *zone*."""
    day = local_date(at, zone)
    return _first_of(day - timedelta(days=day.weekday()), zone)


def day_start(at: datetime, zone: str) -> datetime:
    """The last midnight on the wall of *zone*."""
    return _first_of(local_date(at, zone), zone)


def _first_of(day: date, zone: str) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)


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


def counted(*conditions: ColumnElement[bool]) -> ScalarSelect[Any]:
    """How many ordinary cases; a part of a statement."""
    return select(func.count()).select_from(Case).where(ordinary(), *conditions).scalar_subquery()


def at_estate(case_id: InstrumentedAttribute[int], estate_id: int) -> ColumnElement[bool]:
    """The case is of that estate. Asked per row of the month: neither engine may begin with every case there is.

    Of a join SQLite would, and of an EXISTS PostgreSQL makes one.
    """
    its = select(_case.estate_id).where(_case.id == case_id, ordinary(_case)).scalar_subquery()
    return its == estate_id


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
    return decided_each(estate_id, [(rules, span) for span in spans], at)


def decided_each(estate_id: int, asked: Sequence[tuple[list[str], Span]], at: datetime) -> list[Rate]:
    """As `decided`, with clocks of its own for each span."""

    def summed(rules: list[str], condition: ColumnElement[bool]) -> Label[Any]:
        return func.sum(case((and_(Deadline.rule.in_(rules), condition), 1), else_=0)).label(None)

    there = [(rules, span) for rules, span in asked if span.begins < span.ends]
    sums = [summed(rules, each) for rules, span in there for each in (kept(span), broken(span, at))]
    since, until = min(span.begins for _rules, span in there), max(span.ends for _rules, span in there)
    of_these = Deadline.rule.in_({rule for rules, _span in there for rule in rules})
    is_decided = or_(Deadline.met_at < until, Deadline.due_at < at, Deadline.breached_at.is_not(None))
    found = db.session.execute(
        # Whatever was kept or missed since then also falls due after it: one range of the index finds both.
        # All else is asked of what lies in it: PostgreSQL would look the rules up in another index, of every year.
        select(*sums).where(
            Deadline.due_at >= since,
            case((and_(of_these, is_decided), at_estate(Deadline.case_id, estate_id)), else_=false()),
        )
    ).one()
    numbers = [number or 0 for number in found]
    rates = (Rate(good, good + bad) for good, bad in zip(numbers[::2], numbers[1::2], strict=True))
    return [next(rates) if span.begins < span.ends else Rate(0, 0) for _rules, span in asked]


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
    return counted(Case.estate_id == estate_id, Case.filed_at >= span.begins, Case.filed_at < span.ends)
