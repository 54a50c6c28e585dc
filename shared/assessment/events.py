"""News of the ledger."""

from dataclasses import dataclass
from datetime import datetime

from shared.events import Event


@dataclass(frozen=True, slots=True)
class EntryProposed(Event):
    """Somebody proposes an entry, or the machine does; of a broken clock there is no news beside that it broke."""

    entry_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class EntryDecided(Event):
    """A decision was taken on an entry: decided, waived, or heard."""

    entry_id: int
    decision_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class EntryAppealed(Event):
    """The person wants it heard by another."""

    entry_id: int
    at: datetime
