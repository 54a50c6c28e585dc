"""What the outbox holds, for `outbox status`, health and the operator's page."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from shared.database import db
from shared.outbox.models import DEAD, DONE, DUE, OutboxRow


@dataclass(frozen=True, slots=True)
class Status:
    """*counts* by state (due, done, dead); *oldest_due*: for how long the oldest due row has been waiting."""

    counts: dict[str, int]
    oldest_due: timedelta | None


def status(at: datetime) -> Status:
    counted = select(OutboxRow.state, func.count()).group_by(OutboxRow.state)
    counts = dict.fromkeys((DUE, DONE, DEAD), 0)
    for state, count in db.session.execute(counted):
        counts[state] = count
    oldest = db.session.scalar(
        select(OutboxRow.due_at)
        .where(OutboxRow.state == DUE, OutboxRow.due_at <= at)
        .order_by(OutboxRow.due_at)
        .limit(1)
    )
    return Status(counts, None if oldest is None else at - oldest)


def dead(limit: int = 100) -> list[OutboxRow]:
    """The newest dead letters."""
    query = select(OutboxRow).where(OutboxRow.state == DEAD).order_by(OutboxRow.id.desc()).limit(limit)
    return list(db.session.scalars(query))
