"""Doing what rows ask for. Whoever holds the lease works; a lease that ran out is anybody's (F05, F06)."""

import logging
import random
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, update

from shared import counting
from shared.clock import now
from shared.clock_watch import SUSPECT
from shared.counting import What
from shared.database import db, transaction
from shared.outbox import tasks
from shared.outbox.models import DEAD, DONE, DUE, OutboxRow

log = logging.getLogger(__name__)

CRASHES = 3
HORIZON = timedelta(hours=24)
JITTER = 0.1  # a tenth either way, so that what failed together does not come back together


class Result(StrEnum):
    DONE = "done"
    FAILED = "failed"  # will be tried again
    DEAD = "dead"
    SKIPPED = "skipped"  # not due, or somebody else's


@dataclass(frozen=True, slots=True)
class Lease:
    row_id: int
    task: str
    payload: tasks.Payload
    attempt: int


def run_row(row_id: int) -> Result:
    """Take the row's lease and do it, in changes of its own. Never raises for what the task does."""
    lease = _take(row_id, now())
    if isinstance(lease, Result):
        return lease
    began = time.perf_counter()
    try:
        tasks.named(lease.task).handler(lease.payload)
    except Exception as error:
        db.session.rollback()
        return _fail(lease, error, now())
    finally:
        counting.took(What.JOB, time.perf_counter() - began, lease.task)
    db.session.rollback()  # whatever the handler has only read
    _finish(lease, now())
    return Result.DONE


def run_row_job(row_id: int) -> None:
    """What the queue asks for, and all that it can ask for (T34)."""
    run_row(row_id)


def run_due(
    limit: int, *, overdue: timedelta = timedelta(0), stopping: Callable[[], bool] = lambda: False
) -> int:
    """Do at most *limit* rows that are due, oldest first; how many came to an end.

    *overdue*: so long a row that nobody has taken yet is left to the queue. Of one that was taken before, whose lease
    ran out or which failed, the queue knows nothing more.
    """
    at = now()
    is_ours = or_(OutboxRow.due_at <= at - overdue, OutboxRow.attempts > 0)
    due = (
        select(OutboxRow.id)
        .where(OutboxRow.state == DUE, or_(and_(OutboxRow.due_at <= at, is_ours), _is_of_the_future(at)))
        .order_by(OutboxRow.due_at, OutboxRow.id)
        .limit(limit)
    )
    ids = db.session.scalars(due).all()
    db.session.rollback()
    ended = 0
    for row_id in ids:
        if stopping():
            break
        ended += run_row(row_id) in (Result.DONE, Result.DEAD)
    return ended


def delay(attempt: int) -> timedelta | None:
    """How long to wait after failure number *attempt*: 1, 2, 4 … minutes; None when 24 hours are used up."""
    before = timedelta(minutes=2 ** (attempt - 1) - 1)
    if before >= HORIZON:
        return None
    return min(timedelta(minutes=2 ** (attempt - 1)), HORIZON - before)


def _is_of_the_future(at: datetime) -> ColumnElement[bool]:
    """Due when it was written, or leased, by a clock that was ahead (F22): by the right one it would wait as long.

    No lease is as long as what makes a clock suspect.
    """
    is_written_so = and_(OutboxRow.created_at > at, OutboxRow.due_at <= OutboxRow.created_at)
    is_leased_so = and_(OutboxRow.unanswered > 0, OutboxRow.due_at > at + SUSPECT)
    return or_(is_written_so, is_leased_so)


def _take(row_id: int, at: datetime) -> Lease | Result:
    """The lease, by one conditional update; a row that crashed its holders three times is parked instead."""
    with transaction():
        row = db.session.execute(
            select(OutboxRow.task, OutboxRow.payload, OutboxRow.attempts, OutboxRow.unanswered).where(
                OutboxRow.id == row_id,
                OutboxRow.state == DUE,
                or_(OutboxRow.due_at <= at, _is_of_the_future(at)),
            )
        ).one_or_none()
        if row is None:
            return Result.SKIPPED
        lease = Lease(row_id, row.task, row.payload, row.attempts + 1)
        if row.unanswered >= CRASHES:
            return _bury(lease, row.attempts, f"poison: {CRASHES} crashes")
        taken = _change(
            row_id,
            row.attempts,
            attempts=lease.attempt,
            unanswered=row.unanswered + 1,
            due_at=at + tasks.lease_of(row.task),
        )
    return lease if taken else Result.SKIPPED


def _finish(lease: Lease, at: datetime) -> None:
    """The effect is there, whoever holds the lease by now."""
    with transaction():
        db.session.execute(
            update(OutboxRow)
            .where(OutboxRow.id == lease.row_id)
            .values(state=DONE, done_at=at, unanswered=0, error=None)
            .execution_options(synchronize_session=False)
        )


def _fail(lease: Lease, error: Exception, at: datetime) -> Result:
    """Try again after a while, or never; unless another holder of the lease decides that by now."""
    told, wait = _told(error), delay(lease.attempt)
    log.warning("outbox row %s (%s), attempt %s: %s", lease.row_id, lease.task, lease.attempt, told)
    with transaction():
        if wait is None:
            return _bury(lease, lease.attempt, told)
        due_at = at + wait * random.uniform(1 - JITTER, 1 + JITTER)
        changed = _change(lease.row_id, lease.attempt, due_at=due_at, unanswered=0, error=told)
    return Result.FAILED if changed else Result.SKIPPED


def _bury(lease: Lease, attempts: int, error: str) -> Result:
    """Inside a change: give the row up, and tell the task so."""
    if not _change(lease.row_id, attempts, state=DEAD, error=error):
        return Result.SKIPPED
    log.error("outbox row %s (%s) is dead: %s", lease.row_id, lease.task, error)
    with suppress(tasks.UnknownTask):
        if given_up := tasks.named(lease.task).given_up:
            given_up(lease.payload)
    return Result.DEAD


def _change(row_id: int, held: int, /, **values: Any) -> bool:
    """Change a due row if nobody has taken its lease meanwhile; whether it was so."""
    changed = db.session.execute(
        update(OutboxRow)
        .where(OutboxRow.id == row_id, OutboxRow.state == DUE, OutboxRow.attempts == held)
        .values(**values)
        .returning(OutboxRow.id)
        .execution_options(synchronize_session=False)
    )
    return changed.scalar() is not None


def _told(error: Exception) -> str:
    """Texts of foreign errors quote addresses and telephones; only our own are kept."""
    return (str(error) if isinstance(error, tasks.Undone) else type(error).__qualname__)[:300]
