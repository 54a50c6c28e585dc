"""Photos in a folder: a file is complete on disk before its name appears (trust.md, decision 7)."""

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from shared.attachments.port import NAME, QUARANTINE, SHELVES, NotStored, checked
from shared.file_systems import settle

UNFINISHED = "unfinished"


class Folder:
    """Storage in the folder *root*, which is made when the first photo comes."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, name: str, content: bytes) -> None:
        path = self._path(name)
        draft = self.root / UNFINISHED / secrets.token_hex(16)
        try:
            self._make(draft.parent)
            self._make(path.parent)
            with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            draft.rename(path)
            settle(path.parent)
        except OSError as error:
            with suppress(OSError):  # what kept it from being written may keep it from being removed
                draft.unlink(missing_ok=True)
            raise NotStored(f"{name}: {error.strerror}") from error

    def open(self, name: str) -> BinaryIO:
        return self._path(name).open("rb")

    def delete(self, name: str) -> None:
        self._path(name).unlink(missing_ok=True)

    def exists(self, name: str) -> bool:
        return self._path(name).is_file()

    def rename(self, old: str, new: str, at: datetime) -> None:
        source, target = self._path(old), self._path(new)
        self._make(target.parent)
        os.utime(source, (at.timestamp(), at.timestamp()))
        source.rename(target)

    def shelves(self) -> Iterator[tuple[str, list[str]]]:
        return ((shelf, self._names(shelf)) for shelf in SHELVES)

    def set_aside(self) -> Iterator[str]:
        for shelf in sorted(_listed(self.root / QUARANTINE)):
            yield from self._names(f"{QUARANTINE}{shelf}/")

    def is_empty(self) -> bool:
        """Whether no photo lies here; what was never finished is none."""
        return not any(names for _shelf, names in self.shelves()) and next(self.set_aside(), None) is None

    def put_at(self, name: str) -> datetime:
        return datetime.fromtimestamp(self._path(name).stat().st_mtime, UTC)

    def writable(self) -> bool:
        try:
            self._make(self.root / UNFINISHED)
            with tempfile.TemporaryFile(dir=self.root / UNFINISHED) as file:
                file.write(b"?")
                file.flush()
        except OSError:
            return False
        return True

    def settled(self) -> bool:
        return True

    def is_away(self) -> bool:
        return False

    def discard_unfinished(self, before: datetime) -> int:
        removed = 0
        for name in _listed(self.root / UNFINISHED):
            path = self.root / UNFINISHED / name
            with suppress(FileNotFoundError):  # its writer, or another sweep, was quicker
                if path.stat().st_mtime < before.timestamp():
                    path.unlink()
                    removed += 1
        return removed

    def _names(self, folder: str) -> list[str]:
        return [
            folder + name for name in sorted(_listed(self.root / folder)) if NAME.fullmatch(folder + name)
        ]

    def _path(self, name: str) -> Path:
        return self.root / checked(name)

    def _make(self, folder: Path) -> None:
        """A new folder's own entry must survive a power cut too."""
        missing = [path for path in (folder, *folder.parents) if not path.exists()]
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for path in missing:
            settle(path.parent)


def _listed(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)
    except (FileNotFoundError, NotADirectoryError):
        return []
