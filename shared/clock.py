"""The only place that asks the machine for the time."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

YEARS = range(1990, 3000)  # a typed year outside them is a slip, and its conversion may not exist


def now() -> datetime:
    """The present instant, in UTC and aware of it."""
    return datetime.now(UTC)


def local(instant: datetime, zone: str) -> datetime:
    """The same instant as the clock on the wall of an estate in *zone* (an IANA name) shows it."""
    return instant.astimezone(ZoneInfo(zone))


def local_date(instant: datetime, zone: str) -> date:
    """The calendar day of *instant* in *zone*; a day of an estate, never of UTC."""
    return local(instant, zone).date()
