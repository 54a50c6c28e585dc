"""The working calendar of an estate on one page: hours, years, own days, the year in months, the last changes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from flask import g, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shared import words
from shared.calendars import years
from shared.calendars.holidays import REST
from shared.calendars.models import CalendarDay
from shared.calendars.queries import calendar_of, own_days
from shared.clock import local_date
from shared.deadlines.plain import WEEKDAYS
from shared.identity.models import Estate
from shared.identity.permissions import Permission
from shared.web import pages
from staff import blueprint, estates
from staff.access import me, requires
from staff.settings.calendar_months import KINDS, months
from staff.settings.calendar_trace import last_changes
from staff.settings.weekdays import interval_text

P = Permission
SHORT = (_l("一"), _l("二"), _l("三"), _l("四"), _l("五"), _l("六"), _l("日"))
DAY = 1


@dataclass(frozen=True, slots=True)
class Run:
    """Days in a row that are the same: one line of a list."""

    first: date
    last: date
    works: bool
    name: str

    @property
    def text(self) -> str:
        ends = f"–{self.last:%m-%d}" if self.last > self.first else ""
        return f"{self.first:%Y-%m-%d}{ends}"

    @property
    def count(self) -> int:
        return (self.last - self.first).days + 1


def runs(days: Iterable[CalendarDay]) -> list[Run]:
    """The days, in order, as runs; the library names each day of a holiday by itself."""
    ordered = list(days)
    found: list[list[CalendarDay]] = [[day] for day in ordered[:1]]
    for earlier, later in pairwise(ordered):
        if earlier.works == later.works and (later.on - earlier.on).days == DAY:
            found[-1].append(later)
        else:
            found.append([later])
    return [Run(run[0].on, run[-1].on, run[0].works, _names(run)) for run in found]


def _names(run: list[CalendarDay]) -> str:
    """Each name once, without what the library adds in brackets; the feast names the days of rest around it."""
    names = list(
        dict.fromkeys(day.name.partition("（")[0] if day.estate_id is None else day.name for day in run)
    )
    return words.listed([name for name in names if name != REST] or names)


def year_asked(today: date) -> int:
    """The year that the address names, within reason; else this one."""
    text = request.args.get("year", "")
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else today.year
    return year if years.EARLIEST <= year <= today.year + years.AHEAD else today.year


def address(estate: Estate, year: int | None = None, fragment: str | None = None) -> str:
    return url_for("staff.settings_calendar", estate=estate.slug, year=year, _anchor=fragment)


def _years(
    found: list[years.YearState], estate: Estate, shown: int, may_declare: bool
) -> list[dict[str, Any]]:
    return [
        {
            "year": s.year,
            "shown": s.year == shown,
            "url": address(estate, s.year),
            "status": _("正式") if s.is_official else _("暂定") if s.status else _("没有载入"),
            "chip": "kept" if s.is_official else "near" if s.status else "broken",
            "off": s.off,
            "worked": s.worked,
            "why": _why(s),
            "may_load": s.may_load,
            "load_word": _("载入") if s.status is None else _("按公布的安排更新"),
            "may_declare": may_declare and s.status is not None and not s.is_official and not s.announced,
        }
        for s in found
    ]


def _why(state: years.YearState) -> str:
    """What to think of a year, and what to do about it."""
    if state.status is None:
        return _("用到这一年的时限算不出来，会挂起待核定。")
    if state.is_official:
        return _("与公布的安排有 %(n)s 天不同。", n=state.differs) if state.differs else ""
    if state.announced:
        return _("国务院的安排已经收录，更新后即为正式。")
    return _("节日是推算的，还没有调休。公布以后请照公布登记，再核定为正式。")


def _months(year: int, estate: Estate, today: date, own: list[CalendarDay]) -> dict[str, Any]:
    calendar = calendar_of(estate)
    country = years.country_days(year)
    of_year = [day for day in own if day.on.year == year]
    loaded = year in calendar.years
    return {
        "months": months(year, calendar, {d.on: d for d in country}, {d.on: d for d in of_year}, today)
        if loaded
        else [],
        "country": runs(country),
        "own": runs(of_year),
        "hours": [(day, interval_text(calendar.hours.get(n, ()))) for n, day in enumerate(WEEKDAYS)],
    }


@blueprint.get("/settings/calendar")
@requires(P.SETTINGS_VIEW)
def settings_calendar() -> Any:
    estate = estates.chosen(P.SETTINGS_VIEW)
    today = local_date(g.at, estate.zone)
    year = year_asked(today)
    may_manage = me().can(P.SETTINGS_MANAGE, estate.id)
    may_country = may_manage and estates.manages_all()
    return pages.render(
        "staff/settings/calendar.html",
        calendar_estate=estate,
        estates=estates.views(P.SETTINGS_VIEW, estate, lambda e: address(e, year)),
        year=year,
        today=today,
        years=_years(years.states(today), estate, year, may_country),
        may_manage=may_manage,
        may_country=may_country,
        weekdays=SHORT,
        legend=[(kind, word, meaning) for kind, (word, meaning) in KINDS.items()],
        changes=last_changes(estate),
        **_months(year, estate, today, own_days(estate.id)),
    )
