"""The ways in which a message can reach somebody, in the order of preference.

Each is a module with NAME, `is_configured()`, `address_of(person)`, `is_usable(address)` and `send(letter)`.
"""

from dataclasses import dataclass
from typing import Protocol

from shared.cases.models import Party
from shared.identity.models import User


@dataclass(frozen=True, slots=True)
class Letter:
    """*mark* is the same for every attempt at one message, so that a second delivery can be recognised."""

    to: str
    subject: str
    text: str
    mark: str


class Channel(Protocol):
    NAME: str

    def is_configured(self) -> bool: ...

    def address_of(self, person: User | Party) -> str | None: ...

    def is_usable(self, address: str) -> bool: ...

    def send(self, letter: Letter) -> None:
        """Raises tasks.Undone, without the address in it."""
