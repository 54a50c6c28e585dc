"""Times of a week as the settings write and read them."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import LazyString
from flask_babel import gettext as _
from wtforms import Form
from wtforms.validators import StopValidation

from shared.clock import local
from shared.deadlines.plain import WEEKDAYS

DAY = timedelta(days=1)


class Readable:
    """A time of day is there and was understood; says so in our words."""

    def __init__(self, message: LazyString) -> None:
        self.message = message
        self.field_flags = {"required": True}

    def __call__(self, form: Form, field: Any) -> None:
        if field.process_errors or field.data is None:
            field.errors[:] = []
            raise StopValidation(str(self.message))


def time_of(minutes: int) -> time:
    """The time of day so many minutes after midnight; 24:00 is 00:00."""
    return time(minutes // 60 % 24, minutes % 60)


def minutes_of(at: time | None) -> int:
    """Minutes since midnight, of a time that the form has made sure of."""
    assert at is not None
    return at.hour * 60 + at.minute


def midnight(day: date, zone: str) -> datetime:
    """The instant at which *day* begins on the wall of *zone*, in UTC."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(ZoneInfo("UTC"))


def day_and_time(at: datetime, zone: str, *, ends: bool = False) -> str:
    """`周三 20:00`; the midnight that *ends* something is 24:00 of the day before."""
    wall = local(at, zone)
    if ends and wall.time() == time():
        return _("%(day)s 24:00", day=WEEKDAYS[(wall - DAY).weekday()])
    return f"{WEEKDAYS[wall.weekday()]} {wall:%H:%M}"


def span_text(begins: datetime, ends: datetime, zone: str) -> str:
    """`08:00–20:00`; `20:00–次日 08:00` where it ends on another day."""
    first, last = local(begins, zone), local(ends, zone)
    if last.time() == time() and last.date() == first.date() + DAY:
        return f"{first:%H:%M}–24:00"
    if last.date() == first.date():
        return f"{first:%H:%M}–{last:%H:%M}"
    if last.date() == first.date() + DAY:
        return _("%(begins)s–次日 %(ends)s", begins=f"{first:%H:%M}", ends=f"{last:%H:%M}")
    return f"{first:%H:%M}–{last:%m-%d %H:%M}"
