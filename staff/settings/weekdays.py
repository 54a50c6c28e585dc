"""Opening hours as people read and write them."""

from collections.abc import Iterable, Sequence

from shared.deadlines.plain import wall_time


def interval_text(intervals: Iterable[Sequence[int]]) -> str:
    """`08:00–12:00 14:00–18:00`, as the form of the hours reads it again."""
    return " ".join(f"{wall_time(opens)}–{wall_time(closes)}" for opens, closes in intervals)
