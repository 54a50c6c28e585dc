"""When somebody is at home for a repair: a day and a part of it, as two instants."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask_babel import LazyString, format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

ANY = "any"
PARTS = {"any": (8, 21), "morning": (8, 12), "afternoon": (12, 18), "evening": (18, 21)}  # o'clock
NAMES: dict[str, LazyString] = {
    "any": _l("全天都行"),
    "morning": _l("上午 8–12 点"),
    "afternoon": _l("下午 12–18 点"),
    "evening": _l("晚上 18–21 点"),
}
OFFERED = 14  # days, as a list: no picker to learn, and none that speaks the telephone's language
FARTHEST = 60  # days ahead that a plain client may name


def window(on: date, part: str, zone: str) -> tuple[datetime, datetime]:
    """From and until, in UTC, of that part of the day on the wall of an estate in *zone*."""
    begins, ends = (datetime.combine(on, time(hour), ZoneInfo(zone)).astimezone(UTC) for hour in PARTS[part])
    return begins, ends


def days(today: date) -> list[tuple[str, str]]:
    """The next two weeks from *today* on, by their dates and as people say them."""
    found = [today + timedelta(days=ahead) for ahead in range(OFFERED)]
    near = [_("今天"), _("明天"), _("后天")]
    return [
        (day.isoformat(), " ".join(part for part in (near[n] if n < len(near) else "", named(day)) if part))
        for n, day in enumerate(found)
    ]


def named(day: date) -> str:
    """`11 月 24 日 周二`."""
    on = _("%(month)s 月 %(day)s 日", month=day.month, day=day.day)
    return f"{on} {format_date(day, 'EEE')}"
