"""What the pictures of some days show (MS-10, VK-4l): when, where and of what kind matters came. One read for all.

A matter counts by when it came to us. What staff report internally counts nowhere (CO-M5).
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from shared.cases.models import Case
from shared.cases.participation import ordinary
from shared.clock import local_date
from shared.database import db
from shared.identity.models import Estate
from shared.reports.indicators import Days
from shared.reports.periods import Kind, containing
from shared.reports.standing import among_ids
from shared.reports.statements import Statement, came_at

CHUNK = 5_000
DAY = timedelta(days=1)
WEEKS = 100  # days: longer is told by months
A_YEAR_OF_WEEKS = timedelta(days=364)


@dataclass(slots=True)
class Part:
    """A week or month of the trend as far as it is asked for and over; *n* is None where nothing was written down."""

    days: Days
    is_part: bool
    before_days: Days
    n: int | None = None
    before: int | None = None


@dataclass(slots=True)
class Received:
    """What came; buildings by id, None where none was written; hours from 0, weekdays from Monday as 0."""

    kind: Kind
    trend: list[Part]
    total: int = 0
    categories: Counter[str | None] = field(default_factory=Counter)
    places: Counter[tuple[int | None, str]] = field(default_factory=Counter)
    hours: Counter[tuple[int, int]] = field(default_factory=Counter)

    @property
    def before(self) -> int | None:
        """Of the same days of the year before; None where they are not all known."""
        known = [part.before for part in self.trend if part.n is not None]
        return None if not known or None in known else sum(n for n in known if n is not None)


def received(estate: Estate, days: Days, at: datetime) -> Received:
    """All that came on *days*, as known *at* that instant."""
    found = _frame(estate, days, at)
    edges = [part.days.span(estate.zone).begins for part in found.trend]
    counts, before = [0] * len(edges), [0] * len(edges)
    wall = ZoneInfo(estate.zone)
    for came, category, building in _came(estate, days, Case.category, Case.building_id):
        local = came.astimezone(wall)
        found.total += 1
        found.categories[category] += 1
        found.places[building, category] += 1
        found.hours[local.weekday(), local.hour] += 1
        counts[bisect_right(edges, came) - 1] += 1
    spans = [part.before_days.span(estate.zone) for part in found.trend]
    edges = [span.begins for span in spans]
    year_before = Days(found.trend[0].before_days.starts_on, found.trend[-1].before_days.ends_on)
    for (came,) in _came(estate, year_before):
        place = bisect_right(edges, came) - 1
        before[place] += came < spans[place].ends  # what is not over is compared as far as it has come
    _fill(found, counts, before, _first_day(estate), local_date(at, estate.zone))
    return found


def _came(estate: Estate, days: Days, *columns: Any) -> Iterator[Any]:
    statement = _statement(estate, days).with_only_columns(came_at, *columns)
    yield from db.session.execute(statement.execution_options(yield_per=CHUNK))


def _statement(estate: Estate, days: Days) -> Statement:
    """The ids of what came on *days*."""
    span = days.span(estate.zone)
    return select(Case.id).where(
        Case.estate_id == estate.id,
        ordinary(),
        came_at >= span.begins,
        came_at < span.ends,
        Case.filed_at >= span.begins,  # nothing is filed before it came to us: the index on that serves
    )


def _first_day(estate: Estate) -> date | None:
    """From which day on there is a record."""
    wanted = (
        select(came_at)
        .where(Case.estate_id == estate.id, ordinary())
        .order_by(Case.filed_at, Case.id)
        .limit(1)
    )
    first = db.session.scalar(wanted)
    return None if first is None else local_date(first, estate.zone)


def _frame(estate: Estate, days: Days, at: datetime) -> Received:
    """Months to the 25th as the reports have them; of few days weeks."""
    kind = Kind.WEEKLY if (days.ends_on - days.starts_on).days < WEEKS else Kind.MONTHLY
    today = local_date(at, estate.zone)
    trend, period = [], containing(kind, days.starts_on)
    while period.starts_on <= days.ends_on:
        begins, ends = max(period.starts_on, days.starts_on), min(period.ends_on, days.ends_on)
        so_far = Days(begins, max(begins, min(ends, today)))
        whole = (so_far.starts_on, so_far.ends_on) == (period.starts_on, period.ends_on)
        trend.append(Part(so_far, not whole, _year_before(so_far, kind)))
        period = period.next
    return Received(kind, trend)


def _year_before(days: Days, kind: Kind) -> Days:
    """The same weekdays of a week, the same dates of a month."""
    if kind is Kind.WEEKLY:
        return Days(days.starts_on - A_YEAR_OF_WEEKS, days.ends_on - A_YEAR_OF_WEEKS)
    return days.year_before


def _fill(
    found: Received, counts: Sequence[int], before: Sequence[int], first: date | None, today: date
) -> None:
    for part, n, n_before in zip(found.trend, counts, before, strict=True):
        if first is None or part.days.starts_on > today:
            continue
        part.n = n if part.days.ends_on >= first else None
        part.before = n_before if part.before_days.starts_on >= first else None


def cases_received(
    estate: Estate,
    days: Days,
    *,
    category: str = "",
    building: int | None = None,
    no_building: bool = False,
    hour: tuple[int, int | None] | None = None,
) -> Statement:
    """The ids of the cases behind a number of `received`; *hour*: the weekday, and the hour or the whole day."""
    wanted = _statement(estate, days)
    if category:
        wanted = wanted.where(Case.category == category)
    if no_building:
        wanted = wanted.where(Case.building_id.is_(None))
    elif building is not None:
        wanted = wanted.where(Case.building_id == building)
    if hour is None:
        return wanted
    wall = ZoneInfo(estate.zone)
    ids = []
    for came, case_id in _came(estate, days, Case.id):
        local = came.astimezone(wall)
        if local.weekday() == hour[0] and hour[1] in (None, local.hour):
            ids.append(case_id)
    return wanted.where(among_ids(ids))
