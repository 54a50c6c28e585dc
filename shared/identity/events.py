"""What can have happened to a member of staff."""

from dataclasses import dataclass

from shared.events import Event


@dataclass(frozen=True, slots=True)
class PersonInvited(Event):
    """There is a link by which they choose a password (T22)."""

    invitation_id: int
