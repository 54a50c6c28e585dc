"""Rows and files compared: what is missing is reported, what nothing names is set aside and later removed."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from flask import current_app
from sqlalchemy import select

from shared.attachments import verbs
from shared.attachments.models import Attachment
from shared.attachments.port import QUARANTINE, Storage, id_in, name_of, names_of
from shared.attachments.serving import is_under_way
from shared.attachments.storage import current_storage
from shared.database import db, transaction
from shared.sealing import digest

YOUNG = timedelta(hours=1)  # between an upload and the change that names it lie seconds
KEPT = timedelta(days=30)
HOLD = "files-on-hold"


class Row(NamedTuple):
    """What is known of a photo."""

    id: str
    sha256: bytes
    stored_at: datetime


@dataclass(frozen=True, slots=True)
class Findings:
    """Names of files, in order.

    *waiting* are without a row but younger than an hour: uploads under way. *under_way*: a young photo that may wait
    in another server's spool. *altered*: other bytes than were stored.
    """

    rows_without_files: list[str] = field(default_factory=list)
    altered: list[str] = field(default_factory=list)
    files_without_rows: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    under_way: list[str] = field(default_factory=list)
    quarantined: int = 0

    @property
    def missing(self) -> list[str]:
        """What is lost; files without rows are only untidy."""
        return self.rows_without_files


@dataclass(frozen=True, slots=True)
class Swept:
    forgotten: int  # photos of drafts that are gone
    quarantined: int  # files that nothing names
    removed: int  # files 30 days in quarantine, or never finished


def examine(at: datetime, *, contents: bool = False) -> Findings:
    """Compare everything; changes nothing. With *contents* every photo is read and its digest compared (F35).

    Raises Unreachable while the object store cannot say what it has.
    """
    storage = current_storage()
    found = Findings(quarantined=sum(1 for _ in storage.set_aside()))
    for shelf, names in storage.shelves():
        known = {photo.id: photo for photo in _rows(shelf)}
        for name in names:
            if id_in(name) not in known:
                (found.waiting if _is_young(storage, name, at) else found.files_without_rows).append(name)
        for photo in known.values():
            _compare(storage, photo, set(names), found, contents=contents)
    return found


def _compare(storage: Storage, photo: Row, listed: set[str], found: Findings, *, contents: bool) -> None:
    lost = [n for n in names_of(photo.id) if n not in listed and not storage.exists(n)]  # newer than the list
    (found.under_way if is_under_way(photo.stored_at) else found.rows_without_files).extend(lost)
    name = name_of(photo.id)
    if contents and name not in lost and not _is_as_stored(storage, photo):
        found.altered.append(name)


def _is_as_stored(storage: Storage, photo: Row) -> bool:
    try:
        with storage.open(name_of(photo.id)) as file:
            return digest(file.read()) == photo.sha256
    except FileNotFoundError:  # removed since
        return True


def sweep(at: datetime) -> Swept:
    """Forget photos whose draft is gone, set orphans aside, empty old quarantine.

    Opens its own change. Safe to repeat, and to run twice at once. Stands still while on hold.
    """
    if is_on_hold():
        return Swept(0, 0, 0)
    storage = current_storage()
    forgotten = _forget_abandoned(at)
    quarantined = sum(
        _set_aside(storage, name, at)
        for shelf, names in storage.shelves()
        for name in _unnamed(shelf, names)
        if not _is_young(storage, name, at)
    )
    removed = storage.discard_unfinished(at - YOUNG)
    for name in list(storage.set_aside()):
        if _age(storage, name, at) > KEPT:
            storage.delete(name)
            removed += 1
    return Swept(forgotten, quarantined, removed)


def hold() -> None:
    """Stop sweeping: after a restore the database is older than the files, which then look like orphans."""
    _hold_file().touch()


def release() -> None:
    """An operator has looked, and sweeping goes on."""
    _hold_file().unlink(missing_ok=True)


def is_on_hold() -> bool:
    return _hold_file().exists()


def _hold_file() -> Path:
    folder: Path = current_app.extensions["shouwen"].data_dir
    return folder / HOLD


def _forget_abandoned(at: datetime) -> int:
    with transaction():
        abandoned = db.session.scalars(
            select(Attachment).where(
                Attachment.draft_id.is_(None), Attachment.case_id.is_(None), Attachment.stored_at < at - YOUNG
            )
        ).all()
        for attachment in abandoned:
            verbs.remove(attachment)
    return len(abandoned)


def _unnamed(shelf: str, names: list[str]) -> list[str]:
    # Files first: whatever is listed and gets its row meanwhile is then found among the rows.
    known = {photo.id for photo in _rows(shelf)} if names else set()
    return [name for name in names if id_in(name) not in known]


def _rows(shelf: str) -> list[Row]:
    """As they stand now; what was read before must not hide what has been written since."""
    db.session.rollback()
    known = Attachment.id, Attachment.sha256, Attachment.stored_at
    found = db.session.execute(
        select(*known).where(Attachment.id.startswith(shelf[:2])).order_by(Attachment.id)
    )
    rows = [Row(*row) for row in found]
    db.session.rollback()  # reading their files takes long, and would hold up SQLite's log (F16)
    return rows


def _age(storage: Storage, name: str, at: datetime) -> timedelta:
    try:
        return at - storage.put_at(name)
    except FileNotFoundError:  # another sweep was quicker
        return timedelta(0)


def _is_young(storage: Storage, name: str, at: datetime) -> bool:
    return _age(storage, name, at) < YOUNG


def _set_aside(storage: Storage, name: str, at: datetime) -> int:
    try:
        storage.rename(name, QUARANTINE + name, at)
    except FileNotFoundError:
        return 0
    return 1
