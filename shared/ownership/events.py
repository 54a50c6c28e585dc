"""What can have happened to the ownership of a case."""

from dataclasses import dataclass

from shared.events import Event


@dataclass(frozen=True, slots=True)
class CaseDispatched(Event):
    case_id: int
    assignment_id: int


@dataclass(frozen=True, slots=True)
class AssignmentAccepted(Event):
    case_id: int
    assignment_id: int


@dataclass(frozen=True, slots=True)
class CaseEscalated(Event):
    """A person told the next level (GZ-13)."""

    case_id: int
    escalation_id: int


@dataclass(frozen=True, slots=True)
class ObjectionRaised(Event):
    case_id: int


@dataclass(frozen=True, slots=True)
class ReturnAsked(Event):
    case_id: int
    return_id: int


@dataclass(frozen=True, slots=True)
class ReturnAnswered(Event):
    """Somebody agreed to take the case back, or did not."""

    case_id: int
    return_id: int


@dataclass(frozen=True, slots=True)
class TaskAsked(Event):
    """Another department is asked for its part (AH-3.3b)."""

    case_id: int
    task_id: int


@dataclass(frozen=True, slots=True)
class TaskEnded(Event):
    """Done, or called off."""

    case_id: int
    task_id: int


@dataclass(frozen=True, slots=True)
class TaskGroupFormed(Event):
    """*newcomers*: ids of those who belong to it now and did not before (AH-3.3c)."""

    case_id: int
    newcomers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TransferAsked(Event):
    case_id: int
    transfer_id: int


@dataclass(frozen=True, slots=True)
class TransferAnswered(Event):
    case_id: int
    transfer_id: int
    accepted: bool


@dataclass(frozen=True, slots=True)
class HandoverOffered(Event):
    """First responsibilities are offered together at the end of a shift; *case_id* is the first of them."""

    case_id: int
    handover_id: int


@dataclass(frozen=True, slots=True)
class HandoverAnswered(Event):
    """Accepted or declined as a whole by whoever was to come next; *case_id* is the first of them."""

    case_id: int
    handover_id: int


@dataclass(frozen=True, slots=True)
class LeaverSucceeded(Event):
    """What somebody who leaves had to do on the case is now another's, who was not asked."""

    case_id: int
    leaver_id: int
    successor_id: int


@dataclass(frozen=True, slots=True)
class PlanMade(Event):
    case_id: int
    plan_id: int


@dataclass(frozen=True, slots=True)
class OpinionGiven(Event):
    """A plan was reviewed or approved, or sent back."""

    case_id: int
    opinion_id: int
