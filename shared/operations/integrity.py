"""Whether the database is whole, as far as it can tell: daily, so that damage is known before backups age out (F40)."""

from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from shared.clock import now
from shared.damage import Damaged
from shared.database import damage_mark, db

MOST = 5  # a damaged database has thousands


def faults() -> list[str]:
    """What is damaged, five at the most: reads all of SQLite, and sets or lifts its mark.

    PostgreSQL counts by itself what fails its checksums.
    """
    found = _found()
    if (mark := damage_mark()) is None:
        return found
    if found:
        mark.set(now())
    else:
        mark.lift()
    return found


def _found() -> list[str]:
    try:
        with db.engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                found = connection.execute(text(f"PRAGMA integrity_check({MOST})")).scalars().all()
                return [] if found == ["ok"] else [str(fault) for fault in found]
            failed = connection.scalar(
                text("SELECT checksum_failures FROM pg_stat_database WHERE datname = current_database()")
            )
            return [f"{failed} pages failed their checksums"] if failed else []
    except DatabaseError as error:
        return [str(error.orig)]


def check() -> None:
    """For the schedule: its line fails, and is told as failing, for as long as something is damaged. Raises Damaged."""
    if found := faults():
        raise Damaged("; ".join(found))
