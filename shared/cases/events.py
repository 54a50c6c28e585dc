"""What can have happened to a case."""

from dataclasses import dataclass

from shared.events import Event


@dataclass(frozen=True, slots=True)
class CaseTouched(Event):
    """Any act; its clocks must be derived again."""

    case_id: int


@dataclass(frozen=True, slots=True)
class CaseFiled(Event):
    case_id: int


@dataclass(frozen=True, slots=True)
class CaseClaimed(Event):
    case_id: int


@dataclass(frozen=True, slots=True)
class CaseTriaged(Event):
    case_id: int
    became_urgent: bool
    became_major: bool


@dataclass(frozen=True, slots=True)
class CaseCompleted(Event):
    case_id: int


@dataclass(frozen=True, slots=True)
class PartyInformed(Event):
    case_id: int


@dataclass(frozen=True, slots=True)
class CaseClosed(Event):
    case_id: int


@dataclass(frozen=True, slots=True)
class CaseReopened(Event):
    case_id: int
    cause: str


@dataclass(frozen=True, slots=True)
class CaseWithdrawn(Event):
    case_id: int


@dataclass(frozen=True, slots=True)
class PartyAdded(Event):
    """The owner added words or photos."""

    case_id: int
