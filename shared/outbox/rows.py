"""Writing rows, inside the change that causes them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple, cast

from sqlalchemy import Table, bindparam, delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningInsert

from shared.clock import now
from shared.database import Base, db, run
from shared.outbox import tasks
from shared.outbox.models import DEAD, DONE, DUE, OutboxRow

WRITTEN = "outbox_written"  # in db.session.info: what this change wrote, for `nudge`
KEPT = timedelta(days=90)
MARGIN = timedelta(seconds=5)  # a job is stopped this long before its lease ends


class Written(NamedTuple):
    """A row that could be done at once, and for how many seconds a job may work on it."""

    id: int
    seconds: int


def insert_once(model: type[Base], key: str | Sequence[str], values: dict[str, Any]) -> int | None:
    """Insert a row unless one with the same *key* (a unique column's name, or several) stands; its id, or None.

    On PostgreSQL it waits for another change that is inserting the same.
    """
    statement = _once(
        model,
        (key,) if isinstance(key, str) else tuple(key),
        tuple(values),
        db.session.get_bind().dialect.name,
    )
    db.session.flush()
    inserted: int | None = run(statement, {f"given_{name}": value for name, value in values.items()}).scalar()
    return inserted


@cache
def _once(
    model: type[Base], key: tuple[str, ...], names: tuple[str, ...], engine: str
) -> ReturningInsert[int]:
    """Built once for each kind of row: every change writes some."""
    dialect = postgresql if engine == "postgresql" else sqlite
    return (
        dialect.insert(cast("Table", model.__table__))
        .values({name: bindparam(f"given_{name}") for name in names})
        .on_conflict_do_nothing(index_elements=key)
        .returning(model.__table__.c.id)
    )


def write(task: str, payload: dict[str, Any], key: str, due_at: datetime | None = None) -> int | None:
    """Have *task* done with *payload* (ids only) once the open change stands, not before *due_at*.

    Gives the row's id, or None when *key* was written before.
    """
    at = now()
    row_id = insert_once(
        OutboxRow,
        "key",
        {
            "task": task,
            "payload": payload,
            "key": key,
            "state": DUE,
            "attempts": 0,
            "unanswered": 0,
            "created_at": at,
            "due_at": due_at or at,
        },
    )
    if row_id is not None and (due_at is None or due_at <= at):
        _remember(row_id, task)
    return row_id


def retry(at: datetime, row_ids: Sequence[int] | None = None) -> int:
    """Have dead rows (all, or those named) tried again, with all their attempts before them. How many."""
    dead = update(OutboxRow).where(OutboxRow.state == DEAD)
    if row_ids is not None:
        dead = dead.where(OutboxRow.id.in_(row_ids))
    anew = dead.values(state=DUE, due_at=at, attempts=0, unanswered=0)
    revived = db.session.execute(anew.returning(OutboxRow.id, OutboxRow.task)).all()
    for row_id, task in revived:
        _remember(row_id, task)
    return len(revived)


def forget_done(at: datetime) -> int:
    """Delete rows done 90 days ago; how many. Entry point: the schedule, in a transaction."""
    old = delete(OutboxRow).where(OutboxRow.state == DONE, OutboxRow.done_at < at - KEPT)
    return len(db.session.scalars(old.returning(OutboxRow.id)).all())


def _remember(row_id: int, task: str) -> None:
    seconds = int((tasks.lease_of(task) - MARGIN).total_seconds())
    db.session.info.setdefault(WRITTEN, []).append(Written(row_id, seconds))
