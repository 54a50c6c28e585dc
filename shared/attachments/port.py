"""What photos ask of the place where their bytes lie, whatever that place is; and the names they have there."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO, Protocol

NAME = re.compile(r"(quarantine/)?[0-9a-f]{2}/[0-9a-f]{32}(\.thumb)?\.jpg")
QUARANTINE = "quarantine/"
SHELVES = tuple(f"{number:02x}/" for number in range(256))


class NotStored(Exception):
    """The bytes could not be written: disk full, read-only, permission lost (F19, F20)."""


class Unreachable(Exception):
    """Whether the bytes are there cannot be learnt now: the object store is down, slow or refuses us (F34)."""


class Storage(Protocol):
    """Names are ours (`name_of`), never the sender's (T12). All but `put` may raise Unreachable."""

    def put(self, name: str, content: bytes) -> None:
        """Store whole or not at all. Raises NotStored."""

    def open(self, name: str) -> BinaryIO:
        """Raises FileNotFoundError."""

    def delete(self, name: str) -> None:
        """Nothing happens where nothing is."""

    def exists(self, name: str) -> bool: ...

    def rename(self, old: str, new: str, at: datetime) -> None:
        """Move, and count its age from *at*. Raises FileNotFoundError."""

    def shelves(self) -> Iterator[tuple[str, list[str]]]:
        """Each folder from `00/` to `ff/`, in order, with the names in it: never more than one of 256 at a time."""

    def set_aside(self) -> Iterator[str]:
        """The names in quarantine, in no order."""

    def put_at(self, name: str) -> datetime:
        """When it was stored or last renamed. Raises FileNotFoundError."""

    def writable(self) -> bool:
        """Whether a photo could be taken now; tries it."""

    def settled(self) -> bool:
        """Whether photos go where they should, and none is waiting to. False: they are taken and wait (F34)."""

    def is_away(self) -> bool:
        """Whether it had no answer when it was last read from; asks nothing."""

    def discard_unfinished(self, before: datetime) -> int:
        """Remove what a process that died left half-written before that instant; how many."""


def checked(name: str) -> str:
    """*name* itself. Raises ValueError when it is none of ours (T12)."""
    if not NAME.fullmatch(name):
        raise ValueError("not a name of ours")
    return name


def name_of(attachment_id: str, *, thumb: bool = False) -> str:
    """`3f/3f…e2.jpg` from 32 hexadecimal digits."""
    return f"{attachment_id[:2]}/{attachment_id}{'.thumb' if thumb else ''}.jpg"


def names_of(attachment_id: str) -> tuple[str, str]:
    """The photo, then its thumbnail."""
    return name_of(attachment_id), name_of(attachment_id, thumb=True)


def id_in(name: str) -> str:
    """The attachment id that a name of ours was made from."""
    return name.rpartition("/")[2][:32]
