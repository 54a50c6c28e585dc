"""How migrations run: on the application's own engine, batch mode on SQLite, each in one transaction."""

from typing import Any, Literal

from alembic import context
from flask import current_app

from shared.database import Base, Instant, db
from shared.sealing import Sealed


def _render(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Migrations outlive the code: they name plain column types, never ours."""
    if kind == "type" and isinstance(item, Instant):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Sealed):
        return "sa.LargeBinary()"
    return False


def run() -> None:
    options = current_app.extensions["migrate"].configure_args
    with db.engine.connect() as connection:
        context.configure(
            connection=connection, target_metadata=Base.metadata, render_item=_render, **options
        )
        with context.begin_transaction():
            context.run_migrations()


run()
