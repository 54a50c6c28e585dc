"""Many who act at the same moment, each with a session of their own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from flask import Flask

T = TypeVar("T")


def at_once(app: Flask, *acts: Callable[[], T]) -> list[T]:
    """Do all of *acts* in threads that start together; gives what each gave, in their order."""
    gate = Barrier(len(acts))

    def alone(act: Callable[[], T]) -> T:
        with app.app_context():
            gate.wait()
            return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(alone, acts))


def times_at_once(app: Flask, times: int, do: Callable[[int], T]) -> list[T]:
    """*do(0)* to *do(times - 1)*."""
    return at_once(app, *(lambda n=n: do(n) for n in range(times)))
