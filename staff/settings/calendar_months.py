"""A year in twelve small tables. What a day is stands in it as a word, so that colour and print do not matter."""

from calendar import Calendar as Weeks
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext as _l

from shared.calendars.models import CalendarDay
from shared.calendars.working_time import Calendar

# kind → (the word in the cell, what it means)
KINDS = {
    "holiday": (_l("休"), _l("放假（全国）")),
    "makeup": (_l("班"), _l("调休上班（全国）")),
    "closed": (_l("停"), _l("本小区停业")),
    "extra": (_l("加"), _l("本小区加班")),
    "duty": (_l("值"), _l("周末值班，不算工作日")),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One day; *word* is empty for an ordinary working day and an ordinary weekend."""

    number: int
    kind: str  # of KINDS, or work, or off
    word: str
    name: str
    today: bool


@dataclass(frozen=True, slots=True)
class Month:
    number: int
    weeks: list[list[Cell | None]]
    working_days: int


def months(
    year: int,
    calendar: Calendar,
    country: Mapping[date, CalendarDay],
    own: Mapping[date, CalendarDay],
    today: date,
) -> list[Month]:
    """The months of *year*, which must be loaded."""
    return [_month(year, number, calendar, country, own, today) for number in range(1, 13)]


def _month(
    year: int,
    number: int,
    calendar: Calendar,
    country: Mapping[date, CalendarDay],
    own: Mapping[date, CalendarDay],
    today: date,
) -> Month:
    weeks: list[list[Cell | None]] = []
    working = 0
    for week in Weeks().monthdatescalendar(year, number):
        cells: list[Cell | None] = []
        for day in week:
            if day.month != number:
                cells.append(None)
                continue
            kind, name = _kind(day, calendar, country, own)
            word = str(KINDS[kind][0]) if kind in KINDS else ""
            cells.append(Cell(day.day, kind, word, name, day == today))
            working += calendar.counts(day)
        weeks.append(cells)
    return Month(number, weeks, working)


def _kind(
    day: date, calendar: Calendar, country: Mapping[date, CalendarDay], own: Mapping[date, CalendarDay]
) -> tuple[str, str]:
    if day in own:
        return ("extra" if own[day].works else "closed"), own[day].name
    if day in country:
        return ("makeup" if country[day].works else "holiday"), country[day].name
    if calendar.counts(day):
        return "work", ""
    return ("duty", str(KINDS["duty"][1])) if calendar.intervals(day) else ("off", "")
