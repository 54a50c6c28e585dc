"""What the lines of a timetable have done in this process, kept until it is written down with the process's beat."""

import socket
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from shared.heartbeats import beating


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a line that comes by *every* so many seconds; *error*: the kind of what ended it badly."""

    every: float
    at: datetime
    error: str


class TurnsTaken:
    """Each line tells how its last turn ended; once a minute somebody writes all of them in one change."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._last: dict[str, Turn] = {}
        self._told: dict[str, Turn] = {}
        self._writes = 0

    @property
    def is_settled(self) -> bool:
        """Whether this is no longer the first minute of the process."""
        return self._writes > 1

    def note(self, name: str, every: float, at: datetime, error: str = "") -> None:
        with self._lock:
            self._last[name] = Turn(every, at, error)

    def write(self, at: datetime, names: Iterable[str]) -> None:
        """In a change: this host's schedule lives, and what its lines did since. Others than *names* are forgotten.

        What is written is told again by the next one unless `written` says that the change stands: a line that
        comes by once a day would else not be heard of before tomorrow.
        """
        with self._lock:
            ended = dict(self._last)
        beating.beat(beating.SCHEDULE, socket.gethostname(), at)
        beating.forget_others(beating.LINE, names)
        for name, turn in sorted(ended.items()):
            note = f"{turn.every:g} {turn.error}".strip()
            write = beating.ail if turn.error else beating.beat
            write(beating.LINE, name, turn.at, note)
        self._told = ended

    def written(self) -> None:
        """After that change: it stands."""
        with self._lock:
            self._last = {name: turn for name, turn in self._last.items() if self._told.get(name) is not turn}
        self._writes += 1
