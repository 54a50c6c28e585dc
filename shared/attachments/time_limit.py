"""A question that is answered in time or given up, though whoever is asked goes on for ever, a byte now and then.

A socket's own limit is for each of its reads; only another thread can stop waiting for all of them together.
"""

from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from threading import BoundedSemaphore, Thread
from typing import Any, TypeVar

from shared.attachments.port import Unreachable

T = TypeVar("T")


class TimeLimit:
    """At most *most* wait at once: whoever is given up goes on waiting behind the back of the one who asked."""

    def __init__(self, most: int) -> None:
        self._places = BoundedSemaphore(most)

    def ask(self, seconds: float, question: Callable[..., T], **words: Any) -> T:
        """What *question* gives or raises. Raises Unreachable after *seconds*, or where no place is left."""
        if not self._places.acquire(blocking=False):
            raise Unreachable("too many wait for it")
        answer: Future[T] = Future()
        Thread(target=self._wait, args=(answer, partial(question, **words)), daemon=True).start()
        try:
            return answer.result(seconds)
        except TimeoutError as error:
            raise Unreachable("no answer in time") from error

    def _wait(self, answer: Future[T], question: Callable[[], T]) -> None:
        try:
            said = question()
        except Exception as error:
            self._places.release()
            answer.set_exception(error)
        else:
            self._places.release()
            answer.set_result(said)
