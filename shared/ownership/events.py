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
class ObjectionRaised(Event):
    case_id: int


@dataclass(frozen=True, slots=True)
class TransferAsked(Event):
    case_id: int
    transfer_id: int


@dataclass(frozen=True, slots=True)
class TransferAnswered(Event):
    case_id: int
    transfer_id: int
    accepted: bool
