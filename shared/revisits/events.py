"""What can come of a revisit."""

from dataclasses import dataclass

from shared.events import Event


@dataclass(frozen=True, slots=True)
class FoundUnsatisfied(Event):
    """TR-14: both heads are told."""

    case_id: int
    round: int  # the round the owner was not satisfied with
    department_id: int | None
