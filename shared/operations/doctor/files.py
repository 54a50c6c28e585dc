"""Where photos lie: writable, and as they were stored."""

import hashlib
from collections.abc import Iterator

from sqlalchemy import func, select

from shared import file_systems
from shared.attachments import check
from shared.attachments.models import Attachment
from shared.attachments.port import Unreachable, name_of
from shared.attachments.serving import is_under_way
from shared.attachments.storage import current_storage
from shared.config import Config
from shared.database import db
from shared.operations import health
from shared.operations.doctor.findings import Finding, fail, ok, warn

SAMPLE = 20


def examine(config: Config) -> Iterator[Finding]:
    state = health.storage()
    if state == "failed":
        yield fail("storage", "no photo can be stored", "Look at STORAGE_URL: its disk, its permissions.")
    elif state == "degraded":
        yield warn(
            "storage", "the object store is away; photos wait on this server", "Look at the store (F34)."
        )
    else:
        yield ok("storage", "photos can be stored")
    yield _sample()
    if check.is_on_hold():
        yield warn(
            "sweep of files",
            "stands still since a restore",
            "flask storage check, then flask storage release.",
        )
    yield _file_system(config)


def _sample() -> Finding:
    known = Attachment.id, Attachment.sha256, Attachment.stored_at
    some = select(*known).order_by(func.random()).limit(SAMPLE)
    lost = []
    for photo, expected, stored_at in db.session.execute(some).all():
        try:
            with current_storage().open(name_of(photo)) as file:
                if hashlib.sha256(file.read()).digest() != bytes(expected):
                    lost.append(f"{name_of(photo)} is not as it was stored")
        except FileNotFoundError:
            if not is_under_way(stored_at):
                lost.append(f"{name_of(photo)} is missing")
        except Unreachable:
            return warn("photos", "cannot be read now", "Ask again when the object store is back.")
        except OSError as error:
            return fail(
                "photos",
                f"{name_of(photo)} cannot be read: {error.strerror}",
                "Look at STORAGE_URL: its disk, its permissions.",
            )
    if lost:
        return fail(
            "photos", f"of {SAMPLE} at random, {lost[0]}", "flask storage check names all; restore them."
        )
    return ok("photos", f"{SAMPLE} at random, or all there are, are as they were stored")


def _file_system(config: Config) -> Finding:
    """Where it could not be trusted this would not have started (F17)."""
    if db.engine.dialect.name != "sqlite":
        return ok("file system", "the database sees to its own")
    return ok("file system", file_systems.kind_of(config.data_dir) or "unknown, and keeps its promises")
