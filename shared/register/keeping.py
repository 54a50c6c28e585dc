"""What a process has counted is kept for a while: many ask for the same, and it takes long to count (decision 0038)."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, TypeVar

from flask import current_app

MOST = 200  # things kept in one process

T = TypeVar("T")


@dataclass(slots=True)
class _Kept:
    counted_at: datetime | None = None
    value: Any = None
    turn: Lock = field(default_factory=Lock)


def kept(key: Hashable, at: datetime, lasts: timedelta, count: Callable[[], T]) -> T:
    """What *count* gives; counted again once it is as old as *lasts*. Who comes while it is counted waits for it."""
    store: dict[Hashable, _Kept] = current_app.extensions.setdefault("kept", {})
    if key not in store and len(store) >= MOST:
        store.clear()
    found = store.setdefault(key, _Kept())
    with found.turn:
        if found.counted_at is None or abs(at - found.counted_at) >= lasts:
            found.value, found.counted_at = count(), at
        value: T = found.value
    return value
