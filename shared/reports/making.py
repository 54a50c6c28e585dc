"""A report is made once for a period that is over, and frozen with what it was counted by (GZ-3, MS-6, VK-4l)."""

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select

from shared.clock import local_date
from shared.database import db, transaction
from shared.identity.models import Estate, User
from shared.identity.queries import estates
from shared.outbox.rows import insert_once
from shared.policies import versions
from shared.policies.models import PolicyVersion
from shared.reports import definitions, delivering, figures, indicators, publishing, quality, trend
from shared.reports.models import Report
from shared.reports.periods import Kind, Period, containing, last_ended

MOST_MISSED = 60  # periods that are made up for in one turn


class Content(NamedTuple):
    """What is frozen."""

    figures: dict[str, Any]
    definitions: dict[str, Any]

    @property
    def digest(self) -> bytes:
        """The same for the same numbers counted in the same way, whatever order they stand in."""
        whole = {"definitions": self.definitions, "figures": self.figures}
        return hashlib.sha256(json.dumps(whole, sort_keys=True, ensure_ascii=False).encode()).digest()


def count(estate: Estate, period: Period, at: datetime) -> Content:
    """Count *period* from the record of today; a read of one instant, which may take a while."""
    until = period.instants(estate.zone)[1]
    days = indicators.Days(period.starts_on, period.ends_on)
    counted = {
        **figures.read(estate, period),
        "trend": trend.read(estate, period),
        "quality": quality.read(estate, period),
        # As they were known when the period ended: made a week late, a report says the same.
        "indicators": [reading.frozen() for reading in indicators.read(estate, days, until)],
    }
    if period.kind is Kind.ANNUAL:
        counted["public"] = publishing.frozen(estate, period.starts_on.year, until)
    return Content(counted, definitions.of(estate.id, at))


def is_intact(report: Report) -> bool:
    """Whether the numbers and definitions are those that were frozen."""
    return Content(report.figures, report.definitions).digest == report.digest


def freeze(estate: Estate, period: Period, content: Content, *, at: datetime, by: User | None) -> int | None:
    """Keep *content* as the report of *period* and tell who may read it; its id, or None where there is one already.

    *by* is None when the schedule makes it.
    """
    version = _policy(estate.id, at)
    report_id = insert_once(
        Report,
        ("estate_id", "kind", "starts_on"),
        {
            "estate_id": estate.id,
            "kind": period.kind,
            "starts_on": period.starts_on,
            "ends_on": period.ends_on,
            "policy_version_id": version.id if version else None,
            "made_at": at,
            "made_by_id": by.id if by else None,
            "figures": content.figures,
            "definitions": content.definitions,
            "digest": content.digest,
        },
    )
    if report_id is not None:
        delivering.on_made(report_id, estate, at)
    return report_id


def _policy(estate_id: int, at: datetime) -> PolicyVersion | None:
    try:
        return versions.in_force(estate_id, at)
    except versions.NoPolicyInForce:
        return None


def missing(estate: Estate, at: datetime) -> Iterator[Period]:
    """The periods that are over and have no report: all since the last one of their kind, the oldest first.

    An estate's first report is of the period before now, if any of it was lived by its rules.
    """
    begun = db.session.scalar(
        select(func.min(PolicyVersion.effective_at)).where(PolicyVersion.estate_id == estate.id)
    )
    for kind in Kind:
        latest = last_ended(kind, local_date(at, estate.zone))
        made = db.session.scalar(
            select(func.max(Report.starts_on)).where(Report.estate_id == estate.id, Report.kind == kind)
        )
        if made is None and begun is not None and begun < latest.instants(estate.zone)[1]:
            yield latest
        elif made is not None:
            yield from _since(containing(kind, made), latest)


def _since(last: Period, latest: Period) -> Iterator[Period]:
    period = last.next
    while period.starts_on <= latest.starts_on:
        yield period
        period = period.next


def is_due(at: datetime) -> bool:
    """Whether any estate lacks a report of a period that is over."""
    return any(True for estate in estates() for _period in missing(estate, at))


def make_due(at: datetime) -> int:
    """Make what is missing at every estate; how many. Safe to repeat and to race: whoever comes second makes none."""
    made = 0
    for estate in estates():
        for period in list(missing(estate, at))[:MOST_MISSED]:
            made += make(estate, period, at=at) is not None
    return made


def make(estate: Estate, period: Period, *, at: datetime, by: User | None = None) -> int | None:
    """Count, then freeze in a change of its own: nobody waits with their work while is counted. Entry point."""
    db.session.commit()  # what was read before belongs to another instant
    if db.engine.dialect.name == "postgresql":  # SQLite reads of one instant anyway
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    content = count(estate, period, at)
    with transaction():
        return freeze(estate, period, content, at=at, by=by)
