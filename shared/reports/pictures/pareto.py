"""Bars in the order of their length, each with what it and those before it make of the whole. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.reports.pictures import scales

MOST_OF_IT = 80  # percent: what the few make that most comes from


@dataclass(frozen=True, slots=True)
class Bar:
    """*percent* is of the whole, and so long is it drawn; *upto* with all before it."""

    key: str | None
    n: int
    percent: float
    upto: float


def rank(counts: Mapping[str | None, int]) -> list[Bar]:
    """The most first; of as many the one that comes first by its key, what has none last."""
    whole, before = sum(counts.values()), 0
    found = []
    for key, n in sorted(counts.items(), key=lambda item: (-item[1], item[0] is None, item[0] or "")):
        if n <= 0:
            continue
        before += n
        found.append(Bar(key, n, scales.share(n, whole), scales.share(before, whole)))
    return found


def vital(bars: list[Bar]) -> list[Bar]:
    """The few that together make most of it."""
    for count, bar in enumerate(bars, start=1):
        if bar.upto >= MOST_OF_IT:
            return bars[:count]
    return bars
