"""What can have happened to the severity of a case."""

from dataclasses import dataclass

from shared.events import Event


@dataclass(frozen=True, slots=True)
class CaseGraded(Event):
    """*became_major*: it was ordinary before."""

    case_id: int
    grading_id: int
    became_major: bool
