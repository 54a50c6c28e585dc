"""Whether the machine's clock can be believed: the wall clock watched against the monotonic one (F21, F22).

Each process watches for itself. One that has just begun has nothing to compare with: time in which nothing ran is
no jump, and what fell due meanwhile is recorded at once.
"""

import json
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

SUSPECT = timedelta(minutes=10)  # time servers correct less than this without harm to any limit
CALM_TICKS = 2
SLOWEST_TICK = timedelta(minutes=15)  # of whoever watches, with some delay
NOTED = 10  # as many jumps are kept for the operator's eyes
FILE = "clock-jumps.json"


@dataclass(frozen=True, slots=True)
class Jump:
    """The wall clock showed *shown* when it should have shown *expected*."""

    expected: datetime
    shown: datetime

    @property
    def by(self) -> timedelta:
        """How far it jumped; negative when it was set back."""
        return self.shown - self.expected


class Watch:
    """What one process remembers of its two clocks from one tick to the next."""

    def __init__(self) -> None:
        self._last: tuple[datetime, float] | None = None
        self._calm = CALM_TICKS

    @property
    def is_steady(self) -> bool:
        """Whether two ticks were normal since the last jump, and what the clock says may be acted upon."""
        return self._calm >= CALM_TICKS

    def tick(self, wall: datetime, monotonic: float) -> Jump | None:
        """Compare both clocks with the tick before; gives the jump if they disagree by more than ten minutes."""
        last, self._last = self._last, (wall, monotonic)
        if last is None:
            return None
        jump = Jump(expected=last[0] + timedelta(seconds=monotonic - last[1]), shown=wall)
        if abs(jump.by) > SUSPECT:
            self._calm = 0
            return jump
        self._calm = min(self._calm + 1, CALM_TICKS)
        return None


def note(folder: Path, jump: Jump) -> bool:
    """Keep *jump* in *folder* for the operator, unless another line or schedule noted it; ten at most are kept.

    Gives whether it is news. Two that note at once may lose one of their rows; each has said it in its log.
    """
    before = noted(folder)
    if any(_is_same(jump, other) for other in before):
        return False
    rows = [(j.expected.isoformat(), j.shown.isoformat()) for j in [*before, jump][-NOTED:]]
    fresh = folder / f".{FILE}.{os.getpid()}"
    fresh.write_text(json.dumps(rows))
    fresh.replace(folder / FILE)
    return True


def _is_same(one: Jump, other: Jump) -> bool:
    """Two watchers notice a jump at their next ticks, which may be minutes apart."""
    return abs(one.by - other.by) < timedelta(minutes=1) and abs(one.shown - other.shown) < SLOWEST_TICK


def noted(folder: Path) -> list[Jump]:
    """The jumps that were noted, the oldest first. A file that cannot be read says nothing."""
    try:
        rows = json.loads((folder / FILE).read_text())
        return [
            Jump(datetime.fromisoformat(expected), datetime.fromisoformat(shown)) for expected, shown in rows
        ]
    except (OSError, ValueError, TypeError):
        return []
