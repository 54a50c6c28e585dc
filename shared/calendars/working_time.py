"""Working time of an estate: adding to it, measuring it. Pure.

An instant belongs to an opening interval when `opens <= instant < closes`; a limit may end exactly at the
close. Steps are stored with the result, so they are Chinese text and not translated.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
MINUTES_PER_DAY = 1440
MONDAY = 0
WEEKEND = frozenset({5, 6})
NAMES = "一二三四五六日"

Interval = tuple[int, int]  # opens, closes: minutes since local midnight; 1440 is 24:00
Span = tuple[datetime, datetime]


class YearMissing(Exception):
    """A day was needed of a year whose holidays are not loaded; guessing would move somebody's deadline."""

    def __init__(self, year: int) -> None:
        super().__init__(f"the holidays of {year} have not been loaded")
        self.year = year


def _merged(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """Intervals in order, overlaps joined: two rows about the same hour must not count it twice."""
    joined: list[Interval] = []
    for opens, closes in sorted(intervals):
        if not 0 <= opens < closes <= MINUTES_PER_DAY:
            raise ValueError(f"no opening hours: {opens}–{closes}")
        if joined and opens <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(closes, joined[-1][1]))
        else:
            joined.append((opens, closes))
    return tuple(joined)


@dataclass(frozen=True)
class Calendar:
    """When an estate works; `exceptions` are off although a weekday, or worked although a weekend (True)."""

    zone: str
    hours: Mapping[int, tuple[Interval, ...]]  # weekday, Monday 0
    exceptions: Mapping[date, bool]
    years: frozenset[int]

    def __post_init__(self) -> None:
        hours = {weekday: _merged(intervals) for weekday, intervals in self.hours.items()}
        object.__setattr__(self, "hours", hours)

    def intervals(self, day: date) -> tuple[Interval, ...]:
        """The opening hours of *day*. A worked weekend (调休) has Monday's. Raises YearMissing."""
        if day.year not in self.years:
            raise YearMissing(day.year)
        own = self.hours.get(day.weekday(), ())
        works = self.exceptions.get(day)
        if works is None:
            return own
        if not works:
            return ()
        return self.hours.get(MONDAY, own) if day.weekday() in WEEKEND else own

    def counts(self, day: date) -> bool:
        """Is *day* a working day (工作日)? As the law means it: a desk staffed on a Sunday makes none of it.

        Raises YearMissing.
        """
        open_at_all = bool(self.intervals(day))
        return open_at_all and self.exceptions.get(day, day.weekday() not in WEEKEND)

    def spans(self, day: date) -> list[Span]:
        """The opening hours of *day* as instants in UTC, in order; apart even when clocks go forward."""
        found: list[Span] = []
        for opens, closes in self.intervals(day):
            begins = max(self._instant(day, opens), found[-1][1]) if found else self._instant(day, opens)
            ends = self._instant(day, closes)
            if begins < ends:
                found.append((begins, ends))
        return found

    def local(self, instant: datetime) -> datetime:
        return instant.astimezone(ZoneInfo(self.zone))

    def _instant(self, day: date, minutes: int) -> datetime:
        days, minutes = divmod(minutes, MINUTES_PER_DAY)
        wall = datetime.combine(day + days * DAY, time(minutes // 60, minutes % 60), ZoneInfo(self.zone))
        return wall.astimezone(UTC)


def add(calendar: Calendar, start: datetime, minutes: int) -> tuple[datetime, list[str]]:
    """The instant by which *minutes* of opening hours have passed since *start*, and how it was counted.

    Zero minutes end at once, or at the next opening. Raises YearMissing.
    """
    if minutes < 0:
        raise ValueError("time is never taken back")
    left, steps, closed = timedelta(minutes=minutes), list[str](), list[date]()
    for day in _days_from(calendar.local(start).date()):
        spans = calendar.spans(day)
        if not spans:
            closed.append(day)
        for opens, closes in spans:
            begins = max(opens, start)
            if begins >= closes:
                continue
            used = min(left, closes - begins)
            steps += _closed_text(closed)
            closed.clear()
            steps.append(_span_text(calendar, day, begins, begins + used))
            left -= used
            if not left:
                return (begins + used).astimezone(UTC), steps
    raise AssertionError("days never end")


def add_days(calendar: Calendar, start: datetime, days: int) -> tuple[datetime, list[str]]:
    """The end of a limit of *days* working days, and how they were counted.

    The day of *start* is not counted. The limit ends on the last day at the wall time of *start*; if the desk
    is closed then, at its next opening of that day, else at its close. What starts on a day off, or
    after the close, ends at the close. So a later start never ends earlier. Raises YearMissing.
    """
    if days < 1:
        raise ValueError("a limit has at least one working day")
    began = calendar.local(start)
    last, steps, closed, counted = began.date(), list[str](), list[date](), 0
    while counted < days:
        last += DAY
        if not calendar.counts(last):
            closed.append(last)
            continue
        counted += 1
        steps += _closed_text(closed)
        closed.clear()
        steps.append(f"{_day_text(last)} 第 {counted} 个工作日")
    due = _same_time(calendar, last, began) if calendar.counts(began.date()) else calendar.spans(last)[-1][1]
    steps.append(f"{_day_text(last)} {_time_text(calendar, last, due)} 到期")
    return due, steps


def add_months(calendar: Calendar, start: datetime, months: int) -> datetime:
    """The same day and wall time *months* calendar months later, or the last day of a shorter month."""
    began = calendar.local(start)
    years, month = divmod(began.month - 1 + months, 12)
    year = began.year + years
    day = min(began.day, monthrange(year, month + 1)[1])
    return began.replace(year=year, month=month + 1, day=day).astimezone(UTC)


def _same_time(calendar: Calendar, day: date, began: datetime) -> datetime:
    wanted = datetime.combine(day, began.time(), began.tzinfo).astimezone(UTC)
    spans = calendar.spans(day)
    for opens, closes in spans:
        if wanted < closes:
            return max(wanted, opens)
    return spans[-1][1]


def measure(calendar: Calendar, start: datetime, end: datetime) -> int:
    """Whole minutes of opening hours from *start* to *end*, 0 when *end* is not later. Raises YearMissing."""
    total = timedelta()
    if end <= start:
        return 0
    last = calendar.local(end).date()
    for day in _days_from(calendar.local(start).date()):
        if day > last:
            break
        for opens, closes in calendar.spans(day):
            total += max(min(closes, end) - max(opens, start), timedelta())
    return total // timedelta(minutes=1)


def is_open(calendar: Calendar, instant: datetime) -> bool:
    """Is the desk staffed at *instant*? Raises YearMissing."""
    return any(opens <= instant < closes for opens, closes in calendar.spans(calendar.local(instant).date()))


def _days_from(day: date) -> Iterator[date]:
    while True:
        yield day
        day += DAY


def duration_text(length: timedelta) -> str:
    """`2 小时`, `1 小时 30 分`, `45 秒`: only the parts that are not zero."""
    minutes, seconds = divmod(int(length.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [f"{n} {unit}" for n, unit in ((hours, "小时"), (minutes, "分"), (seconds, "秒")) if n]
    return " ".join(parts) or "0 分"


def _day_text(day: date) -> str:
    return f"{day:%m-%d} 周{NAMES[day.weekday()]}"


@lru_cache(maxsize=4_096)  # the steps of a clock are told anew with every act on its case
def moment_text(zone: str, instant: datetime) -> str:
    """`11-20 周五 16:00`, as the wall of the estate shows it."""
    wall = instant.astimezone(ZoneInfo(zone))
    return f"{_day_text(wall.date())} {wall:%H:%M}"


def _time_text(calendar: Calendar, day: date, instant: datetime) -> str:
    wall = calendar.local(instant)
    return "24:00" if wall.date() > day else f"{wall:%H:%M}"


def _span_text(calendar: Calendar, day: date, begins: datetime, ends: datetime) -> str:
    hours = f"{_time_text(calendar, day, begins)}–{_time_text(calendar, day, ends)}"
    extra = " 调休上班" if calendar.exceptions.get(day) and day.weekday() in WEEKEND else ""
    return f"{_day_text(day)}{extra} {hours} {duration_text(ends - begins)}"


def _closed_text(days: list[date]) -> list[str]:
    """One step for a run of days that did not count, none when there is no such day."""
    if not days:
        return []
    if len(days) == 1:
        return [f"{_day_text(days[0])} 不计"]
    return [f"{_day_text(days[0])} 至 {_day_text(days[-1])} 不计"]
