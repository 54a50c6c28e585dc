"""What can come of a revisit."""

from dataclasses import dataclass

from shared.events import Event


@dataclass(frozen=True, slots=True)
class FoundUnsatisfied(Event):
    """TR-14: both heads are told."""

    case_id: int
    round: int  # the round the owner was not satisfied with
    department_id: int | None


@dataclass(frozen=True, slots=True)
class RatedLow(Event):
    """The owner's own word on a round was 不满意; both heads follow it up (MS-4, TR-14)."""

    case_id: int
    round: int  # the round the owner was not satisfied with
    department_id: int | None


@dataclass(frozen=True, slots=True)
class Appealed(Event):
    """The owner asks for another person; both heads hear of it (TR-14)."""

    case_id: int
    round: int  # the one appealed against
    department_id: int | None
