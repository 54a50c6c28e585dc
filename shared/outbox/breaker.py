"""A breaker: after a few failures in a row, stop asking for a while. Pure, but for the monotonic clock."""

import time
from collections.abc import Callable
from threading import Lock


class Breaker:
    """Opens after *failures* in a row for *rest* seconds; then one caller may try.

    Safe between threads. *clock* gives seconds that never go back.
    """

    def __init__(
        self, failures: int = 3, rest: float = 30.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most, self._rest, self._clock = failures, rest, clock
        self._lock = Lock()
        self._failed = 0
        self._until = 0.0

    def allows(self) -> bool:
        """Whether to try now. The first who is allowed after a rest keeps the others out until it reports."""
        with self._lock:
            if self._failed < self._most:
                return True
            if self._clock() < self._until:
                return False
            self._until = self._clock() + self._rest
            return True

    @property
    def is_open(self) -> bool:
        with self._lock:
            return self._failed >= self._most

    def succeeded(self) -> None:
        with self._lock:
            self._failed = 0

    def failed(self) -> None:
        with self._lock:
            self._failed += 1
            self._until = self._clock() + self._rest
