"""Drawing by lot so that anybody can draw again: the same ids and the same seed give the same sample. Pure."""

import random
from collections.abc import Sequence
from hashlib import sha256


def sample(ids: Sequence[int], seed: str, size: int) -> list[int]:
    """*size* of *ids*, or all where there are fewer, in the order drawn.

    Each id is given one number of `random.Random(seed)`, in the order in which the ids come; the smallest are drawn.
    Python promises the numbers of a seed for all its releases, and promises nothing of `random.sample`.
    """
    lots = random.Random(seed)
    drawn = sorted((lots.random(), number) for number in ids)
    return [number for _lot, number in drawn[:size]]


def digest(ids: Sequence[int]) -> bytes:
    """What proves later from which ids was drawn: SHA-256 of them in decimals, with commas between."""
    return sha256(",".join(map(str, ids)).encode()).digest()
