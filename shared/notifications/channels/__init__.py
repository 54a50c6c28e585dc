"""The ways in which a message can reach somebody.

Each is a module with NAME, `is_configured()`, `addresses_of(person)`, `is_usable(address)` and `send(letter)`.
"""

from dataclasses import dataclass
from typing import Protocol

from shared.cases.models import Party
from shared.identity.models import User


@dataclass(frozen=True, slots=True)
class Letter:
    """*mark* is the same for every attempt at one message, so that a second delivery can be recognised.

    *reply_to* is where an answer is read, where a channel has answers. *sender*, *subject* and *link* are all that
    fits a telephone's screen; *reference* is what the owner knows the case by.
    """

    to: str
    subject: str
    text: str
    mark: str
    reply_to: str = ""
    sender: str = ""
    reference: str = ""
    link: str = ""


class Unreachable(Exception):
    """Nothing arrives at this address. *reason* is one of `reasons`; *ended*: the address is not used again."""

    def __init__(self, reason: str, *, ended: bool) -> None:
        super().__init__(reason)
        self.reason, self.ended = reason, ended


class Channel(Protocol):
    NAME: str

    def is_configured(self) -> bool: ...

    def addresses_of(self, person: User | Party) -> list[str]: ...

    def is_usable(self, address: str) -> bool: ...

    def send(self, letter: Letter) -> str | None:
        """Gives what the carrier calls it. Raises Unreachable, or tasks.Undone without the address in it."""
