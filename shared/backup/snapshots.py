"""The database as it is at one moment, in files, while everybody works on."""

import gzip
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from psycopg import Connection as PostgreSQL
from psycopg import sql
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from shared.audit import chain
from shared.backup import tables
from shared.database import db

WHOLE = "shouwen.db.gz"  # SQLite's database in one part
LINES = ".copy.gz"  # one part for each table of PostgreSQL
FAST = 1  # of gzip's levels: three times smaller already, and the disk stays the slowest
CHUNK = 1 << 20
# What the two engines raise where a database cannot be read, by way of SQLAlchemy and without.
UNREADABLE = (DatabaseError, sqlite3.DatabaseError, psycopg.Error)

_REVISION = f"SELECT version_num FROM {tables.VERSION}"  # nosec B608 # a table of ours
_ENDS = "SELECT id, last_seq, last_hash FROM cases ORDER BY id"
_ROOT = 'SELECT "on", hash FROM daily_roots ORDER BY "on" DESC LIMIT 1'
_PHOTOS = "SELECT id, sha256 FROM attachments ORDER BY id"


@dataclass(slots=True)
class Snapshot:
    """*parts* by name; *photos*: a file with id and SHA-256 of each, a line each, in order."""

    engine: str
    revision: str
    ends: str
    latest_root: dict[str, str] | None
    photos: Path
    tables: dict[str, int] = field(default_factory=dict)
    columns: dict[str, list[str]] = field(default_factory=dict)
    parts: dict[str, Path] = field(default_factory=dict)


def take(folder: Path) -> Snapshot:
    """The database of this desk, in *folder*; not to be called inside a change. Raises one of UNREADABLE."""
    return _of_sqlite(folder) if db.engine.dialect.name == "sqlite" else _of_postgresql(folder)


def ends(rows: Iterator[tuple[int, int, bytes]]) -> str:
    """One digest over the last timeline row of every case."""
    return chain.root_hash((case, seq, bytes(end)) for case, seq, end in rows).hex()


def ends_here() -> str:
    """The same of this desk as it stands."""
    with db.engine.connect() as connection:
        return ends(iter(connection.execute(text(_ENDS))))


def _root(row: Any) -> dict[str, str] | None:
    return {"on": str(row[0]), "hash": bytes(row[1]).hex()} if row else None


def _note_photos(folder: Path, rows: Iterator[tuple[str, bytes]]) -> Path:
    path = folder / "photos"
    with path.open("w") as file:
        file.writelines(f"{photo} {bytes(digest).hex()}\n" for photo, digest in rows)
    return path


def _of_sqlite(folder: Path) -> Snapshot:
    """VACUUM INTO reads at one moment and lets writers go on; what was deleted is not in the copy (CO-M5).

    It also walks through every table and index, which finds much of what a disk has spoilt (F40).
    """
    path = folder / "shouwen.db"
    connection = db.engine.raw_connection()
    try:
        connection.cursor().execute("VACUUM INTO ?", (str(path),))
    finally:
        connection.close()
    with closing(sqlite3.connect(path)) as copy:
        found = Snapshot(
            engine="sqlite",
            revision=copy.execute(_REVISION).fetchone()[0],
            ends=ends(copy.execute(_ENDS)),
            latest_root=_root(copy.execute(_ROOT).fetchone()),
            photos=_note_photos(folder, copy.execute(_PHOTOS)),
        )
        listed = copy.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
        for (name,) in listed.fetchall():
            if name != tables.VERSION and not name.startswith(tables.SEARCH):
                found.tables[name] = copy.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # nosec B608 # a table of ours
    found.parts[WHOLE] = folder / WHOLE
    with path.open("rb") as plain, gzip.open(found.parts[WHOLE], "wb", compresslevel=FAST) as packed:
        shutil.copyfileobj(plain, packed, CHUNK)
    path.unlink()
    return found


def _of_postgresql(folder: Path) -> Snapshot:
    """Every table read by COPY within one transaction that sees one moment; nobody waits for it."""
    with db.engine.connect() as listing:
        names = tables.names(listing) + [tables.SEARCH] * tables.has_search(listing)
    with connected() as connection, connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        revision = connection.execute(_REVISION).fetchone()
        found = Snapshot(
            engine="postgresql",
            revision=revision[0] if revision else "",
            ends=ends(_streamed(connection, _ENDS)),
            latest_root=_root(connection.execute(_ROOT).fetchone()),
            photos=_note_photos(folder, _streamed(connection, _PHOTOS)),
        )
        for name in names:
            _copy(connection, name, found, folder)
    return found


def connected() -> "closing[PostgreSQL[Any]]":
    """A connection of its own to this desk's PostgreSQL, that writes instants in UTC."""
    address = db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    connection = PostgreSQL.connect(address, autocommit=True)
    connection.execute("SET TIME ZONE 'UTC'; SET datestyle = ISO; SET bytea_output = hex")
    return closing(connection)


def _streamed(connection: PostgreSQL[Any], query: str) -> Iterator[Any]:
    with connection.cursor("rows") as cursor:
        yield from cursor.execute(query.encode())


def _copy(connection: PostgreSQL[Any], name: str, found: Snapshot, folder: Path) -> None:
    reading = connection.execute(sql.SQL("SELECT * FROM {} LIMIT 0").format(sql.Identifier(name)))
    columns = [column.name for column in reading.description or ()]
    path, rows = folder / f"{name}{LINES}", 0
    statement = sql.SQL("COPY {} ({}) TO STDOUT").format(
        sql.Identifier(name), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor() as cursor, gzip.open(path, "wb", compresslevel=FAST) as packed:
        with cursor.copy(statement) as lines:
            for chunk in lines:
                packed.write(chunk)
        rows = cursor.rowcount
    if name != tables.SEARCH:
        found.tables[name] = rows
    found.columns[name] = columns
    found.parts[path.name] = path
