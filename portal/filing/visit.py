"""When somebody is at home for a repair: a day and a part of it, as two instants."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

ANY = "any"
PARTS = {"any": (8, 21), "morning": (8, 12), "afternoon": (12, 18), "evening": (18, 21)}  # o'clock
NAMES: dict[str, LazyString] = {
    "any": _l("全天都行"),
    "morning": _l("上午 8–12 点"),
    "afternoon": _l("下午 12–18 点"),
    "evening": _l("晚上 18–21 点"),
}
FARTHEST = 60  # days ahead; a date beyond is a slip of the finger


def window(on: date, part: str, zone: str) -> tuple[datetime, datetime]:
    """From and until, in UTC, of that part of the day on the wall of an estate in *zone*."""
    begins, ends = (datetime.combine(on, time(hour), ZoneInfo(zone)).astimezone(UTC) for hour in PARTS[part])
    return begins, ends
