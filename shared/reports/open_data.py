"""The cases of an estate as open data: frozen at the end of a month, so that two downloads cannot be compared.

Somebody who knew when one case ended would else find it as the difference between yesterday's file and today's.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Row, func, select

from shared.cases.models import Case, Closure, Resolution
from shared.cases.participation import ordinary
from shared.clock import local
from shared.database import db
from shared.deadlines.models import Deadline
from shared.identity.models import Building, Estate
from shared.register import figures
from shared.reports.anonymity import publishable
from shared.revisits.models import Revisit

DAY = timedelta(days=1)
LENGTHS = ((1, "within_1"), (2, "within_2"), (5, "within_5"), (10, "within_10"))  # days
LONGER = "longer"


class OpenRow(NamedTuple):
    """What is told of a closed case; a field is empty where it would tell too much."""

    filed: str  # 2026-02, 2026-Q1 or 2026
    kind: str
    category: str
    building: str
    length: str
    on_time: str  # yes | no
    outcome: str
    satisfied: str  # yes | no | unasked
    round: str  # first | later


def _without(*names: str) -> Callable[[OpenRow], OpenRow]:
    return lambda row: row._replace(**dict.fromkeys(names, ""))


def _in_quarters(row: OpenRow) -> OpenRow:
    year, _dash, month = row.filed.partition("-")
    return row._replace(filed=f"{year}-Q{(int(month) + 2) // 3}" if month.isdecimal() else row.filed)


def _in_years(row: OpenRow) -> OpenRow:
    return row._replace(filed=row.filed[:4])


# From what tells most of a person to what tells least.
STEPS = (
    _without("building"),
    _in_quarters,
    _without("round", "length"),
    _without("kind"),
    _in_years,
    _without("satisfied", "outcome"),
    _without("on_time"),
    _without("category"),
    _without(*OpenRow._fields),
)


def rows(estate: Estate, at: datetime) -> Counter[OpenRow]:
    """The rows of *estate* with how many cases each stands for: closed before the month of *at* began."""
    until = figures.month_start(at, estate.zone)
    exact = Counter(_told(found, estate.zone) for found in _closed_before(estate.id, until))
    return publishable(exact, STEPS)


def _closed_before(estate_id: int, until: datetime) -> Iterator[Row[Any]]:
    """Each case by its last closure before that instant; what came of it later belongs to a later month."""
    last = (
        select(Closure.case_id, func.max(Closure.id).label("closure_id"))
        .where(Closure.at < until)
        .group_by(Closure.case_id)
        .subquery()
    )
    outcome = (
        select(Resolution.outcome)
        .where(
            Resolution.case_id == Case.id, Resolution.round == Closure.round, Resolution.undone_at.is_(None)
        )
        .order_by(Resolution.id.desc())
        .limit(1)
        .correlate(Case, Closure)
        .scalar_subquery()
    )
    satisfied = (
        select(Revisit.satisfied)
        .where(Revisit.case_id == Case.id, Revisit.round == Closure.round, Revisit.satisfied.is_not(None))
        .order_by(Revisit.id.desc())
        .limit(1)
        .correlate(Case, Closure)
        .scalar_subquery()
    )
    rules = figures.rules_of(estate_id).completion
    promise = (
        select(func.max(Deadline.id))
        .where(
            Deadline.case_id == Case.id,
            Deadline.round == Closure.round,
            Deadline.rule.in_(rules),
            Deadline.superseded_by.is_(None),
        )
        .correlate(Case, Closure)
        .scalar_subquery()
    )
    yield from db.session.execute(
        select(
            Case.filed_at,
            Case.received_at,
            Case.kind,
            Case.category,
            Building.name.label("building"),
            Closure.round,
            outcome.label("outcome"),
            satisfied.label("satisfied"),
            Deadline.met_at,
            Deadline.due_at,
            Deadline.breached_at,
        )
        .join(last, last.c.case_id == Case.id)
        .join(Closure, Closure.id == last.c.closure_id)
        .outerjoin(Building, Building.id == Case.building_id)
        .outerjoin(Deadline, Deadline.id == promise)
        .where(Case.estate_id == estate_id, ordinary())
        .execution_options(yield_per=2_000)
    )


def _told(found: Row[Any], zone: str) -> OpenRow:
    filed = local(found.filed_at, zone)
    met = found.met_at
    return OpenRow(
        filed=f"{filed:%Y-%m}",
        kind=found.kind,
        category=found.category,
        building=found.building or "",
        length=_length(met - found.received_at) if met else "",
        on_time=_yes(met <= found.due_at and found.breached_at is None) if met else "",
        outcome=found.outcome or "",
        satisfied="unasked" if found.satisfied is None else _yes(found.satisfied),
        round="first" if found.round == 1 else "later",
    )


def _length(took: timedelta) -> str:
    return next((code for days, code in LENGTHS if took <= days * DAY), LONGER)


def _yes(so: bool) -> str:
    return "yes" if so else "no"
