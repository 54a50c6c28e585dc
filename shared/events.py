"""News inside one change: verbs publish, `shared.subscriptions` says who listens.

Events wait until the verb is done and are handled before the commit, so that what follows from a change
(messages, deadlines) stands or falls with it.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from shared.database import db


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened; subclasses are named in the past tense and carry ids."""


E = TypeVar("E", bound=Event)
Handler = Callable[[E], None]

_handlers: dict[type[Event], list[Callable[..., None]]] = defaultdict(list)
ENDLESS = 1_000


def subscribe(kind: type[E], handler: Handler[E]) -> None:
    """Have *handler* called, in order of subscription, for each event of exactly *kind*."""
    if handler not in _handlers[kind]:
        _handlers[kind].append(handler)


def publish(event: Event) -> None:
    """Queue *event* in the change that is open."""
    db.session.info.setdefault("events", []).append(event)


def drain() -> None:
    """Handle what was published, and what the handlers publish, until nothing is left."""
    queue: list[Event] = db.session.info.setdefault("events", [])
    handled = 0
    while queue:
        event = queue.pop(0)
        for handler in _handlers[type(event)]:
            handler(event)
        handled += 1
        if handled > ENDLESS:
            raise RuntimeError(f"events feed one another: {type(event).__name__}")
