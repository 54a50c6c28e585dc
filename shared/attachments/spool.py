"""Photos for which the object store had no answer wait in a folder of this server, and are carried over later (F34)."""

import fcntl
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from itertools import chain
from typing import BinaryIO

from shared.attachments.folder import Folder
from shared.attachments.port import NotStored, Storage, Unreachable

log = logging.getLogger(__name__)

AT_ONCE = fcntl.LOCK_EX | fcntl.LOCK_NB
ENOUGH = 3  # failures in a row; the rest would fail too


class Spooled:
    """A store behind a spool: what it does not take now is taken here, and served from here meanwhile.

    *patient*: the same store for whoever carries, asked with more time than a person at a page has.
    """

    def __init__(self, store: Storage, spool: Folder, patient: Callable[[], Storage]) -> None:
        self.store, self.spool, self._patient = store, spool, patient

    def put(self, name: str, content: bytes) -> None:
        try:
            self.store.put(name, content)
        except NotStored as error:
            self.spool.put(name, content)
            log.warning("a photo waits in the spool: %s", error)

    def open(self, name: str) -> BinaryIO:
        try:
            return self.spool.open(name)
        except FileNotFoundError:
            return self.store.open(name)

    def delete(self, name: str) -> None:
        """Raises Unreachable while it is being carried, which may take minutes: whoever asks again then deletes it."""
        try:
            with self._in_hand(name):
                self.spool.delete(name)
        except FileNotFoundError:
            pass
        except BlockingIOError as error:
            raise Unreachable("on its way to the store") from error
        self.store.delete(name)

    def exists(self, name: str) -> bool:
        return self.spool.exists(name) or self.store.exists(name)

    def rename(self, old: str, new: str, at: datetime) -> None:
        """What is being carried is in neither place: the next sweep meets it in the store."""
        try:
            with self._in_hand(old):
                self.spool.rename(old, new, at)
        except BlockingIOError as error:
            raise FileNotFoundError("on its way to the store") from error
        except FileNotFoundError:
            self.store.rename(old, new, at)

    def shelves(self) -> Iterator[tuple[str, list[str]]]:
        """The spool first: what is carried over meanwhile is then met in the store."""
        waiting = dict(self.spool.shelves())
        for shelf, stored in self.store.shelves():
            yield shelf, sorted({*waiting[shelf], *stored})

    def set_aside(self) -> Iterator[str]:
        waiting = set(self.spool.set_aside())
        yield from waiting
        yield from (name for name in self.store.set_aside() if name not in waiting)

    def put_at(self, name: str) -> datetime:
        try:
            return self.spool.put_at(name)
        except FileNotFoundError:
            return self.store.put_at(name)

    def writable(self) -> bool:
        return self.store.writable() or self.spool.writable()

    def settled(self) -> bool:
        return self.spool.is_empty() and self.store.settled()

    def is_away(self) -> bool:
        return self.store.is_away()

    def discard_unfinished(self, before: datetime) -> int:
        return self.spool.discard_unfinished(before) + self.store.discard_unfinished(before)

    def carry(self, stopping: Callable[[], bool] = lambda: False) -> int:
        """Put what waits into the store, each file once, whoever else carries too; how many."""
        carried = failures = 0
        for name in self.waiting():
            if stopping() or failures == ENOUGH:
                break
            try:
                carried += self._carry_one(name)
                failures = 0
            except NotStored as error:
                failures += 1
                log.warning("the spool keeps a photo for now: %s", error)
            except OSError as error:  # of this one alone: those behind it can go
                log.error("the spool cannot read %s: %s", name, error.strerror)
        return carried

    def _carry_one(self, name: str) -> int:
        try:
            with self._in_hand(
                name, fcntl.LOCK_EX
            ) as file:  # who carries has time to wait for another who does
                self._patient().put(name, file.read())
                self.spool.delete(name)
        except FileNotFoundError:  # another carried it, or it was deleted
            return 0
        return 1

    def waiting(self) -> list[str]:
        """The names of what waits on this server."""
        return [
            *chain.from_iterable(names for _shelf, names in self.spool.shelves()),
            *self.spool.set_aside(),
        ]

    def waits_since(self, names: list[str]) -> datetime | None:
        """When the oldest of them that is still here came."""
        came = []
        for name in names:
            with suppress(FileNotFoundError):  # carried over meanwhile
                came.append(self.spool.put_at(name))
        return min(came, default=None)

    @contextmanager
    def _in_hand(self, name: str, how: int = AT_ONCE) -> Iterator[BinaryIO]:
        """Of all processes of this server: what is deleted must not be carried over from another's memory.

        Raises FileNotFoundError, or BlockingIOError while another has it: a carrier's store may hang for minutes.
        """
        with self.spool.open(name) as file:
            fcntl.flock(file, how)
            if os.fstat(file.fileno()).st_nlink == 0:
                raise FileNotFoundError("another was quicker")
            yield file
