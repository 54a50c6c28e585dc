"""News about clocks."""

from dataclasses import dataclass

from shared.events import Event


@dataclass(frozen=True, slots=True)
class DeadlineNear(Event):
    """A clock has used most of its time; told once."""

    case_id: int
    deadline_id: int
    rule: str


@dataclass(frozen=True, slots=True)
class DeadlineBreached(Event):
    """A clock was not met in time; recorded once, whoever noticed first."""

    case_id: int
    deadline_id: int
    rule: str
