"""Writers to SQLite take turns: the threads of a process in the order they came, then the processes.

SQLite has no queue: who finds it busy looks again after up to 100 ms, and among 32 writers somebody looks in vain
until the busy timeout (F15). This is courtesy, not correctness: who has waited too long, or where the file cannot be
locked, SQLite's own lock still decides.
"""

import fcntl
import os
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

LONGEST_WAIT = 10.0  # seconds


class Queue:
    """A lock that is handed to whoever has waited longest; a plain one goes to whoever is quickest."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._waiting: deque[Lock] = deque()
        self._taken = False

    def acquire(self, timeout: float) -> bool:
        with self._guard:
            if not self._taken:
                self._taken = True
                return True
            turn = Lock()
            turn.acquire()
            self._waiting.append(turn)
        if turn.acquire(timeout=timeout):
            return True
        with self._guard:
            if turn in self._waiting:
                self._waiting.remove(turn)
                return False
        return True  # it was handed over in the very last moment

    def release(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False


_threads = Queue()


def _hold(path: str) -> int | None:
    """Wait for the writers of other processes; gives what to close afterwards."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        return None  # a full or read-only disk: SQLite itself will say so
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
    except OSError:
        os.close(handle)
        return None
    return handle


@contextmanager
def turn(path: str) -> Iterator[None]:
    """Wait for one's turn at the database whose queue is the file at *path*, and give way afterwards."""
    first = _threads.acquire(LONGEST_WAIT)
    handle = _hold(path) if first else None
    try:
        yield
    finally:
        if handle is not None:
            os.close(handle)
        if first:
            _threads.release()
