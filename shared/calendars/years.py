"""Years as the desk keeps them: loaded from the library, or entered by hand from the announcement and declared."""

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import func, select

from shared.calendars.editing import note_year
from shared.calendars.holidays import OFFICIAL, is_announced, load_year, statutory_days
from shared.calendars.models import CalendarDay, CalendarYear
from shared.database import db
from shared.errors import Refused

EARLIEST = 2020
AHEAD = 2  # years; nothing is known of later ones


@dataclass(frozen=True, slots=True)
class YearState:
    """*status*: official, provisional, or None for a year that is not loaded. *announced*: the library knows it."""

    year: int
    status: str | None
    announced: bool
    off: int
    worked: int
    differs: int  # days on which an announced year is not as the library has it

    @property
    def is_official(self) -> bool:
        return self.status == OFFICIAL

    @property
    def may_load(self) -> bool:
        return self.status is None or (self.announced and (not self.is_official or self.differs > 0))


def states(today: date) -> list[YearState]:
    """The loaded years, this one and the next, in order."""
    stored = {row.year: row.status for row in db.session.scalars(select(CalendarYear))}
    return [_state(year, stored.get(year)) for year in sorted({*stored, today.year, today.year + 1})]


def state(year: int) -> YearState:
    row = db.session.get(CalendarYear, year)
    return _state(year, row.status if row else None)


def _state(year: int, status: str | None) -> YearState:
    held = country_days(year)
    announced = is_announced(year)
    differs = 0
    if announced and status is not None:
        known = {on: works for on, (works, _name) in statutory_days(year).items()}
        kept = {row.on: row.works for row in held}
        differs = sum(known.get(on) != kept.get(on) for on in known.keys() | kept.keys())
    worked = sum(row.works for row in held)
    return YearState(year, status, announced, len(held) - worked, worked, differs)


def country_days(year: int) -> list[CalendarDay]:
    """The days of *year* that differ from their weekday in the whole country, in order."""
    of_year = CalendarDay.on.between(date(year, 1, 1), date(year, 12, 31))
    wanted = select(CalendarDay).where(CalendarDay.estate_id.is_(None), of_year).order_by(CalendarDay.on)
    return list(db.session.scalars(wanted))


def load(year: int, *, today: date, user_id: int, at: datetime) -> CalendarYear:
    """Load *year* from the library: official when it was announced, else provisional. Raises Refused.

    What was entered by hand from an announcement that the library does not have yet is never overwritten.
    """
    if not EARLIEST <= year <= today.year + AHEAD:
        raise Refused(_("只能载入 %(first)s 年到 %(last)s 年。", first=EARLIEST, last=today.year + AHEAD))
    before = state(year)
    if before.status is not None and not before.announced:
        raise Refused(
            _("库里还没有 %(year)s 年的公布安排，现有日子保留不变。公布后可先手工登记。", year=year)
        )
    row = load_year(year)
    note_year(year, before.status, row.status, "", user_id=user_id, at=at)
    return row


def declare(year: int, reason: str, *, user_id: int, at: datetime) -> None:
    """Call *year* official because somebody has compared its days with the announcement. Raises Refused.

    Every arrangement of the State Council so far has moved days: a year without any was not compared with one.
    """
    row = db.session.get(CalendarYear, year, with_for_update=True)
    if row is None:
        raise Refused(_("%(year)s 年还没有载入。", year=year))
    if row.status == OFFICIAL:
        raise Refused(_("%(year)s 年已经核定。", year=year))
    if not _has_make_up_days(year):
        raise Refused(
            _(
                "%(year)s 年还没有一天调休上班，不像国务院公布的安排。"
                "请先照公布登记放假和上班的日子，再核定。",
                year=year,
            )
        )
    if not reason:
        raise Refused(_("请写明依据，例如公布的文号和日期。"))
    before, row.status = row.status, OFFICIAL
    note_year(year, before, row.status, reason, user_id=user_id, at=at)


def _has_make_up_days(year: int) -> bool:
    of_year = CalendarDay.on.between(date(year, 1, 1), date(year, 12, 31))
    wanted = select(func.count()).where(CalendarDay.estate_id.is_(None), CalendarDay.works, of_year)
    return bool(db.session.scalar(wanted))
