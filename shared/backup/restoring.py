"""A backup put in the place of a desk: looked through first, photos next, the database last and at one stroke.

Whenever it is killed, the desk is what it was before; the same command again does the whole. What is left over, a
scratch folder or schema and photos that nothing names, the next restore and the sweep of files clear away.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, inspect, select, update
from sqlalchemy.exc import DatabaseError

from shared.attachments import check
from shared.attachments.storage import current_storage
from shared.backup import scratch
from shared.backup.archive import FILES, Counted, Reader
from shared.backup.examining import Findings, fill_and_examine, unpacked
from shared.database import db
from shared.identity.models import StaffSession, User

FOLDER = ".restoring-"


class Occupied(Exception):
    """A desk with people in it stands where the backup should go."""


def restore(path: Path, at: datetime, *, replace: bool) -> Findings:
    """Put the backup in the place of this desk. Raises Unusable, Busy, OSError, NotStored; Occupied unless *replace*.

    Every member of staff signs in anew, and the sweep of files stands still until an operator says otherwise: photos
    that came after the backup have no rows now (trust.md, decision 7).
    """
    if not replace and not is_empty():
        raise Occupied
    tar = Reader(path)
    with _place() as (folder, address):
        parts = unpacked(tar, folder)
        with scratch.opened(address):
            findings = fill_and_examine(tar, parts)
            _end_sessions(at)
        with _files_on_hold():
            _put_photos(tar)
            _take_over(folder)
    return findings


def is_empty() -> bool:
    """Whether nobody has moved in here yet. A database that cannot be read is not."""
    try:
        with db.engine.connect() as connection:
            if not inspect(connection).has_table(User.__tablename__):
                return True
            return not connection.scalar(select(func.count()).select_from(User))
    except DatabaseError:
        return False


@contextmanager
def _place() -> Iterator[tuple[Path, str]]:
    """A folder, and the address of a database beside this desk's own."""
    on_sqlite = db.engine.dialect.name == "sqlite"
    beside = Path(db.engine.url.database or "").parent if on_sqlite else None
    if beside is not None:
        beside.mkdir(mode=0o700, parents=True, exist_ok=True)
        for leftover in beside.glob(f"{FOLDER}*"):
            shutil.rmtree(leftover, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=FOLDER, dir=beside))
    try:
        yield folder, scratch.address_in(folder) if on_sqlite else scratch.schema_address()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if not on_sqlite:
            scratch.drop_schema()


@contextmanager
def _files_on_hold() -> Iterator[None]:
    """The sweep stands still before the first photo comes; where nothing came of it, it goes on as before."""
    stood = check.is_on_hold()
    check.hold()
    try:
        yield
    except BaseException:
        if not stood:
            check.release()
        raise


def _end_sessions(at: datetime) -> None:
    """Who signed out, or was dismissed, after the backup would be signed in again (T21)."""
    with db.engine.begin() as connection:
        connection.execute(update(StaffSession).where(StaffSession.ended_at.is_(None)).values(ended_at=at))


def _put_photos(tar: Reader) -> None:
    storage = current_storage()

    def put(name: str, file: Counted) -> None:
        content = file.read()
        if name.startswith(FILES):
            storage.put(name.removeprefix(FILES), content)

    tar.read(put)


def _take_over(folder: Path) -> None:
    if db.engine.dialect.name == "sqlite":
        scratch.take_over_file(folder)
    else:
        scratch.take_over_schema()
