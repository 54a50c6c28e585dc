"""Daily roots, and the check of everything: `flask audit verify`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from shared.audit import chain
from shared.audit.models import DailyRoot, TimelineRow
from shared.database import db, transaction

SETTLING = timedelta(minutes=10)  # a change that began before midnight has committed by then
CHUNK = 2_000


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that does not fit; `where` is fit for an operator's eyes."""

    where: str
    what: str


def _bounds(on: date) -> tuple[datetime, datetime]:
    start = datetime.combine(on, time(), UTC)
    return start, start + timedelta(days=1)


def _ends(on: date) -> list[tuple[int, int, bytes]]:
    start, end = _bounds(on)
    last = (
        select(TimelineRow.case_id, func.max(TimelineRow.seq).label("seq"))
        .where(TimelineRow.at >= start, TimelineRow.at < end)
        .group_by(TimelineRow.case_id)
        .subquery()
    )
    rows = db.session.execute(
        select(TimelineRow.case_id, TimelineRow.seq, TimelineRow.hash)
        .join(last, (last.c.case_id == TimelineRow.case_id) & (last.c.seq == TimelineRow.seq))
        .order_by(TimelineRow.case_id)
    ).all()
    return [(row.case_id, row.seq, bytes(row.hash)) for row in rows]


def make_due_roots(at: datetime) -> int:
    """Write the roots of all whole UTC days that have none yet; returns how many. Safe to repeat and to race."""
    first = db.session.scalar(select(func.min(TimelineRow.at)))
    if first is None:
        return 0
    latest = db.session.scalar(select(func.max(DailyRoot.on)))
    on = latest + timedelta(days=1) if latest else first.astimezone(UTC).date()
    made = 0
    while _bounds(on)[1] + SETTLING <= at:
        with transaction():
            ends = _ends(on)
            insert = postgresql_insert if db.engine.dialect.name == "postgresql" else sqlite_insert
            db.session.execute(
                insert(DailyRoot)
                .values(on=on, rows=len(ends), hash=chain.root_hash(ends), made_at=at)
                .on_conflict_do_nothing()
            )
        made += 1
        on += timedelta(days=1)
    return made


def _rows() -> Iterator[TimelineRow]:
    statement = (
        select(TimelineRow).order_by(TimelineRow.case_id, TimelineRow.seq).execution_options(yield_per=CHUNK)
    )
    yield from db.session.scalars(statement)


def _chain_faults(case_id: int, rows: Iterator[TimelineRow]) -> Iterator[Fault]:
    before, expected = chain.START, 1
    for row in rows:
        if row.seq != expected:
            yield Fault(f"case {case_id}", f"row {expected} is missing; row {row.seq} follows")
            expected = row.seq
        computed = chain.row_hash(
            before,
            case_id=row.case_id,
            seq=row.seq,
            round=row.round,
            at=row.at,
            act=row.act,
            actor_id=row.actor_id,
            public=row.public,
            data=row.data,
        )
        if computed != bytes(row.hash):
            yield Fault(f"case {case_id}", f"row {row.seq} ({row.act}) was altered, or the row before it")
        before, expected = bytes(row.hash), expected + 1


def _root_faults() -> Iterator[Fault]:
    """A root that no longer fits, and a root that was taken away: they are made without a gap."""
    due: date | None = None
    for root in db.session.scalars(select(DailyRoot).order_by(DailyRoot.on)).all():
        while due is not None and due < root.on:
            yield Fault(f"day {due.isoformat()}", "its root is missing")
            due += timedelta(days=1)
        ends = _ends(root.on)
        if len(ends) != root.rows or chain.root_hash(ends) != bytes(root.hash):
            yield Fault(f"day {root.on.isoformat()}", "the cases of that day no longer give its root")
        due = root.on + timedelta(days=1)


def verify() -> tuple[int, list[Fault]]:
    """Check every chain and every daily root. Gives the number of rows read and what does not fit."""
    faults: list[Fault] = []
    count = 0

    def counted(rows: Iterator[TimelineRow]) -> Iterator[TimelineRow]:
        nonlocal count
        for row in rows:
            count += 1
            yield row

    for case_id, rows in groupby(_rows(), key=lambda row: row.case_id):
        faults += _chain_faults(case_id, counted(rows))
    return count, faults + list(_root_faults())
