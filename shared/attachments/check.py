"""Rows and files compared: what is missing is reported, what nothing names is set aside and later removed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from flask import current_app
from sqlalchemy import select

from shared.attachments import verbs
from shared.attachments.models import Attachment
from shared.attachments.port import QUARANTINE, Storage, id_in, names_of
from shared.attachments.storage import current_storage
from shared.database import db, transaction

YOUNG = timedelta(hours=1)  # between an upload and the change that names it lie seconds
KEPT = timedelta(days=30)
HOLD = "files-on-hold"


@dataclass(frozen=True, slots=True)
class Findings:
    """Names of files, in order. *waiting* are without a row but younger than an hour: uploads under way."""

    rows_without_files: list[str] = field(default_factory=list)
    files_without_rows: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
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


def examine(at: datetime) -> Findings:
    """Compare everything; changes nothing. For `storage check`."""
    storage = current_storage()
    found = Findings(quarantined=sum(1 for _ in storage.names(QUARANTINE)))
    for folder in _folders():
        for name in _unnamed(storage, folder):
            (found.waiting if _is_young(storage, name, at) else found.files_without_rows).append(name)
        for known in _ids(folder):
            found.rows_without_files.extend(name for name in names_of(known) if not storage.exists(name))
    return found


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
        for folder in _folders()
        for name in _unnamed(storage, folder)
        if not _is_young(storage, name, at)
    )
    removed = storage.discard_unfinished(at - YOUNG)
    for name in list(storage.names(QUARANTINE)):
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


def _folders() -> Iterator[str]:
    """One 256th at a time, so that neither list is ever held whole."""
    return (f"{number:02x}/" for number in range(256))


def _unnamed(storage: Storage, folder: str) -> list[str]:
    # Files first: whatever is listed here and gets its row meanwhile is then found among the rows.
    names = sorted(storage.names(folder))
    known = _ids(folder)
    return [name for name in names if id_in(name) not in known]


def _ids(folder: str) -> set[str]:
    db.session.rollback()  # what was read before must not hide what has been written since
    return set(db.session.scalars(select(Attachment.id).where(Attachment.id.startswith(folder[:2]))))


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
