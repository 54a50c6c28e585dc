"""Changing when an estate works: its hours, its own days, and the days that all estates share.

Each change leaves a trace of who changed what, and clocks that run are counted anew. Days that are over may be
closed after the fact (a typhoon), never opened: nobody is made late by a day that nobody worked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, select

from shared import events
from shared.audit import settings
from shared.calendars.events import CalendarChanged
from shared.calendars.models import CalendarDay, OpeningHours
from shared.calendars.working_time import MINUTES_PER_DAY, WEEKEND, Interval
from shared.database import db
from shared.errors import Refused

LONGEST = 62  # days at once; a longer range is a slip of the year
HOURS, DAYS, YEAR = "calendar.hours", "calendar.days", "calendar.year"
Hours = Mapping[int, Sequence[Interval]]


@dataclass(frozen=True, slots=True)
class Span:
    """From one day to another, both in it."""

    first: date
    last: date

    @property
    def days(self) -> list[date]:
        return [date.fromordinal(n) for n in range(self.first.toordinal(), self.last.toordinal() + 1)]

    def __str__(self) -> str:
        return f"{self.first}..{self.last}" if self.last > self.first else str(self.first)


def set_hours(estate_id: int, hours: Hours, *, user_id: int, at: datetime) -> bool:
    """Make *hours* (weekday, Monday 0 → intervals) those of the estate; whether anything changed.

    Raises Refused for hours that cannot be, and when no weekday from Monday to Friday has any: limits in working
    days would never end.
    """
    wanted = {(day, opens): closes for day, found in hours.items() for opens, closes in _checked(found)}
    if not any(day not in WEEKEND for day, _opens in wanted):
        raise Refused(_("周一至周五至少要有一天值班，否则按工作日计的时限算不出来。"))
    rows = db.session.scalars(select(OpeningHours).where(OpeningHours.estate_id == estate_id)).all()
    before = {(row.weekday, row.opens): row.closes for row in rows}
    if before == wanted:
        return False
    for row in rows:
        if (row.weekday, row.opens) in wanted:
            row.closes = wanted[row.weekday, row.opens]
        else:
            db.session.delete(row)
    for day, opens in wanted.keys() - before.keys():
        closes = wanted[day, opens]
        db.session.add(OpeningHours(estate_id=estate_id, weekday=day, opens=opens, closes=closes))
    _changed(HOURS, estate_id, user_id, _told_hours(before), _told_hours(wanted), at)
    return True


def _checked(intervals: Sequence[Interval]) -> list[Interval]:
    ordered = sorted(intervals)
    for opens, closes in ordered:
        if not 0 <= opens < closes <= MINUTES_PER_DAY:
            raise Refused(_("每段值班时间的结束要晚于开始，最晚到 24:00。"))
    for earlier, later in pairwise(ordered):
        if later[0] <= earlier[1]:
            raise Refused(_("同一天的几段值班时间不能重叠，也不能首尾相接。"))
    return ordered


def set_days(
    estate_id: int | None,
    span: Span,
    works: bool,
    name: str,
    *,
    today: date,
    user_id: int,
    at: datetime,
) -> None:
    """Have the days of *span* worked or off, for one estate or (None) for the whole country. Raises Refused.

    *name* says why, and is read in the calendar; *today* is the estate's date.
    """
    if not span.first <= span.last or len(span.days) > LONGEST:
        raise Refused(_("结束日期不能早于开始日期，一次最多 %(n)s 天。", n=LONGEST))
    if works and span.first <= today:
        raise Refused(_("今天和已经过去的日子不能改成上班：按原来的日历算过的时限已经生效。"))
    found = {row.on: row for row in _days(estate_id, span)}
    before = [_told_day(row) for row in found.values()]
    for on in span.days:
        row = found.get(on)
        if row is None:
            db.session.add(CalendarDay(estate_id=estate_id, on=on, works=works, name=name))
        else:
            row.works, row.name = works, name
    after = {"days": str(span), "works": works, "name": name}
    _changed(DAYS, estate_id, user_id, {"days": before}, after, at)


def remove_days(
    estate_id: int | None, span: Span, *, today: date, reason: str, user_id: int, at: datetime
) -> None:
    """Let the days of *span* be again what their weekday (or the country) makes of them. Raises Refused."""
    if span.first <= today:
        raise Refused(_("今天和已经过去的日子不能删：按它算过的时限已经生效。"))
    found = _days(estate_id, span)
    if not found:
        raise Refused(_("这几天没有登记，可能刚被别人删掉。"))
    for row in found:
        db.session.delete(row)
    before = {"days": [_told_day(row) for row in found]}
    _changed(DAYS, estate_id, user_id, before, {"days": str(span), "removed": True, "reason": reason}, at)


def note_year(year: int, before: str | None, after: str, reason: str, *, user_id: int, at: datetime) -> None:
    """The trace of a year that was loaded or declared official."""
    told = {"year": year, "status": after, "reason": reason}
    _changed(YEAR, None, user_id, {"year": year, "status": before}, told, at)


def _days(estate_id: int | None, span: Span) -> Sequence[CalendarDay]:
    whose: ColumnElement[bool] = (
        CalendarDay.estate_id.is_(None) if estate_id is None else CalendarDay.estate_id == estate_id
    )
    return db.session.scalars(
        select(CalendarDay)
        .where(whose, CalendarDay.on.between(span.first, span.last))
        .order_by(CalendarDay.on)
        .with_for_update()
    ).all()


def _told_day(row: CalendarDay) -> dict[str, object]:
    return {"on": str(row.on), "works": row.works, "name": row.name}


def _told_hours(hours: Mapping[tuple[int, int], int]) -> dict[str, list[list[int]]]:
    told: dict[str, list[list[int]]] = {}
    for (day, opens), closes in sorted(hours.items()):
        told.setdefault(str(day), []).append([opens, closes])
    return told


def _changed(
    what: str,
    estate_id: int | None,
    user_id: int,
    before: Mapping[str, object],
    after: Mapping[str, object],
    at: datetime,
) -> None:
    db.session.flush()
    settings.note(user_id=user_id, estate_id=estate_id, what=what, before=before, after=after, at=at)
    events.publish(CalendarChanged(estate_id))
