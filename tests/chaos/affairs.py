"""The cases that the crowd knows of, by what may be done with each next."""

import random
from collections import defaultdict, deque
from dataclasses import dataclass, field
from threading import Lock


@dataclass
class Affair:
    """One filed case, as those know it who have its receipt; in one person's hands at a time."""

    reference: str
    number: str  # of the archive
    token: str  # of the private link
    phone: str
    round: int = 1
    first_responder: str = ""
    handler: str = ""
    former: list[str] = field(default_factory=list)  # handlers of the rounds before

    @property
    def link(self) -> str:
        return f"/c/{self.token}"


class Pool:
    """Who takes a case out has it alone until it is put back."""

    def __init__(self) -> None:
        self._by_stage: dict[str, deque[Affair]] = defaultdict(deque)
        self._known: list[Affair] = []
        self._lock = Lock()

    def put(self, stage: str, affair: Affair) -> None:
        with self._lock:
            self._by_stage[stage].append(affair)

    def learn(self, affair: Affair) -> None:
        """It can be looked up from now on, whoever has it in hand."""
        with self._lock:
            self._known.append(affair)

    def take(self, stage: str) -> Affair | None:
        with self._lock:
            waiting = self._by_stage[stage]
            return waiting.popleft() if waiting else None

    def waiting(self, stage: str) -> int:
        return len(self._by_stage[stage])

    def any_known(self, dice: random.Random) -> Affair | None:
        with self._lock:
            return dice.choice(self._known) if self._known else None

    @property
    def known(self) -> list[Affair]:
        with self._lock:
            return list(self._known)
