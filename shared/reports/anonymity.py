"""Rows that anybody may have: each alike, in all it says, with at least four others. Pure.

Whoever filters such rows by whatever columns therefore finds none, or five and more (CO-M8).
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

FEWEST = 5

Row = TypeVar("Row", bound=tuple[str, ...])


def publishable(counts: Mapping[Row, int], steps: Sequence[Callable[[Row], Row]]) -> Counter[Row]:
    """*counts* with what stands alone said less exactly, one step after the other, until nothing does.

    The last of *steps* makes all rows equal. What is left over by then takes the smallest of the others along; of
    fewer than five cases in all nothing is told.
    """
    held = Counter({row: n for row, n in counts.items() if n})
    for coarser in steps:
        for row, n in _alone(held):
            del held[row]
            held[coarser(row)] += n
    while rest := _alone(held):
        others = [row for row in held if held[row] >= FEWEST]
        if not others:
            return Counter()
        least = min(others, key=lambda row: (held[row], row))
        held[rest[0][0]] += held.pop(least)
    return held


def _alone(held: Mapping[Row, int]) -> list[tuple[Row, int]]:
    return sorted((row, n) for row, n in held.items() if n < FEWEST)
