"""What is worth counting, by the name it is known by outside; who keeps the count, whoever counts need not know.

Nothing here may fail or wait: it is called in the middle of work that matters more.
"""

from collections.abc import Callable
from enum import StrEnum


class What(StrEnum):
    """The names of metrics; their labels stand in `shared.operations.meters`."""

    REQUEST = "http_request_duration_seconds"
    FILED = "cases_filed_total"
    BREACHED = "deadline_breached_total"
    JOB = "job_duration_seconds"
    CLAIM_LOST = "claim_conflicts_total"
    NOT_FOUND = "lookup_miss_total"
    RATE_LIMITED = "rate_limited_total"
    UPLOAD_REFUSED = "upload_rejected_total"
    BUSY = "db_busy_total"
    CLOCK_JUMPED = "clock_jump_total"


Listener = Callable[[What, tuple[str, ...], float], None]

_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Have *listener* told of all that is counted from now on; it must not raise."""
    if listener not in _listeners:
        _listeners.append(listener)


def count(what: What, *labels: str) -> None:
    """It happened once more. *labels* are few and known beforehand: codes of ours, never what somebody typed."""
    for listener in _listeners:
        listener(what, labels, 1.0)


def took(what: What, seconds: float, *labels: str) -> None:
    """It was done, in so many seconds."""
    for listener in _listeners:
        listener(what, labels, seconds)
