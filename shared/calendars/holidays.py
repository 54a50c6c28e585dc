"""The holidays of China, loaded a year at a time from what the `holidays` library carries.

For a year not yet announced the library computes the feasts and silently leaves out every make-up day, so
such a year is kept as provisional until the State Council has spoken and it is loaded anew.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType

from holidays import country_holidays
from sqlalchemy import select

from shared.calendars.models import CalendarDay, CalendarYear
from shared.calendars.working_time import WEEKEND
from shared.database import db

OFFICIAL = "official"
PROVISIONAL = "provisional"
MAKE_UP = "调休上班"
REST = "休息日"
DAY = timedelta(days=1)


@cache
def statutory_days(year: int) -> Mapping[date, tuple[bool, str]]:
    """The days of *year* that differ from their weekday: works or not, and the name of the day.

    A weekend that touches a holiday belongs to it, as in the announcements (2026 年春节 2 月 15 日至 23 日).
    That matters to estates whose desk is staffed on ordinary weekends.
    """
    known = country_holidays("CN", years=(year - 1, year, year + 1), language="zh_CN")
    worked: set[date] = known.weekend_workdays
    days: dict[date, tuple[bool, str]] = {day: (True, MAKE_UP) for day in worked if day.year == year}
    for day, name in known.items():
        if day.year == year:
            days[day] = (False, str(name)[:40])
        for step in (DAY, -DAY):
            near = day + step
            while near.weekday() in WEEKEND and near not in known and near not in worked:
                if near.year == year:
                    days[near] = (False, REST)
                near += step
    return MappingProxyType(days)


def is_announced(year: int) -> bool:
    """Has the State Council's arrangement of *year* reached the library? Each one so far has moved days."""
    return any(works for works, _ in statutory_days(year).values())


def load_year(year: int, status: str | None = None) -> CalendarYear:
    """Write the statutory days of *year*, for the whole country; a second time changes nothing.

    *status* is `official` or `provisional`; left out, it is what the library knows. Days that estates set for
    themselves stay. Raises ValueError when a year is called official that nobody has announced.
    """
    status = status or (OFFICIAL if is_announced(year) else PROVISIONAL)
    if status not in (OFFICIAL, PROVISIONAL):
        raise ValueError(f"a year is official or provisional, not {status!r}")
    if status == OFFICIAL and not is_announced(year):
        raise ValueError(f"the holidays of {year} have not been announced")
    row = db.session.get(CalendarYear, year)
    if row is None:
        row = CalendarYear(year=year, status=status)
        db.session.add(row)
    row.status = status
    _write(year, statutory_days(year))
    db.session.flush()
    return row


def _write(year: int, wanted: Mapping[date, tuple[bool, str]]) -> None:
    stored = db.session.scalars(
        select(CalendarDay).where(
            CalendarDay.estate_id.is_(None), CalendarDay.on.between(date(year, 1, 1), date(year, 12, 31))
        )
    )
    present = {day.on: day for day in stored}
    for on, day in present.items():
        if on not in wanted:
            db.session.delete(day)
    for on, (works, name) in wanted.items():
        if on in present:
            present[on].works, present[on].name = works, name
        else:
            db.session.add(CalendarDay(estate_id=None, on=on, works=works, name=name))
