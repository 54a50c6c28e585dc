"""`/healthz`: the process lives. `/readyz`: it can do its work; a queue or an object store that is down is a
degradation, no failure."""

from functools import cache

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, Flask, Response, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from shared.attachments.storage import current_storage
from shared.database import MIGRATIONS, db, transaction
from shared.outbox import nudge

blueprint = Blueprint("operations", __name__)


def database() -> str:
    """`ok`, or `failed` where no change can be begun."""
    try:
        with transaction():  # which SQLite begins only where it may write
            if db.engine.dialect.name == "sqlite":
                db.session.execute(text("SELECT 1"))
                return "ok"
            return "failed" if db.session.scalar(text("SHOW transaction_read_only")) == "on" else "ok"
    except (SQLAlchemyError, OSError):
        return "failed"


@cache
def head() -> str | None:
    """The newest migration that this program knows: read once, since its own files do not change under it."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()


def migrations() -> str:
    """`ok`, or `failed` where the database does not stand where this program expects it."""
    try:
        with db.engine.connect() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
    except (SQLAlchemyError, OSError):
        return "failed"
    return "ok" if current == head() else "failed"


def storage() -> str:
    """`degraded`: the object store is away, photos are taken and wait on this server (F34)."""
    try:
        files = current_storage()
        if not files.writable():
            return "failed"
        return "ok" if files.settled() else "degraded"
    except OSError:
        return "failed"


@blueprint.get("/healthz")
def healthz() -> Response:
    return jsonify(status="ok")


@blueprint.get("/readyz")
def readyz() -> tuple[Response, int]:
    """No secrets, no versions: a word per part (T33)."""
    parts = {
        "database": database(),
        "migrations": migrations(),
        "storage": storage(),
        "queue": nudge.state(),
    }
    ready = all(parts[name] != "failed" for name in ("database", "migrations", "storage"))
    return jsonify(status="ok" if ready else "failed", **parts), 200 if ready else 503


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
