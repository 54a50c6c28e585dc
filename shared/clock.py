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


def written(instant: datetime, zone: str) -> str:
    """`2026-03-02 18:00`, for paper and letters: by the clock on the wall, and read on any day."""
    return f"{local(instant, zone):%Y-%m-%d %H:%M}"


def is_between(instant: datetime, zone: str, begins: int, ends: int) -> bool:
    """Whether it is between two times of day on the wall of an estate in *zone*, over midnight if the first is later.

    They are minutes since midnight; equal: never.
    """
    wall = local(instant, zone)
    minute = wall.hour * 60 + wall.minute
    return begins <= minute < ends if begins <= ends else minute >= begins or minute < ends


def local_date(instant: datetime, zone: str) -> date:
    """The calendar day of *instant* in *zone*; a day of an estate, never of UTC."""
    return local(instant, zone).date()
