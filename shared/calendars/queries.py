"""An estate's calendar, read in one query and kept for as long as the session knows nothing else."""

from collections import defaultdict
from typing import Any, Protocol

from sqlalchemy import (
    CompoundSelect,
    Date,
    Integer,
    bindparam,
    case,
    cast,
    event,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import object_session

from shared.calendars.models import CalendarDay, CalendarYear, OpeningHours
from shared.calendars.working_time import Calendar
from shared.database import db

_KEPT = "calendars"


class Estate(Protocol):
    """What a calendar needs of an estate, whose table stands above this package."""

    @property
    def id(self) -> int: ...
    @property
    def zone(self) -> str: ...


def calendar_of(estate: Estate) -> Calendar:
    """When *estate* works; its own days go before the country's.

    Remembered in the session until a calendar row changes in it or a change begins.
    """
    kept: dict[int, Calendar] = db.session.info.setdefault(_KEPT, {})
    if estate.id not in kept:
        kept[estate.id] = _read(estate.id, estate.zone)
    return kept[estate.id]


def own_days(estate_id: int) -> list[CalendarDay]:
    """The days that an estate has set for itself, in order."""
    wanted = select(CalendarDay).where(CalendarDay.estate_id == estate_id).order_by(CalendarDay.on)
    return list(db.session.scalars(wanted))


def _read(estate_id: int, zone: str) -> Calendar:
    hours: dict[int, list[tuple[int, int]]] = defaultdict(list)
    country, own, years = {}, {}, set()
    for what, number, opens, closes, on in db.session.execute(_ROWS, {"estate_id": estate_id}):
        if what == "hours":
            hours[number].append((opens, closes))
        elif what == "year":
            years.add(number)
        elif number:
            own[on] = bool(opens)
        else:
            country[on] = bool(opens)
    intervals = {weekday: tuple(found) for weekday, found in hours.items()}
    return Calendar(zone, intervals, country | own, frozenset(years))


def _rows() -> CompoundSelect[Any]:
    """Hours, years and days in one answer: (what, weekday | year | is own, opens | works, closes, day)."""
    no_day, estate_id = cast(null(), Date), bindparam("estate_id", type_=Integer)
    works, is_own = CalendarDay.works, CalendarDay.estate_id.is_not(None)
    return union_all(
        select(literal("hours"), OpeningHours.weekday, OpeningHours.opens, OpeningHours.closes, no_day).where(
            OpeningHours.estate_id == estate_id
        ),
        select(literal("year"), CalendarYear.year, literal(0), literal(0), no_day),
        select(literal("day"), _as_number(is_own), _as_number(works), literal(0), CalendarDay.on).where(
            CalendarDay.estate_id.is_(None) | (CalendarDay.estate_id == estate_id)
        ),
    )


def _as_number(condition: Any) -> Any:
    return case((condition, 1), else_=0)


_ROWS = _rows()  # built once: every change of a case asks it


def _forget(_mapper: Any, _connection: Any, row: Any) -> None:
    session = object_session(row)
    if session is not None:
        session.info.pop(_KEPT, None)


for _model in (OpeningHours, CalendarDay, CalendarYear):
    for _change in ("after_insert", "after_update", "after_delete"):
        event.listen(_model, _change, _forget)
