"""Counting failures at a door, in the database, so that every worker counts the same (T03, T23)."""

from datetime import datetime, timedelta

from sqlalchemy import case, delete, func, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from shared import counting
from shared.counting import What
from shared.database import db, is_changing
from shared.identity.models import Throttle
from shared.sealing import index


def _door(kind: str, name: str) -> bytes:
    return index(name, f"throttle {kind}")


def _hold(kind: str, name: str) -> None:
    """Make whoever else tries this door wait until our change ends. On SQLite every change waits anyway."""
    if is_changing() and db.engine.dialect.name == "postgresql":
        key = int.from_bytes(_door(kind, name)[:8], signed=True)
        db.session.execute(select(func.pg_advisory_xact_lock(key)))


def closed_until(kind: str, name: str, *, limit: int, window: timedelta, at: datetime) -> datetime | None:
    """When the door opens again, or None if it is open.

    Asked inside a change it holds the door until the change ends, so that of many guesses at once no more are
    looked at than *limit*; asked outside it only looks.
    """
    _hold(kind, name)
    row = db.session.get(Throttle, _door(kind, name), populate_existing=True)
    if row is None or row.since <= at - window or row.failures < limit:
        return None
    counting.count(What.RATE_LIMITED, kind)
    return row.since + window


def note_failure(kind: str, name: str, *, window: timedelta, at: datetime) -> int:
    """Count one more failure; a new window begins with the first after an old one. Gives the count.

    One statement decides: twenty failures at once count as twenty, on both databases.
    """
    insert = postgresql_insert if db.engine.dialect.name == "postgresql" else sqlite_insert
    is_over = Throttle.since <= at - window
    statement = insert(Throttle).values(door=_door(kind, name), since=at, failures=1)
    count = db.session.scalar(
        statement.on_conflict_do_update(
            index_elements=[Throttle.door],
            set_={
                "since": case((is_over, at), else_=Throttle.since),
                "failures": case((is_over, 1), else_=Throttle.failures + 1),
            },
        ).returning(Throttle.failures)
    )
    assert count is not None
    return count


def counted(kind: str, name: str) -> int:
    """How often something was counted at a door since its window began."""
    row = db.session.get(Throttle, _door(kind, name), populate_existing=True)
    return row.failures if row else 0


def forget(kind: str, name: str) -> None:
    """The right key was shown: the door's failures no longer count."""
    db.session.execute(delete(Throttle).where(Throttle.door == _door(kind, name)))


def purge(before: datetime) -> None:
    """Delete windows that began before that instant."""
    db.session.execute(delete(Throttle).where(Throttle.since < before))
