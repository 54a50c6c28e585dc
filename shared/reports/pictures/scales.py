"""Axes that begin at nothing, and shades that follow the number. Pure."""

from collections.abc import Sequence

STEPS = (1, 2, 5)
LINES = 5  # of an axis, at most, above zero
SHADES = 5


def ticks(most: int) -> list[int]:
    """Round numbers from zero to the first that is not below *most*."""
    size = 1
    while True:
        for step in STEPS:
            each = step * size
            count = max(1, -(-most // each))
            if count <= LINES:
                return [n * each for n in range(count + 1)]
        size *= 10


def shade(n: int, most: int) -> int:
    """0 for none; else from 1 to `SHADES` as *n* is to the most of all."""
    return 0 if n <= 0 else -(-n * SHADES // max(n, most))


def share(n: float, whole: float) -> float:
    """In percent with one decimal, as wide as a bar is drawn."""
    return round(100 * n / whole, 1) if whole else 0.0


def every(count: int, most: int) -> int:
    """Each how-manieth of *count* is written so that there are at most *most*."""
    return max(1, -(-count // most))


def runs(values: Sequence[int | None]) -> list[list[int]]:
    """The places of values that follow one another without a gap."""
    found: list[list[int]] = []
    for place, value in enumerate(values):
        if value is None:
            continue
        if found and found[-1][-1] == place - 1:
            found[-1].append(place)
        else:
            found.append([place])
    return found
