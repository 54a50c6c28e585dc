"""The database: reachable, writable, new enough, safe from a power cut, whole."""

import sqlite3
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, select, text

from shared import sealing
from shared.cases.models import Party
from shared.clock import now
from shared.database import db
from shared.operations import health, integrity
from shared.operations.doctor.findings import Finding, fail, ok, warn

OLDEST_SQLITE = (3, 35)  # RETURNING
OLDEST_POSTGRESQL = 130_000  # normalize()
DIFFERENCE = 5.0  # seconds between this machine's clock and the database's
UNSAFE = ("fsync", "full_page_writes", "synchronous_commit")


def examine() -> Iterator[Finding]:
    if health.database() != "ok":
        yield fail(
            "database",
            "it does not answer, or takes no changes",
            "Look at DATABASE_URL, its server, its disk.",
        )
        return
    with db.engine.connect() as connection:
        on_sqlite = connection.dialect.name == "sqlite"
        yield _sqlite_version() if on_sqlite else _postgresql_version(connection)
        if not on_sqlite:
            yield from _postgresql(connection)
    yield _migrations()
    yield _whole()
    yield _key()


def _sqlite_version() -> Finding:
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        return fail(
            "database",
            f"SQLite {sqlite3.sqlite_version} is too old",
            "Use a Python built with 3.35 or newer.",
        )
    return ok("database", f"SQLite {sqlite3.sqlite_version}, read and written")


def _postgresql_version(connection: Connection) -> Finding:
    number, name = int(_shown(connection, "server_version_num")), _shown(connection, "server_version")
    if number < OLDEST_POSTGRESQL:
        return fail("database", f"PostgreSQL {name} is too old", "Use 13 or newer.")
    return ok("database", f"PostgreSQL {name}, read and written")


def _postgresql(connection: Connection) -> Iterator[Finding]:
    encoding = _shown(connection, "server_encoding")
    yield (
        ok("encoding", encoding)
        if encoding == "UTF8"
        else fail(
            "encoding", f"{encoding} cannot hold what people write", "Restore a backup into a UTF8 database."
        )
    )
    unsafe = [name for name in UNSAFE if _shown(connection, name) == "off"]
    yield (
        fail(
            "durability",
            f"{', '.join(unsafe)} off: a power cut loses what was acknowledged",
            "Switch it on (P1).",
        )
        if unsafe
        else ok("durability", "every commit is on the disk before it is acknowledged")
    )
    if _shown(connection, "data_checksums") == "off":
        yield warn(
            "checksums", "a spoilt page is not noticed (F40)", "Stop the server, then pg_checksums --enable."
        )
    yield _collation(connection)
    yield _clock(connection, now())


def _collation(connection: Connection) -> Finding:
    """An operating system that sorts otherwise than the one that built the indexes finds nothing in them."""
    name, was = connection.execute(
        text(
            "SELECT datcollate, to_jsonb(d) ->> 'datcollversion' FROM pg_database d"
            " WHERE datname = current_database()"
        )
    ).one()
    if was is None or _is_still(connection, was):
        return ok("collation", f"{name} {was or ''}".rstrip())
    return fail(
        "collation",
        f"the system sorts otherwise than when the indexes of this database were made ({was})",
        "REINDEX DATABASE, then ALTER DATABASE … REFRESH COLLATION VERSION.",
    )


def _is_still(connection: Connection, was: str) -> bool:
    is_now = connection.scalar(
        text(
            "SELECT pg_database_collation_actual_version(oid) FROM pg_database WHERE datname = current_database()"
        )
    )
    return is_now is None or is_now == was


def _clock(connection: Connection, at: datetime) -> Finding:
    theirs = connection.scalar(text("SELECT clock_timestamp()"))
    apart = abs((theirs - at).total_seconds()) if theirs else 0.0
    if apart > DIFFERENCE:
        return warn("clocks", f"this machine and the database are {apart:.0f} s apart", "Have NTP set both.")
    return ok("clocks", "this machine and the database agree")


def _shown(connection: Connection, setting: str) -> str:
    return str(connection.scalar(text("SELECT current_setting(:name)"), {"name": setting}))


def _migrations() -> Finding:
    if health.migrations() == "ok":
        return ok("migrations", "all have run")
    return fail(
        "migrations", "the database is of another release", "flask db upgrade (a killed one is finished so)."
    )


def _whole() -> Finding:
    found = integrity.faults()
    if found:
        return fail(
            "integrity", f"the database is damaged: {found[0]}", "Stop everything; restore the last backup."
        )
    return ok("integrity", "no damage is known")


def _key() -> Finding:
    """Whether FIELD_KEY is that of this database: nobody would notice before a telephone is needed."""
    try:
        read = db.session.scalar(select(Party.phone).where(Party.phone.is_not(None)).limit(1))
    except sealing.Unsealable as error:
        return fail("FIELD_KEY", str(error), "Set FIELD_KEY to the key this database was filled under.")
    return ok("sealed fields", "open under this FIELD_KEY" if read else "none yet")
