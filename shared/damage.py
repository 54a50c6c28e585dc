"""A mark beside SQLite's file: it is damaged, and what people send is refused until it is whole again (F40).

A file, for every process must see it and the database cannot be trusted with it. The house itself goes on writing: its
letters are how somebody learns of the damage. PostgreSQL has no mark: it refuses a page that fails its checksum, and
what becomes of such a server its operator decides.
"""

import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

CORRUPT, NO_DATABASE = 11, 26  # SQLite's codes: a page that makes no sense, a file that is none of its own
KIND = 0xFF  # the rest of a code says where it was found


class Damaged(Exception):
    """Pages of the database were altered on their way to or from the disk."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Stands while damage is known; the age of the file says since when."""

    path: Path

    @property
    def since(self) -> datetime | None:
        """When the damage was found; None while none is known."""
        try:
            return datetime.fromtimestamp(self.path.stat().st_mtime, UTC)
        except FileNotFoundError:
            return None

    def set(self, at: datetime) -> None:
        """The first finding counts. A disk that takes no mark takes no changes either."""
        with suppress(OSError):
            self.path.touch(exist_ok=False)
            os.utime(self.path, (at.timestamp(), at.timestamp()))

    def lift(self) -> None:
        self.path.unlink(missing_ok=True)


def tells(error: BaseException | None) -> bool:
    """Whether SQLite says with *error* that its file is damaged."""
    return getattr(error, "sqlite_errorcode", 0) & KIND in (CORRUPT, NO_DATABASE)
