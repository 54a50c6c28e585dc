"""The periods that are reported on (GZ-3, MS-6, VK-4l, CO-M8): whole days by an estate's wall. Pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

CLOSES_ON = 25  # GZ-3: the month of the summary ends on that day
A_QUARTER = 3  # months
DAY = timedelta(days=1)


class Kind(StrEnum):
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    ANNUAL = "annual"


ANSWERED_FOR = frozenset(
    {Kind.MONTHLY, Kind.QUARTERLY, Kind.ANNUAL}
)  # a week's trend is for looking at (MS-6)
# How many periods a trend is made of, the one reported on included.
TREND = {Kind.WEEKLY: 6, Kind.MONTHLY: 6, Kind.QUARTERLY: 4, Kind.ANNUAL: 2}


@dataclass(frozen=True, slots=True)
class Period:
    """From the first of its days to the last, both within."""

    kind: Kind
    starts_on: date
    ends_on: date

    def instants(self, zone: str) -> tuple[datetime, datetime]:
        """From which instant until before which, on the wall of *zone*."""
        return _midnight(self.starts_on, zone), _midnight(self.ends_on + DAY, zone)

    @property
    def next(self) -> "Period":
        return containing(self.kind, self.ends_on + DAY)

    @property
    def before(self) -> "Period":
        return containing(self.kind, self.starts_on - DAY)

    @property
    def trend(self) -> list["Period"]:
        """This period and those before it, the oldest first."""
        found = [self]
        while len(found) < TREND[self.kind]:
            found.append(found[-1].before)
        return found[::-1]


def containing(kind: Kind, day: date) -> Period:
    """The period that *day* belongs to: a week from Monday, a month to the 25th, a quarter or year of the calendar."""
    if kind is Kind.WEEKLY:
        monday = day - timedelta(days=day.weekday())
        return Period(kind, monday, monday + timedelta(days=6))
    if kind is Kind.MONTHLY:
        last = day.replace(day=CLOSES_ON)
        last = last if day <= last else _next_month(last)
        return Period(kind, (last.replace(day=1) - DAY).replace(day=CLOSES_ON + 1), last)
    months = A_QUARTER if kind is Kind.QUARTERLY else 12
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    after = first
    for _month in range(months):
        after = _next_month(after)
    return Period(kind, first, after - DAY)


def last_ended(kind: Kind, today: date) -> Period:
    """The latest period that was over when *today* began."""
    return containing(kind, today).before


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=day.day)


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
