"""What an outbox row can ask for, by name."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

Payload = dict[str, Any]
Handler = Callable[[Payload], None]

LEASE = timedelta(seconds=30)

_tasks: dict[str, "Task"] = {}


class Undone(Exception):
    """A task could not be done now; it will be tried again. The message is stored: no personal data in it."""


class UnknownTask(Undone):
    """No code for this name: its module was not imported, or the row is older than the code."""


@dataclass(frozen=True, slots=True)
class Task:
    """*handler* may run twice, and opens its own changes. *lease*: how long nobody else takes the row.

    *given_up* runs inside the change that marks the row dead.
    """

    name: str
    handler: Handler
    lease: timedelta
    given_up: Handler | None


def task(
    name: str, *, lease: timedelta = LEASE, given_up: Handler | None = None
) -> Callable[[Handler], Handler]:
    """Declare the function that does *name*. It is called with the row's payload, outside any change."""

    def declare(handler: Handler) -> Handler:
        _tasks[name] = Task(name, handler, lease, given_up)
        return handler

    return declare


def named(name: str) -> Task:
    """Raises UnknownTask."""
    try:
        return _tasks[name]
    except KeyError:
        raise UnknownTask(f"no task is called {name}") from None


def lease_of(name: str) -> timedelta:
    return _tasks[name].lease if name in _tasks else LEASE
