"""`/healthz`: the process lives. `/readyz`: it can do its work; a queue that is down is a degradation, no failure."""

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, Flask, Response, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from shared.attachments.storage import current_storage
from shared.database import MIGRATIONS, db, transaction
from shared.outbox import nudge

blueprint = Blueprint("operations", __name__)


def _database() -> str:
    try:
        with transaction():
            db.session.execute(text("SELECT 1"))
        return "ok"
    except (SQLAlchemyError, OSError):
        return "failed"


def _migrations() -> str:

    try:
        head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
        with db.engine.connect() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
    except (SQLAlchemyError, OSError):
        return "failed"
    return "ok" if current == head else "failed"


def _storage() -> str:
    try:
        return "ok" if current_storage().writable() else "failed"
    except OSError:
        return "failed"


@blueprint.get("/healthz")
def healthz() -> Response:
    return jsonify(status="ok")


@blueprint.get("/readyz")
def readyz() -> tuple[Response, int]:
    """No secrets, no versions: a word per part (T33)."""
    parts = {
        "database": _database(),
        "migrations": _migrations(),
        "storage": _storage(),
        "queue": nudge.state(),
    }
    ready = all(parts[name] == "ok" for name in ("database", "migrations", "storage"))
    return jsonify(status="ok" if ready else "failed", **parts), 200 if ready else 503


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
