"""How the time of a broken clock divides among those who held the case (GZ-12, GZ-15). Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.ownership.segments import Holding, Segment


@dataclass(frozen=True, slots=True)
class Share:
    """What one person (of a department, where one led) had it, without waiting on others; nobody: None twice."""

    user_id: int | None
    department_id: int | None
    ms: int


@dataclass(frozen=True, slots=True)
class Division:
    """*shares* and *waiting_ms* together are the whole time."""

    shares: tuple[Share, ...]
    waiting_ms: int

    def as_evidence(self) -> dict[str, object]:
        return {
            "held": [{"user": s.user_id, "department": s.department_id, "ms": s.ms} for s in self.shares],
            "waiting_ms": self.waiting_ms,
        }


def divide(holding: Holding, since: datetime, until: datetime) -> Division:
    """Who had the case how long from *since* to *until*, and how much of that was waiting on others."""
    held: dict[tuple[int | None, int | None], timedelta] = defaultdict(timedelta)
    waiting = timedelta()
    waits = [(wait.begins, wait.ends or until) for wait in holding.waits]
    for segment in holding.segments:
        begins, ends = max(segment.begins, since), min(segment.ends or until, until)
        if begins >= ends:
            continue
        waited = _union(_within(waits, begins, ends))
        waiting += waited
        held[_whose(segment)] += (ends - begins) - waited
    shares = tuple(Share(*key, _ms(lasted)) for key, lasted in held.items())
    return Division(shares, _ms(waiting))


def _whose(segment: Segment) -> tuple[int | None, int | None]:
    return segment.user_id, segment.department_id


def _within(
    stretches: Iterable[tuple[datetime, datetime]], begins: datetime, ends: datetime
) -> Iterator[tuple[datetime, datetime]]:
    for since, until in stretches:
        if max(since, begins) < min(until, ends):
            yield max(since, begins), min(until, ends)


def _union(stretches: Iterable[tuple[datetime, datetime]]) -> timedelta:
    """The length of them together, each instant once."""
    total, reached = timedelta(), None
    for begins, ends in _ordered(stretches):
        begins = begins if reached is None else max(begins, reached)
        if begins < ends:
            total, reached = total + (ends - begins), ends
    return total


def _ordered(stretches: Iterable[tuple[datetime, datetime]]) -> Sequence[tuple[datetime, datetime]]:
    return sorted(stretches)


def _ms(lasted: timedelta) -> int:
    return lasted // timedelta(milliseconds=1)
