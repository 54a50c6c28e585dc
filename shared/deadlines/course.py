"""How one clock runs from its start: its limit, what moves it, what holds it, when it broke. Pure.

A move that comes after the break changes the current due time and not the break: what was missed stays missed (T38).
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from shared.calendars import working_time
from shared.calendars.working_time import Calendar, duration_text, moment_text
from shared.deadlines.story import RESUMING, Fact
from shared.policies.schema import Clock, Limit, Unit

_ELAPSED = {Unit.MINUTES: timedelta(minutes=1), Unit.HOURS: timedelta(hours=1), Unit.DAYS: timedelta(days=1)}
JUST_BEFORE = timedelta(microseconds=1)  # 24:00 is an hour of the day that it ends
_STAFFED = {Unit.WORKING_MINUTES: 1, Unit.WORKING_HOURS: 60}
MOVED = {"agreement": "约定", "extension": "延期"}
AWAY = {"redo": "办结后待复核"}


Followed = Callable[[Fact], datetime | None]


@dataclass(slots=True)
class Course:
    """Where a clock stands after what has happened so far."""

    original_due_at: datetime
    own_due_at: datetime  # by its limit, and by what moved and held it
    steps: list[str]
    put_off_to: datetime | None = None  # until when the clock that it waits for has time
    moved_by: str | None = None
    paused_at: datetime | None = None
    broke_at: datetime | None = None
    shifts: list[tuple[datetime, datetime]] = field(default_factory=list)
    was_due: list[tuple[int, datetime]] = field(default_factory=list)  # from which act on, until when

    @property
    def due_at(self) -> datetime:
        return max(self.own_due_at, self.put_off_to or self.own_due_at)

    def pass_to(self, at: datetime) -> None:
        """Time has come to *at*: a clock that ran and is past its due time is broken."""
        if self.paused_at is None and self.broke_at is None and at > self.due_at:
            self.broke_at = self.due_at

    def remember(self, seq: int) -> None:
        if self.due_at != (self.was_due[-1][1] if self.was_due else self.original_due_at):
            self.was_due.append((seq, self.due_at))

    def due_as_of(self, seq: int) -> datetime:
        """Until when there was time once the act of that number had happened: later ones were not known."""
        return next((due for since, due in reversed(self.was_due) if since <= seq), self.original_due_at)


def run(
    clock: Clock,
    counted_from: datetime,
    facts: Iterable[Fact],
    calendar: Calendar,
    *,
    pauses: bool,
    held: bool,
    undone: Collection[int],
    followed: Followed,
) -> Course:
    """The course of *clock*, counted from that instant, over *facts* up to its finish.

    *pauses*: whether a referral outside our contracts holds it (TR-9). *held*: it is, from its start. *undone*: the
    `seq` of acts that met it until they were sent back; the time between counts for nobody. *followed*: until when
    the clock that this one waits for had time, once an act had happened. Raises YearMissing.
    """
    due, steps = end_of(_limit_at(clock, counted_from, calendar), counted_from, calendar)
    course = Course(due, due, [*_arrival(clock, counted_from, calendar), *steps])
    course.paused_at = counted_from if held else None
    waits = False
    for fact in facts:
        course.pass_to(fact.at)
        if fact.act in clock.moves and fact.data.get("until"):
            _move(course, fact, calendar)
        elif _holds(fact, pauses, undone) and course.broke_at is None:
            course.paused_at = course.paused_at or fact.at
        elif fact.act in RESUMING and course.paused_at is not None:
            _resume(course, clock, counted_from, fact, calendar)
        elif clock.defer and fact.act in clock.defer.acts and fact.by_person:
            waits = True
        if waits:
            _follow(course, clock, fact, followed(fact), calendar)
        course.remember(fact.seq)
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
    course.own_due_at, course.moved_by = until, fact.act
    course.steps.append(
        f"{moment_text(calendar.zone, fact.at)} {MOVED[fact.act]}至 {moment_text(calendar.zone, until)}"
    )


def _follow(course: Course, clock: Clock, fact: Fact, until: datetime | None, calendar: Calendar) -> None:
    """Once reported on, a clock goes by the limit in force for what it waits for, whatever becomes of that."""
    if course.broke_at is not None or until is None:
        return
    course.put_off_to = until
    due = moment_text(calendar.zone, course.due_at)
    if due not in course.steps[-1]:
        reported = clock.defer is not None and fact.act in clock.defer.acts
        why = f"已{MOVED.get(fact.act, '报进展')}，随办结时限顺延" if reported else "办结时限有变，随之"
        course.steps.append(f"{moment_text(calendar.zone, fact.at)} {why}至 {due}")


def _resume(course: Course, clock: Clock, counted_from: datetime, fact: Fact, calendar: Calendar) -> None:
    """The matter is with us again: what was left of the limit runs from now."""
    at, paused = fact.at, course.paused_at
    assert paused is not None
    open_left = working_time.measure(calendar, paused, course.own_due_at)
    course.shifts.append((paused, at))
    course.paused_at = None
    if course.moved_by is None and clock.limit.unit is Unit.WORKING_DAYS:
        away = sum(_working_days(calendar, since, until) for since, until in course.shifts)
        by_days, _ = working_time.add_days(calendar, counted_from, clock.limit.amount + away)
        # What was away for some hours of a day has lost no day, and must not be late as it comes back.
        course.own_due_at = max(by_days, _on_a_working_day(calendar, at, open_left))
    elif course.moved_by is None and clock.limit.unit in _STAFFED:
        course.own_due_at, _ = working_time.add(calendar, at, open_left)
    else:
        course.own_due_at += max(at - paused, timedelta())
    course.steps.append(
        f"{AWAY.get(fact.act, '转外')} {moment_text(calendar.zone, paused)} 至 {moment_text(calendar.zone, at)} 不计，"
        f"{moment_text(calendar.zone, course.own_due_at)} 到期"
    )


def _on_a_working_day(calendar: Calendar, at: datetime, minutes: int) -> datetime:
    """*minutes* of opening hours later; where that is a day that does not count, the end of the next that does."""
    later, _ = working_time.add(calendar, at, minutes)
    if calendar.counts(calendar.local(later - JUST_BEFORE).date()):
        return later
    return working_time.add_days(calendar, later, 1)[0]


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
