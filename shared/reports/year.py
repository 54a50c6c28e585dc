"""What an estate tells of a year or of the last twelve months, month by month (CO-M8, MS-8)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from shared.cases.models import Case, Closure
from shared.cases.participation import ordinary
from shared.clock import local
from shared.database import db
from shared.identity.models import Estate
from shared.register import figures
from shared.register.figures import Rate, Span
from shared.reports.anonymity import FEWEST

MERGED = "merged"  # categories with fewer cases than may be told apart


@dataclass(frozen=True, slots=True)
class Month:
    """One month, whole or as far as it has come."""

    year: int
    month: int
    filed: int
    closed: int
    intake: Rate
    on_time: Rate
    satisfied: Rate


@dataclass(frozen=True, slots=True)
class Period:
    """Some months, and the same figures over all of them."""

    span: Span
    months: tuple[Month, ...]
    filed: int
    closed: int
    again: int  # closed after more than one round
    intake: Rate
    on_time: Rate
    satisfied: Rate
    categories: tuple[tuple[str, int], ...]  # filed, the most first; the last may be MERGED


def last_twelve(estate: Estate, at: datetime) -> Period:
    """The twelve months that ended before the one of *at*: what is still changing is not told here."""
    wall = local(at, estate.zone)
    return _period(estate, [_first(wall.year, wall.month - n, estate.zone) for n in range(12, -1, -1)], at)


def of_year(estate: Estate, year: int, at: datetime) -> Period:
    """The months of *year* that have ended by then."""
    return _period(estate, [_first(year, month, estate.zone) for month in range(1, 14)], at)


def years(estate: Estate, at: datetime) -> list[int]:
    """The years with a month to tell of, the latest first."""
    begun, ended = _begun(estate), figures.month_start(at, estate.zone)
    if begun is None or begun >= ended:
        return []
    last = local(ended, estate.zone)
    latest = last.year if last.month > 1 else last.year - 1
    return list(range(latest, local(begun, estate.zone).year - 1, -1))


def _begun(estate: Estate) -> datetime | None:
    """When the estate's first case was filed: months before it have nothing to tell."""
    return db.session.scalar(select(func.min(Case.filed_at)).where(Case.estate_id == estate.id, ordinary()))


def _first(year: int, month: int, zone: str) -> datetime:
    """The first instant of a month on the wall of *zone*; month 0 is December of the year before."""
    years, rest = divmod(month - 1, 12)
    return datetime(year + years, rest + 1, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _period(estate: Estate, firsts: Sequence[datetime], at: datetime) -> Period:
    """The months between those instants that had begun to have cases, and have ended."""
    begun, ended = _begun(estate), figures.month_start(at, estate.zone)
    spans = [Span(a, b) for a, b in pairwise(firsts) if begun is not None and begun < b <= ended]
    if not spans:
        nothing = Rate(0, 0)
        return Period(Span(at, at), (), 0, 0, 0, nothing, nothing, nothing, ())
    whole, rules = Span(spans[0].begins, spans[-1].ends), figures.rules_of(estate.id)
    every = [*spans, whole]
    filed = db.session.execute(select(*(figures.filed_in(estate.id, span) for span in every))).one()
    closed = db.session.execute(select(*(figures.closed_in(estate.id, span) for span in every))).one()
    intake = figures.decided(estate.id, rules.intake, every, at)
    on_time = figures.decided(estate.id, rules.completion, every, at)
    satisfied = [figures.satisfied_in(estate.id, span) for span in every]
    walls = [local(span.begins, estate.zone) for span in spans]
    months = (
        Month(wall.year, wall.month, *rest)
        for wall, *rest in zip(walls, filed, closed, intake, on_time, satisfied, strict=False)
    )
    return Period(
        whole,
        tuple(months),
        filed[-1],
        closed[-1],
        _again(estate.id, whole),
        intake[-1],
        on_time[-1],
        satisfied[-1],
        tuple(_merged(_by_category(estate.id, whole))),
    )


def _again(estate_id: int, span: Span) -> int:
    closed = (
        select(func.count())
        .select_from(Closure)
        .join(Case, Case.id == Closure.case_id)
        .where(Closure.at >= span.begins, Closure.at < span.ends, Closure.round > 1)
        .where(Case.estate_id == estate_id, ordinary())
    )
    return db.session.scalar(closed) or 0


def _by_category(estate_id: int, span: Span) -> Counter[str]:
    found = db.session.execute(
        select(Case.category, func.count())
        .where(Case.estate_id == estate_id, Case.filed_at >= span.begins, Case.filed_at < span.ends)
        .where(ordinary())
        .group_by(Case.category)
    )
    return Counter({row[0]: row[1] for row in found})


def _merged(counts: Counter[str]) -> list[tuple[str, int]]:
    """The most first. What is too few to stand alone stands together, with the next one where that is still too few."""
    named = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    rest = 0
    while named and (named[-1][1] < FEWEST or 0 < rest < FEWEST):
        rest += named.pop()[1]
    if rest >= FEWEST:
        named.append((MERGED, rest))
    return named
