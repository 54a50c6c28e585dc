"""The rows of a backup put into an empty database of either engine."""

import gzip
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

from flask_migrate import upgrade
from psycopg import Connection as PostgreSQL
from psycopg import sql
from sqlalchemy import Table, delete, func, select

from shared.backup import columns, tables
from shared.backup.columns import Kind
from shared.backup.manifest import Manifest
from shared.backup.snapshots import LINES, WHOLE, connected
from shared.database import db

CHUNK = 1 << 20
SOME = 1_000

_SEARCH = [Kind.INTEGER, Kind.TERMS]


def unpack(parts: Path, target: Path) -> None:
    """SQLite's database out of its part."""
    with gzip.open(parts / WHOLE) as packed, target.open("wb") as plain:
        shutil.copyfileobj(packed, plain, CHUNK)


def load(manifest: Manifest, parts: Path) -> None:
    """Make the tables of the backup's release in the database of the current app, and put the rows in."""
    upgrade(revision=manifest.revision)
    with db.engine.connect() as connection:
        described, search = tables.described(connection), tables.has_search(connection)
    with db.engine.begin() as connection:
        for table in reversed(described):  # a migration may have begun with rows of its own
            if connection.scalar(select(func.count()).select_from(table)):
                connection.execute(delete(table))
    source = _Lines(manifest, parts) if manifest.engine == "postgresql" else _Rows(parts)
    with closing(source):
        if db.engine.dialect.name == "postgresql":
            _into_postgresql(source, described, search)
        else:
            _into_sqlite(source, described, search)


class _Lines:
    """What PostgreSQL wrote: lines of COPY, whose columns the manifest names."""

    def __init__(self, manifest: Manifest, parts: Path) -> None:
        self._columns, self._parts = manifest.columns, parts

    def columns(self, table: str) -> list[str]:
        return self._columns[table]

    def chunks(self, table: str, _kinds: list[Kind]) -> Iterator[bytes]:
        with gzip.open(self._parts / f"{table}{LINES}") as packed:
            while chunk := packed.read(CHUNK):
                yield chunk

    def rows(self, table: str, kinds: list[Kind]) -> Iterator[list[Any]]:
        # Lines end with \n alone; universal newlines would end one within a text too.
        with gzip.open(self._parts / f"{table}{LINES}", "rt", encoding="utf-8", newline="\n") as packed:
            for line in packed:
                yield columns.row(line, kinds)

    def close(self) -> None:
        """Nothing is held open."""


class _Rows:
    """What SQLite wrote: its database."""

    def __init__(self, parts: Path) -> None:
        path = parts / "source.db"
        unpack(parts, path)
        self._connection = sqlite3.connect(path)

    def columns(self, table: str) -> list[str]:
        if table == tables.SEARCH:
            return ["case_id", "terms"]
        return [row[1] for row in self._connection.execute(f'PRAGMA table_info("{table}")')]

    def chunks(self, table: str, kinds: list[Kind]) -> Iterator[bytes]:
        rows = self.rows(table, kinds)
        while some := list(islice(rows, SOME)):
            yield "".join(columns.line(row, kinds) for row in some).encode()

    def rows(self, table: str, _kinds: list[Kind]) -> Iterator[Any]:
        what = "rowid, terms" if table == tables.SEARCH else "*"
        yield from self._connection.execute(f'SELECT {what} FROM "{table}"')  # nosec B608 # a table of ours

    def close(self) -> None:
        self._connection.close()


def _kinds(table: Table, names: list[str]) -> list[Kind]:
    """In the order of *names*: batches of SQLite may have left a column in another place."""
    by_name = dict(zip(table.columns.keys(), tables.kinds(table), strict=True))
    return [by_name[name] for name in names]


def _into_postgresql(source: "_Lines | _Rows", described: list[Table], search: bool) -> None:
    with connected() as connection, connection.transaction():
        for table in described:
            names = source.columns(table.name)
            _copy(connection, table.name, names, source.chunks(table.name, _kinds(table, names)))
            _go_on_counting(connection, table)
        if search:
            _copy(connection, tables.SEARCH, ["case_id", "terms"], source.chunks(tables.SEARCH, _SEARCH))


def _copy(connection: PostgreSQL[Any], table: str, names: list[str], chunks: Iterator[bytes]) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for chunk in chunks:
            copy.write(chunk)


def _go_on_counting(connection: PostgreSQL[Any], table: Table) -> None:
    """New rows are numbered after the last one."""
    for column in table.primary_key.columns:
        sequence = connection.execute(
            "SELECT pg_get_serial_sequence(%s, %s)", (table.name, column.name)
        ).fetchone()
        if sequence and sequence[0]:
            last = sql.SQL("SELECT setval(%s, coalesce(max({}), 1), count(*) > 0) FROM {}").format(
                sql.Identifier(column.name), sql.Identifier(table.name)
            )
            connection.execute(last, (sequence[0],))


def _into_sqlite(source: "_Lines | _Rows", described: list[Table], search: bool) -> None:
    path = str(db.engine.url.database)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        for table in described:
            names = source.columns(table.name)
            _insert(connection, table.name, names, source.rows(table.name, _kinds(table, names)))
        if search:
            _insert(connection, tables.SEARCH, ["rowid", "terms"], source.rows(tables.SEARCH, _SEARCH))
        connection.execute("COMMIT")


def _insert(connection: sqlite3.Connection, table: str, names: list[str], rows: Iterator[Any]) -> None:
    listed = ", ".join(f'"{name}"' for name in names)
    places = ", ".join("?" * len(names))
    into = f'INSERT INTO "{table}" ({listed}) VALUES ({places})'  # nosec B608 # a table of ours
    connection.executemany(into, rows)
