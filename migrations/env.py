"""How migrations run: on the application's own engine, batch mode on SQLite, each in one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from shared.database import Base, Instant, db
from shared.sealing import Sealed


def _render(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Migrations outlive the code: they name plain column types, never ours."""
    if kind == "type" and isinstance(item, Instant):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Sealed):
        return "sa.LargeBinary()"
    return False


def _ours(name: str | None, kind: str, _parents: Any) -> bool:
    """The search index is made by a migration, in the way of each database; no model describes it."""
    return not (kind == "table" and name is not None and name.startswith("case_terms"))


def run() -> None:
    options = current_app.extensions["migrate"].configure_args
    with db.engine.connect() as connection, _rows_may_be_moved(connection):
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_item=_render,
            include_name=_ours,
            **options,
        )
        with context.begin_transaction():
            context.run_migrations()


@contextmanager
def _rows_may_be_moved(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by copying it and dropping the old one, which rows of other tables refer to.

    The pragma means nothing within a transaction, so it goes past SQLAlchemy, which would begin one.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    raw: Any = connection.connection.dbapi_connection
    raw.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
        broken = raw.execute("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"rows refer to nothing after the migration: {broken[:5]}")
    finally:
        raw.execute("PRAGMA foreign_keys = ON")


run()
