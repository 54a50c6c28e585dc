"""How the periods before went, beside the one reported on (MS-6, MS-10, AH-5.2)."""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select

from shared.cases.models import Case, Resolution
from shared.cases.participation import ordinary
from shared.database import db
from shared.deadlines.models import Deadline
from shared.identity.models import Estate
from shared.policies.terms import NOBODY
from shared.reports.periods import Period
from shared.reports.statements import came_at
from shared.revisits.models import Revisit

CHUNK = 5_000


def read(estate: Estate, period: Period) -> list[dict[str, Any]]:
    """A line for each period of the trend, the oldest first; the last is the one reported on."""
    periods = period.trend
    edges = [each.instants(estate.zone)[0] for each in periods]
    begins, ends = edges[0], period.instants(estate.zone)[1]
    counts = [
        dict.fromkeys(("received", "completed", "broken", "satisfied", "asked"), 0) for _each in periods
    ]
    for name, row in _happened(estate.id, begins, ends):
        line = counts[bisect_right(edges, row[0]) - 1]
        line[name] += 1
        if name == "asked":
            line["satisfied"] += row[1]
    return [
        {
            "starts_on": each.starts_on.isoformat(),
            "ends_on": each.ends_on.isoformat(),
            "received": line["received"],
            "completed": line["completed"],
            "broken": line["broken"],
            "satisfied": [line["satisfied"], line["asked"]],
        }
        for each, line in zip(periods, counts, strict=True)
    ]


def _happened(estate_id: int, begins: datetime, ends: datetime) -> Iterator[tuple[str, Any]]:
    """What is counted, each with its instant first, as `figures` counts it."""
    of_case = select(Resolution.at).join(Case, Case.id == Resolution.case_id)
    # What was undone after a period's end stood when it ended; for a trend the last word is enough.
    wanted: dict[str, tuple[Any, Any, ColumnElement[bool]]] = {
        "received": (select(came_at), came_at, Case.filed_at >= begins),
        "completed": (
            of_case,
            Resolution.at,
            Resolution.undone_at.is_(None) | (Resolution.undone_at >= ends),
        ),
        "broken": (
            select(Deadline.breached_at).join(Case, Case.id == Deadline.case_id),
            Deadline.breached_at,
            (Deadline.duty != NOBODY) & (Deadline.due_at >= begins),
        ),
        "asked": (
            select(Revisit.at, Revisit.satisfied).join(Case, Case.id == Revisit.case_id),
            Revisit.at,
            Revisit.satisfied.is_not(None),
        ),
    }
    for name, (statement, at, condition) in wanted.items():
        narrowed = statement.where(
            Case.estate_id == estate_id, ordinary(), at >= begins, at < ends, condition
        )
        for row in db.session.execute(narrowed.execution_options(yield_per=CHUNK)):
            yield name, row
