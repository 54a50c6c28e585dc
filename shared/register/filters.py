"""What the register is narrowed by. The address is the state: every filter is read from it and written back to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute

from shared.cases.lifecycle import OPEN, State
from shared.cases.models import Case
from shared.cases.vocabulary import Category, Channel, Kind, Urgency, Validity
from shared.identity.models import Estate, User
from shared.register.views import IS_OPEN, View, condition

ANY_OPEN = "open"
NOBODY = "-"
DAY = timedelta(days=1)


class Sort(StrEnum):
    NEWEST = "newest"
    OLDEST = "oldest"
    DUE = "due"  # only what has a clock running


CHOICES: dict[str, frozenset[str]] = {
    "view": frozenset(View),
    "state": frozenset({ANY_OPEN, *State}),
    "kind": frozenset(Kind),
    "category": frozenset(Category),
    "channel": frozenset(Channel),
    "urgency": frozenset(Urgency),
    "validity": frozenset(Validity),
    "sort": frozenset(Sort),
}
NUMBERS = ("building", "department")
PEOPLE = ("handler", "first_responder")
DATES = ("from", "to")
NAMES = ("q", "estate", *CHOICES, *NUMBERS, *PEOPLE, *DATES)
LONGEST = 60
LARGEST_ID = 2**31 - 1
FIRST_YEAR, LAST_YEAR = 1990, 2999


@dataclass(frozen=True, slots=True)
class Filters:
    """Checked values by name; *unread* are the names whose value made no sense and was left out."""

    values: Mapping[str, str] = field(default_factory=dict)
    unread: tuple[str, ...] = ()

    def get(self, name: str) -> str:
        return self.values.get(name, "")

    @property
    def q(self) -> str:
        return self.get("q")

    @property
    def sort(self) -> Sort:
        return Sort(self.get("sort") or Sort.NEWEST)

    @property
    def view(self) -> View | None:
        return View(self.values["view"]) if "view" in self.values else None

    @property
    def narrowing(self) -> dict[str, str]:
        """The filters in force, without the order."""
        return {name: value for name, value in self.values.items() if name != "sort"}


def _meaning(name: str, value: str) -> str | None:
    """*value* as it is used, or None when it means nothing."""
    if name in CHOICES:
        return value if value in CHOICES[name] else None
    if name in NUMBERS:
        number = int(value) if value.isascii() and value.isdecimal() and len(value) < 11 else 0
        return str(number) if 0 < number <= LARGEST_ID else None
    if name in DATES:
        return _day(value)
    return value


def _day(value: str) -> str | None:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    return day.isoformat() if FIRST_YEAR <= day.year <= LAST_YEAR else None


def parse(given: Mapping[str, str]) -> Filters:
    """Read filters from an address (or a command line); what is empty or unknown is left out."""
    values, unread = {}, []
    for name in NAMES:
        text = given.get(name, "").replace("\x00", "").strip()[:LONGEST]
        if not text:
            continue
        meaning = _meaning(name, text)
        if meaning is None:
            unread.append(name)
        else:
            values[name] = meaning
    return Filters(values, tuple(unread))


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)


def _person(column: InstrumentedAttribute[int | None], username: str) -> ColumnElement[bool]:
    if username == NOBODY:
        return column.is_(None)
    return column == select(User.id).where(User.username == username).scalar_subquery()


def conditions(filters: Filters, user: User | None, at: datetime, zone: str) -> list[ColumnElement[bool]]:
    """Everything but the search words, as conditions on cases. Days are days in *zone*.

    The views of the desk are somebody's; the operator at a terminal is nobody (None), and has none.
    """
    found: list[ColumnElement[bool]] = []
    columns = {
        "kind": Case.kind,
        "category": Case.category,
        "channel": Case.channel,
        "urgency": Case.urgency,
        "validity": Case.validity,
    }
    for name, column in columns.items():
        if value := filters.get(name):
            found.append(column == value)
    if state := filters.get("state"):
        if state == ANY_OPEN or State(state) in OPEN:
            found.append(IS_OPEN)  # with any open state too: then the small index of open cases serves
        if state != ANY_OPEN:
            found.append(Case.state == state)
    if building := filters.get("building"):
        found.append(Case.building_id == int(building))
    if department := filters.get("department"):
        found.append(Case.lead_department_id == int(department))
    if handler := filters.get("handler"):
        found.append(_person(Case.handler_id, handler))
    if responder := filters.get("first_responder"):
        found.append(_person(Case.first_responder_id, responder))
    if slug := filters.get("estate"):
        found.append(Case.estate_id == select(Estate.id).where(Estate.slug == slug).scalar_subquery())
    if first := filters.get("from"):
        found.append(Case.filed_at >= _midnight(date.fromisoformat(first), zone))
    if last := filters.get("to"):
        found.append(Case.filed_at < _midnight(date.fromisoformat(last) + DAY, zone))
    if filters.view and user is not None:
        found.append(condition(filters.view, user, at))
    return found
