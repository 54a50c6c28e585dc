"""What people did and what they were told: a file that is only ever added to, and the history read from it.

Each act is noted before it is sent and again when its answer is known, so that an act cut off in the middle stands in
the file too. Times are of the monotonic clock: the wall clock is one of the things that are moved.
"""

import json
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

INVOKE, OK, FAIL, UNKNOWN = "invoke", "ok", "fail", "unknown"
LOOK = "look up"  # the one act that changes nothing
STRUCK, MENDED = "struck", "mended"  # of what the nemesis does


@dataclass(frozen=True, slots=True)
class Operation:
    """One act, from when it was sent to when its answer was known; *facts* are what it was about and what was told."""

    number: int
    what: str
    outcome: str
    began: float
    ended: float
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing the nemesis did, and when what it had taken away was there again."""

    what: str
    struck: float
    mended: float


@dataclass
class Doing:
    """An act under way. Unless its outcome is said, it is unknown."""

    outcome: str = UNKNOWN
    facts: dict[str, Any] = field(default_factory=dict)

    def succeeded(self, **facts: Any) -> None:
        self.outcome = OK
        self.facts |= facts

    def failed(self, why: str) -> None:
        """It was refused, so nothing of it may be there."""
        self.outcome = FAIL
        self.facts["why"] = why


class Ledger:
    """Many threads write; each line is in the file before its act goes on."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("a")
        self._lock = Lock()
        self._numbers = 0
        self.done, self.answered = 0, 0  # acts, and those of them that change something

    def note(self, number: int, what: str, phase: str, **facts: Any) -> None:
        line = {"number": number, "at": time.monotonic(), "what": what, "phase": phase, **facts}
        with self._lock:
            self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
            self._file.flush()
            self.done += phase == OK
            self.answered += phase == OK and what != LOOK

    def next_number(self) -> int:
        with self._lock:
            self._numbers += 1
            return self._numbers

    @contextmanager
    def doing(self, what: str, **facts: Any) -> Iterator[Doing]:
        """One act of somebody. What goes wrong inside leaves it unknown."""
        number, act = self.next_number(), Doing(facts=dict(facts))
        self.note(number, what, INVOKE, **facts)
        try:
            yield act
        finally:
            self.note(number, what, act.outcome, **act.facts)

    @contextmanager
    def fault(self, what: str) -> Iterator[None]:
        """Something is broken inside, and whole again after it."""
        number = self.next_number()
        self.note(number, what, STRUCK)
        try:
            yield
        finally:
            self.note(number, what, MENDED)

    def close(self) -> None:
        self._file.close()


@dataclass(frozen=True, slots=True)
class History:
    operations: list[Operation]
    faults: list[Fault]

    def of(self, what: str, *outcomes: str) -> Iterator[Operation]:
        """The acts of that kind; with *outcomes* those alone."""
        return (o for o in self.operations if o.what == what and (not outcomes or o.outcome in outcomes))


def read(lines: Iterable[str]) -> History:
    """The history that a ledger tells. An act whose end is missing is unknown."""
    begun: dict[int, dict[str, Any]] = {}
    operations, faults = [], []
    for line in map(json.loads, lines):
        number, phase = line.pop("number"), line.pop("phase")
        if phase in (INVOKE, STRUCK):
            begun[number] = line | {"is_fault": phase == STRUCK}
            continue
        first = begun.pop(number)
        if phase == MENDED:
            faults.append(Fault(first["what"], first["at"], line["at"]))
        else:
            operations.append(_operation(number, phase, first["at"], line))
    for number, first in begun.items():
        if first.pop("is_fault"):
            faults.append(Fault(first["what"], first["at"], first["at"]))
        else:
            operations.append(_operation(number, UNKNOWN, first["at"], first))
    return History(operations, faults)


def _operation(number: int, outcome: str, began: float, line: dict[str, Any]) -> Operation:
    facts = {name: value for name, value in line.items() if name not in ("at", "what")}
    return Operation(number, line["what"], outcome, began, line["at"], facts)
