"""How one clock runs from its start: its limit, what moves it, what holds it, when it broke. Pure.

A move that comes after the break changes the current due time and not the break: what was missed stays missed (T38).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from shared.calendars import working_time
from shared.calendars.working_time import Calendar, duration_text, moment_text
from shared.deadlines.story import Fact
from shared.policies.schema import Clock, Limit, Unit

_ELAPSED = {Unit.MINUTES: timedelta(minutes=1), Unit.HOURS: timedelta(hours=1), Unit.DAYS: timedelta(days=1)}
_STAFFED = {Unit.WORKING_MINUTES: 1, Unit.WORKING_HOURS: 60}
MOVED = {"agreement": "约定", "extension": "延期"}
AWAY = {"redo": "办结后待复核"}
RESUMING = frozenset({"recall", "completion", "redo"})


@dataclass(slots=True)
class Course:
    """Where a clock stands after what has happened so far."""

    original_due_at: datetime
    due_at: datetime
    steps: list[str]
    moved_by: str | None = None
    paused_at: datetime | None = None
    broke_at: datetime | None = None
    shifts: list[tuple[datetime, datetime]] = field(default_factory=list)

    def pass_to(self, at: datetime) -> None:
        """Time has come to *at*: a clock that ran and is past its due time is broken."""
        if self.paused_at is None and self.broke_at is None and at > self.due_at:
            self.broke_at = self.due_at


def run(
    clock: Clock,
    counted_from: datetime,
    facts: Iterable[Fact],
    calendar: Calendar,
    *,
    pauses: bool,
    undone: Collection[int] = (),
    put_off_to: datetime | None = None,
) -> Course:
    """The course of *clock*, counted from that instant, over *facts* up to its finish.

    *pauses*: whether a referral outside our contracts holds it (TR-9). *undone*: the `seq` of acts that met it until
    they were sent back; the time between counts for nobody. *put_off_to*: when the clock that this one waits for
    falls due, if a deferring act is done in time. Raises YearMissing.
    """
    due, steps = end_of(_limit_at(clock, counted_from, calendar), counted_from, calendar)
    course = Course(due, due, [*_arrival(clock, counted_from, calendar), *steps])
    for fact in facts:
        course.pass_to(fact.at)
        if fact.act in clock.moves and fact.data.get("until"):
            _move(course, fact, calendar)
        elif _holds(fact, pauses, undone) and course.broke_at is None:
            course.paused_at = course.paused_at or fact.at
        elif fact.act in RESUMING and course.paused_at is not None:
            _resume(course, clock, counted_from, fact, calendar)
        elif clock.defer and fact.act in clock.defer.acts and put_off_to and fact.by_person:
            _put_off(course, fact, put_off_to, calendar)
    return course


def _holds(fact: Fact, pauses: bool, undone: Collection[int]) -> bool:
    return fact.seq in undone or (fact.act == "referral" and pauses and bool(fact.data.get("outside")))


def _limit_at(clock: Clock, start: datetime, calendar: Calendar) -> Limit:
    if clock.outside is not None and not working_time.is_open(calendar, start):
        return clock.outside
    return clock.limit


def _arrival(clock: Clock, start: datetime, calendar: Calendar) -> list[str]:
    if clock.outside is None:
        return []
    where = "工作时间内" if working_time.is_open(calendar, start) else "工作时间外"
    return [f"{moment_text(calendar.zone, start)} 在{where}到达"]


def _move(course: Course, fact: Fact, calendar: Calendar) -> None:
    until = datetime.fromisoformat(fact.data["until"])
    course.due_at, course.moved_by = until, fact.act
    course.steps.append(
        f"{moment_text(calendar.zone, fact.at)} {MOVED[fact.act]}至 {moment_text(calendar.zone, until)}"
    )


def _put_off(course: Course, fact: Fact, until: datetime, calendar: Calendar) -> None:
    if course.broke_at is None and until > course.due_at:
        course.due_at = until
        course.steps.append(
            f"{moment_text(calendar.zone, fact.at)} 已{MOVED.get(fact.act, '报进展')}，"
            f"随办结时限顺延至 {moment_text(calendar.zone, until)}"
        )


def _resume(course: Course, clock: Clock, counted_from: datetime, fact: Fact, calendar: Calendar) -> None:
    """The matter is with us again: what was left of the limit runs from now."""
    at, paused = fact.at, course.paused_at
    assert paused is not None
    open_left = working_time.measure(calendar, paused, course.due_at)
    course.shifts.append((paused, at))
    course.paused_at = None
    if course.moved_by is None and clock.limit.unit is Unit.WORKING_DAYS:
        away = sum(_working_days(calendar, since, until) for since, until in course.shifts)
        by_days, _ = working_time.add_days(calendar, counted_from, clock.limit.amount + away)
        # What was away for some hours of a day has lost no day, and must not be late as it comes back.
        course.due_at = max(by_days, working_time.add(calendar, at, open_left)[0])
    elif course.moved_by is None and clock.limit.unit in _STAFFED:
        course.due_at, _ = working_time.add(calendar, at, open_left)
    else:
        course.due_at += max(at - paused, timedelta())
    course.steps.append(
        f"{AWAY.get(fact.act, '转外')} {moment_text(calendar.zone, paused)} 至 {moment_text(calendar.zone, at)} 不计，"
        f"{moment_text(calendar.zone, course.due_at)} 到期"
    )


def _working_days(calendar: Calendar, since: datetime, until: datetime) -> int:
    """How many working days began between two instants."""
    day, last, found = calendar.local(since).date(), calendar.local(until).date(), 0
    while day < last:
        day += working_time.DAY
        found += calendar.counts(day)
    return found


def end_of(limit: Limit, start: datetime, calendar: Calendar) -> tuple[datetime, list[str]]:
    """When *limit* has passed since *start*, and how it was counted. Raises YearMissing."""
    if limit.unit in _ELAPSED:
        length = limit.amount * _ELAPSED[limit.unit]
        return _elapsed(start, start + length, duration_text(length), calendar)
    if limit.unit is Unit.MONTHS:
        due = working_time.add_months(calendar, start, limit.amount)
        return _elapsed(start, due, f"{limit.amount} 个月", calendar)
    if limit.unit in _STAFFED:
        return working_time.add(calendar, start, limit.amount * _STAFFED[limit.unit])
    return working_time.add_days(calendar, start, limit.amount)


def _elapsed(start: datetime, due: datetime, length: str, calendar: Calendar) -> tuple[datetime, list[str]]:
    begins = f"{moment_text(calendar.zone, start)} 起 {length}"
    return due, [begins, f"{moment_text(calendar.zone, due)} 到期"]


def near_at(clock: Clock, start: datetime, course: Course, calendar: Calendar) -> datetime:
    """When *clock* counts as near: after its fraction of the time, counted as the limit itself is counted."""
    due = course.due_at
    if due <= start:
        return due
    if clock.limit.unit in (*_STAFFED, Unit.WORKING_DAYS) and course.moved_by is None and not course.shifts:
        minutes = working_time.measure(calendar, start, due)
        return min(working_time.add(calendar, start, int(clock.near * minutes))[0], due)
    return start + clock.near * (due - start)
