"""A second desk beside this one, on a database of its own: a backup is unpacked and examined there, before anything
takes the place of what stands."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Flask, current_app
from psycopg import Connection as PostgreSQL
from psycopg import errors, sql
from sqlalchemy import Engine, make_url

from shared import database
from shared.backup.manifest import Unusable
from shared.backup.snapshots import connected
from shared.database import Base, damage_mark, db
from shared.file_systems import settle

SCHEMA = "shouwen_restoring"  # its name stays, so that what a killed restore left is found by the next one
PATIENCE = "3s"


class Busy(Exception):
    """Somebody works on the desk that is to be replaced."""


@contextmanager
def opened(database_url: str) -> Iterator[Engine]:
    """Be the desk on that database, with this one's settings; nothing it does reaches a queue."""
    config = replace(current_app.extensions["shouwen"], database_url=database_url, redis_url="")
    app = Flask(__name__)
    app.extensions["shouwen"] = config
    database.init_app(app, config)
    with app.app_context():
        try:
            yield db.engine
        finally:
            db.session.remove()
            db.engine.dispose()


def address_in(folder: Path) -> str:
    """A database on SQLite in *folder*, which is empty."""
    return f"sqlite:///{folder / 'shouwen.db'}"


def take_over_file(folder: Path) -> None:
    """Put the database of *folder* in the place of this desk's, at one stroke. Raises Busy."""
    target = Path(db.engine.url.database or "")
    db.session.remove()
    db.engine.dispose()
    _fold_up(folder / "shouwen.db")
    _fold_up(target)
    for leftover in (f"{target}-wal", f"{target}-shm"):  # of a database that could not be read any more
        Path(leftover).unlink(missing_ok=True)
    os.replace(folder / "shouwen.db", target)
    if mark := damage_mark():
        mark.lift()
    settle(target.parent)


def _fold_up(path: Path) -> None:
    """Have SQLite's log written into its file and removed, which it does for whoever is alone with it."""
    if not path.exists():
        return
    with closing(sqlite3.connect(path, isolation_level=None, timeout=2)) as connection:
        try:
            mode = connection.execute("PRAGMA journal_mode = DELETE").fetchone()[0]
        except sqlite3.OperationalError as error:
            raise Busy from error
        except sqlite3.DatabaseError:
            return  # spoilt beyond reading: nobody works on it
    if mode != "delete":
        raise Busy


def schema_address() -> str:
    """An empty schema of this desk's PostgreSQL database, as the address of a database."""
    with connected() as connection:
        connection.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE".encode())
        connection.execute(f"CREATE SCHEMA {SCHEMA}".encode())
    address = make_url(current_app.extensions["shouwen"].database_url)
    return address.update_query_dict({"options": f"-csearch_path={SCHEMA}"}).render_as_string(
        hide_password=False
    )


def drop_schema() -> None:
    with connected() as connection:
        connection.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE".encode())


def take_over_schema() -> None:
    """Put the tables of the schema in the place of this desk's, at one stroke. Raises Busy."""
    db.session.remove()
    db.engine.dispose()
    with connected() as connection:
        try:
            with connection.transaction():
                connection.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'".encode())
                _move(connection)
        except errors.LockNotAvailable as error:
            raise Busy from error
        except errors.InsufficientPrivilege as error:
            raise Unusable(f"the database does not let this user replace its tables: {error}") from error


def _move(connection: PostgreSQL[Any]) -> None:
    target = connection.execute("SELECT current_schema()").fetchone()
    assert target is not None
    into = sql.Identifier(str(target[0]))
    fresh = _named(connection, "SELECT tablename FROM pg_tables WHERE schemaname = %s")
    old = {*fresh, *Base.metadata.tables}
    for name in sorted(old):
        connection.execute(sql.SQL("DROP TABLE IF EXISTS {}.{} CASCADE").format(into, sql.Identifier(name)))
    for name in fresh:
        connection.execute(
            sql.SQL("ALTER TABLE {}.{} SET SCHEMA {}").format(
                sql.Identifier(SCHEMA), sql.Identifier(name), into
            )
        )
    functions = _named(connection, "SELECT proname FROM pg_proc WHERE pronamespace = %s::regnamespace")
    for name in functions:
        connection.execute(sql.SQL("DROP FUNCTION IF EXISTS {}.{}").format(into, sql.Identifier(name)))
        connection.execute(
            sql.SQL("ALTER FUNCTION {}.{} SET SCHEMA {}").format(
                sql.Identifier(SCHEMA), sql.Identifier(name), into
            )
        )
    connection.execute(f"DROP SCHEMA {SCHEMA} CASCADE".encode())


def _named(connection: PostgreSQL[Any], query: str) -> list[str]:
    return sorted(str(name) for (name,) in connection.execute(query.encode(), (SCHEMA,)))
