"""The periods of duties by an estate's wall, when each is due and when one is reminded of it. Pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from shared.policies.duties import REPORTED, Duty, Every
from shared.reports import periods

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """From the first of its days to the last, both within."""

    every: Every
    starts_on: date
    ends_on: date

    @property
    def next(self) -> "Span":
        return containing(self.every, self.ends_on + DAY)

    @property
    def before(self) -> "Span":
        return containing(self.every, self.starts_on - DAY)

    def instants(self, zone: str) -> tuple[datetime, datetime]:
        """From which instant until before which, on the wall of *zone*."""
        return midnight(self.starts_on, zone), midnight(self.ends_on + DAY, zone)

    def due_at(self, duty: Duty, zone: str) -> datetime:
        """The end of its last day, and the days that there are for it after that."""
        return midnight(self.ends_on + DAY + timedelta(days=duty.within), zone)


def containing(every: Every, day: date) -> Span:
    """The period that *day* belongs to; those that reports are made of are the same."""
    if every is Every.MONTH:
        after = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        return Span(every, day.replace(day=1), after - DAY)
    period = periods.containing(periods.Kind(REPORTED[every]), day)
    return Span(every, period.starts_on, period.ends_on)


def reminded_at(duty: Duty, due_at: datetime) -> datetime:
    return due_at - timedelta(days=duty.remind)


def midnight(day: date, zone: str) -> datetime:
    """The instant at which *day* begins on the wall of *zone*."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
