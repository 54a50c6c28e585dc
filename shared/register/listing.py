"""Pages of the register and of the desk: visible cases in an order, cut by key and never by number (keyset)."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, literal_column, select, tuple_, union_all

from shared.cases import outstanding
from shared.cases.models import Case, OutsideOrder, OutstandingWork
from shared.cases.participation import visible_to
from shared.database import Instant, db
from shared.deadlines import outstanding as dates
from shared.identity.models import User
from shared.register.filters import Filters, Sort, conditions
from shared.register.rows import CaseRow, load, selection
from shared.register.search import Sought, understand
from shared.register.views import IS_OPEN, View, condition, works_of

PAGE = 50
COUNTED = 1000  # what is more than this is only said to be more: a count must not grow with the register
SPELLED = 100  # the same where each case's words are read to be counted
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
_CURSOR = re.compile(r"(\d{1,17})\.(\d{1,10})")

Key = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class Cursor:
    """Go on after (or, backwards, end before) the line with this key."""

    key: Key
    backwards: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[CaseRow]
    next: str  # the key of the last line, when there are more; else empty
    previous: str
    total: int | None  # None: not counted
    matters: int | None = None  # the same with each incident counted once
    counted: int = COUNTED  # a total above this only says that there are more


def read_cursor(after: str, before: str) -> Cursor | None:
    """The cursor of an address; nonsense means the first page."""
    for text, backwards in ((after, False), (before, True)):
        found = _CURSOR.fullmatch(text)
        if found:
            return Cursor((EPOCH + int(found[1]) * MICROSECOND, int(found[2])), backwards)
    return None


def _written(key: Key) -> str:
    return f"{(key[0] - EPOCH) // MICROSECOND}.{key[1]}"


def _order(sort: Sort) -> tuple[Any, bool]:
    """The column that orders, and whether it falls."""
    return (Case.next_due_at, False) if sort is Sort.DUE else (Case.filed_at, sort is Sort.NEWEST)


def _scope(user: User, filters: Filters, sought: Sought | None, at: datetime, zone: str) -> list[Any]:
    wanted: list[ColumnElement[bool]] = [visible_to(user), *conditions(filters, user, at, zone)]
    if sought is not None:
        wanted.append(sought.condition)
    if filters.sort is Sort.DUE:
        wanted.append(Case.next_due_at.is_not(None))
    return wanted


def page(
    user: User,
    filters: Filters,
    cursor: Cursor | None,
    at: datetime,
    zone: str,
    *,
    among: Select[Any] | None = None,
) -> Page:
    """A page of the register as *user* may see it; of the cases only whose ids *among* gives."""
    sought = understand(filters.q, at, zone, user)
    wanted = _scope(user, filters, sought, at, zone)
    if among is not None:
        wanted.append(Case.id.in_(among))
    column, falls = _order(filters.sort)
    backwards = cursor is not None and cursor.backwards
    order = _ordered(column, falls != backwards)
    keys = _after(select(Case.id).where(*wanted), column, falls != backwards, cursor).order_by(*order)
    rows = load(_of(keys, order), at)
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    if backwards:
        rows.reverse()
    most = COUNTED if sought is None else SPELLED
    total, matters = _totals(rows, more, cursor, sought, wanted, most)
    return Page(
        rows=rows,
        next=_edge(rows, filters.sort, -1) if (more or backwards) and rows else "",
        previous=_edge(rows, filters.sort, 0) if (more if backwards else cursor is not None) and rows else "",
        total=total,
        matters=matters,
        counted=most,
    )


def _ordered(column: Any, falls: bool) -> tuple[Any, ...]:
    return (column.desc(), Case.id.desc()) if falls else (column.asc(), Case.id.asc())


def _after(statement: Select[Any], column: Any, falls: bool, cursor: Cursor | None) -> Select[Any]:
    """Only what lies beyond the cursor, as one comparison of a pair, which an index can follow."""
    if cursor is None:
        return statement
    here = tuple_(column, Case.id)
    edge = tuple_(literal(cursor.key[0], Instant()), literal(cursor.key[1]))
    return statement.where(here < edge if falls else here > edge)


def _of(keys: Select[Any], order: tuple[Any, ...]) -> Select[Any]:
    """The lines of the first page of *keys*: found by narrow rows first, joined to names and words after."""
    return selection(keys.limit(PAGE + 1)).order_by(*order)


def _edge(rows: list[CaseRow], sort: Sort, place: int) -> str:
    row = rows[place]
    at = row.next_due_at if sort is Sort.DUE else row.filed_at
    return _written((at, row.id)) if at else ""


def _totals(
    rows: list[CaseRow],
    more: bool,
    cursor: Cursor | None,
    sought: Sought | None,
    wanted: list[Any],
    most: int,
) -> tuple[int | None, int | None]:
    """How many cases, and how many matters: known from a single page, else counted up to *most*.

    Words that very many cases hold are not searched twice.
    """
    if cursor is None and not more:
        return len(rows), len({row.incident_id or -row.id for row in rows})
    if sought is not None and sought.is_common:
        return None, None
    matter = func.coalesce(Case.incident_id, -Case.id).label("matter")
    some = select(matter).where(*wanted).limit(most + 1).subquery()
    counted = db.session.execute(select(func.count(), func.count(some.c.matter.distinct())).select_from(some))
    cases, matters = counted.one()
    return cases, matters


def queue(user: User, view: View, at: datetime) -> tuple[list[CaseRow], bool]:
    """The lines of a view of the desk by time left, those without a limit last; and whether there are more.

    The nearest limit decides, ours or that of whoever passed the matter on (CO-1). What is nearest by both is among
    the nearest by either, so each is read along its own index.
    """
    if view is View.OUTSTANDING:
        return _works(user, at)
    here = (visible_to(user), condition(view, user, at))
    ours = select(Case.id, Case.next_due_at.label("due")).where(*here).limit(PAGE + 1)
    waiting = ours.where(Case.next_due_at.is_not(None)).order_by(Case.next_due_at, Case.id)
    rest = ours.where(Case.next_due_at.is_(None)).order_by(Case.id)
    parts = (waiting, rest, _of_others(here))
    both = union_all(*(select(part.subquery()) for part in parts)).subquery("both")
    nearest = func.min(both.c.due).label("due")
    keys = select(both.c.id, nearest).group_by(both.c.id).order_by(nearest.is_(None), nearest, both.c.id)
    found: ColumnElement[Any] = literal_column("found.due")
    rows = load(_of(keys, (found.is_(None), found, Case.id)), at)
    return rows[:PAGE], len(rows) > PAGE


def _works(user: User, at: datetime) -> tuple[list[CaseRow], bool]:
    """Cases of which *user* has still something to do after the answer, by the date of that and with it."""
    first = (
        select(func.min(OutstandingWork.promised_at))
        .where(OutstandingWork.case_id == Case.id, *works_of(user))
        .correlate(Case)
        .scalar_subquery()
    )
    order = (first, Case.id)
    keys = select(Case.id).where(visible_to(user), condition(View.OUTSTANDING, user, at)).order_by(*order)
    rows = load(_of(keys, order), at)
    works = outstanding.open_of_owner(user, [row.id for row in rows])
    dated = [replace(row, promise=dates.promise(works[row.id], at, row.zone)) for row in rows]
    return dated[:PAGE], len(rows) > PAGE


def _of_others(here: tuple[ColumnElement[bool], ...]) -> Select[Any]:
    """The cases that others wait for an answer to, by their limit."""
    waits = (OutsideOrder.answered_at.is_(None), OutsideOrder.due_at.is_not(None))
    limit: Any = (
        select(func.min(OutsideOrder.due_at))
        .where(OutsideOrder.case_id == Case.id, *waits)
        .correlate(Case)
        .scalar_subquery()
    )
    return (
        select(Case.id, limit.label("due"))
        # From the few orders that wait to their cases: a join would be begun from the cases.
        .where(*here, IS_OPEN, Case.id.in_(select(OutsideOrder.case_id).where(*waits)))
        .order_by(limit, Case.id)
        .limit(PAGE + 1)
    )
