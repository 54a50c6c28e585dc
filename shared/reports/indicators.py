"""The indicators (指标) of an estate over some days: each defined once, beside its target (AH-5.1, MS-T).

An indicator is a statement that gives each case behind it with the part it falls into; the number counts its rows, and
the list is of its cases, so that they never differ. What staff report internally is behind none of them (CO-M5).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select

from shared.clock import now
from shared.database import db
from shared.identity.models import Estate
from shared.policies.schema import Policy
from shared.policies.targets import Target
from shared.policies.versions import NoPolicyInForce, in_force, policy_of
from shared.register.figures import ENOUGH, Span
from shared.reports import (
    indicators_answers,
    indicators_clocks,
    indicators_cycle,
    indicators_filed,
    indicators_wording,
)
from shared.reports.indicators_parts import BEFORE, NO, PARTS, SILENT, YES

PERCENT, HOURS = "percent", "hours"
CYCLE, CYCLE_CHANGE = "cycle", "cycle_change"
DAY = timedelta(days=1)

Find = Callable[[int, Span, datetime], Select[Any]]


@dataclass(frozen=True, slots=True)
class Days:
    """From one day to another on the estate's wall, both within."""

    starts_on: date
    ends_on: date

    def span(self, zone: str) -> Span:
        return Span(_midnight(self.starts_on, zone), _midnight(self.ends_on + DAY, zone))

    @property
    def year_before(self) -> "Days":
        return Days(_year_before(self.starts_on), _year_before(self.ends_on))


@dataclass(frozen=True, slots=True)
class Indicator:
    """*counts* is the part that a rate counts, *among* those it is counted among; the others stand beside it."""

    key: str
    clause: str
    find: Find
    among: tuple[str, ...] = (YES, NO)
    unit: str = PERCENT
    fewer_is_better: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """*good* of *of*, in *unit*; *value* is None where there are too few to say anything.

    A rate is rounded to the worse side, so that a target is met only where it is. Of the handling cycle *good* and *of*
    are both how many were completed.
    """

    key: str
    good: int
    of: int
    value: float | None
    unit: str
    target: Target | None
    clause: str
    parts: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_met(self) -> bool | None:
        """None: there is no target, or nothing to hold against it."""
        if self.target is None or self.value is None:
            return None
        return self.target.is_met(self.value)

    def frozen(self) -> dict[str, Any]:
        """As a report keeps it: numbers and words alone."""
        target = self.target
        return {
            "key": self.key,
            "good": self.good,
            "of": self.of,
            "value": self.value,
            "unit": self.unit,
            "clause": self.clause,
            "parts": dict(self.parts),
            "is_met": self.is_met,
            "target": target
            and {
                "figure": target.figure,
                "at_most": target.at_most,
                "towards": target.towards,
                "clause": target.clause,
            },
        }


_answers, _clocks, _cycle, _filed = indicators_answers, indicators_clocks, indicators_cycle, indicators_filed
ALL = (YES, NO, SILENT)
INDICATORS: tuple[Indicator, ...] = (
    Indicator("intake", "GZ-8", _clocks.intake),
    Indicator("classification", "MS-2", _filed.classification),
    Indicator("responsibility", "MS-3", _filed.responsibility),
    Indicator("first_contact", "CO-M2", _clocks.first_contact),
    Indicator("overdue", "MS-3", _clocks.overdue, fewer_is_better=True),
    Indicator("overdue_original", "MS-3", _clocks.overdue_original, fewer_is_better=True),
    Indicator(CYCLE, "MS-T", _cycle.completed, (YES,), HOURS),
    Indicator(CYCLE_CHANGE, "MS-T", _cycle.completed, (YES,), fewer_is_better=True),
    Indicator("survey", "MS-4", _answers.survey, (YES, SILENT)),
    Indicator("satisfaction", "MS-4", _answers.satisfied),
    Indicator("low_solved", "MS-4", _answers.low_solved, ALL),
    Indicator("revisited", "VK-4k", _answers.revisited, ALL),
    Indicator("repeat", "VK-4e", _filed.repeat, fewer_is_better=True),
    Indicator("openness", "MS-8", _filed.openness),
    Indicator("response", "CO-4", _filed.response),
    Indicator("solved", "AH-4.2", _answers.solved, ALL),
    Indicator("satisfied", "AH-4.2", _answers.satisfied, ALL),
)
_BY_KEY = {indicator.key: indicator for indicator in INDICATORS}


def read(estate: Estate, days: Days, at: datetime) -> tuple[Reading, ...]:
    """Every indicator of those days, as known *at* that instant."""
    span = days.span(estate.zone)
    policy = _policy_at(estate, min(at, span.ends - timedelta(microseconds=1)))
    return tuple(_read(indicator, estate, days, at, policy) for indicator in INDICATORS)


def definition(key: str) -> str:
    """What exactly is counted, in words that anybody can check. Raises KeyError for what is no indicator."""
    return indicators_wording.definition(_BY_KEY[key].key)


def cases_behind(
    estate: Estate, key: str, days: Days, part: str | None = None, at: datetime | None = None
) -> Select[Any]:
    """The ids of the cases behind a number: of one part, or of all that are counted (None). Raises KeyError."""
    indicator = _BY_KEY[key]
    if key == CYCLE_CHANGE and part == BEFORE:
        days, part = days.year_before, YES
    each = indicator.find(estate.id, days.span(estate.zone), at or now()).subquery()
    wanted = indicator.among if part is None else (part,)
    return select(each.c.case_id).where(each.c.part.in_(wanted)).distinct()


def find(key: str) -> Indicator | None:
    return _BY_KEY.get(key)


def _read(indicator: Indicator, estate: Estate, days: Days, at: datetime, policy: Policy | None) -> Reading:
    target = policy.target(indicator.key) if policy else None
    clause = target.clause if target else indicator.clause
    if indicator.key in (CYCLE, CYCLE_CHANGE):
        n, value, parts = _lengths(indicator, estate, days, at)
        return Reading(indicator.key, n, n, value, indicator.unit, target, clause, parts)
    each = indicator.find(estate.id, days.span(estate.zone), at).subquery()
    counted = db.session.execute(select(each.c.part, func.count()).group_by(each.c.part))
    found = {str(part): int(n) for part, n in counted}
    parts = {part: found.get(part, 0) for part in PARTS if part in found or part in indicator.among}
    good, of = parts[YES], sum(parts[part] for part in indicator.among)
    value = percent(good, of, up=indicator.fewer_is_better) if of >= ENOUGH else None
    return Reading(indicator.key, good, of, value, indicator.unit, target, clause, parts)


def percent(good: int, of: int, *, up: bool) -> float:
    """*good* of *of* in percent, to one decimal, rounded to the worse side: *up* where fewer is better."""
    return (-(-good * 1000 // of) if up else good * 1000 // of) / 10


def _lengths(
    indicator: Indicator, estate: Estate, days: Days, at: datetime
) -> tuple[int, float | None, dict[str, int]]:
    """The cycle in hours; or in percent of what it was in the same days a year before."""
    now_ = indicators_cycle.cycle(estate.id, days.span(estate.zone), at)
    if indicator.key == CYCLE:
        value = round(now_.hours, 1) if now_.completed >= ENOUGH else None
        return now_.completed, value, {YES: now_.completed}
    before = indicators_cycle.cycle(estate.id, days.year_before.span(estate.zone), at)
    enough = min(now_.completed, before.completed) >= ENOUGH and before.seconds > 0
    value = round((now_.hours / before.hours - 1) * 100, 1) if enough else None
    return now_.completed, value, {YES: now_.completed, BEFORE: before.completed}


def _policy_at(estate: Estate, at: datetime) -> Policy | None:
    try:
        return policy_of(in_force(estate.id, at))
    except NoPolicyInForce:
        return None


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def _year_before(day: date) -> date:
    """The 29th of February had no such day a year before; the 28th was the last."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)
