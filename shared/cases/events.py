"""What can have happened to a case."""

from dataclasses import dataclass
from datetime import datetime

from shared.events import Event


@dataclass(frozen=True, slots=True)
class CaseTouched(Event):
    """Any act; its clocks must be derived again."""

    case_id: int


@dataclass(frozen=True, slots=True)
class CaseFiled(Event):
    case_id: int


@dataclass(frozen=True, slots=True)
class StatementGrew(Event):
    """Words of the reporting party were added to those that were taken down first."""

    case_id: int


@dataclass(frozen=True, slots=True)
class CaseClaimed(Event):
    case_id: int


@dataclass(frozen=True, slots=True)
class CaseTriaged(Event):
    case_id: int
    became_urgent: bool


@dataclass(frozen=True, slots=True)
class SubjectNamed(Event):
    """Whom the case is about has turned out; that person sees nothing of it any more."""

    case_id: int


@dataclass(frozen=True, slots=True)
class CircumstancesFound(Event):
    """What is known of the matter, its fault among it, has been recorded anew."""

    case_id: int


@dataclass(frozen=True, slots=True)
class ProgressTold(Event):
    """The owner was told what is new; *seq* is its row of the timeline."""

    case_id: int
    seq: int


@dataclass(frozen=True, slots=True)
class CaseCompleted(Event):
    case_id: int


@dataclass(frozen=True, slots=True)
class OutstandingGiven(Event):
    """Somebody has work to do after the answer."""

    case_id: int
    work_id: int


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


@dataclass(frozen=True, slots=True)
class PartyUrged(Event):
    """The owner asked us to hurry; *seq* is its row of the timeline."""

    case_id: int
    seq: int


@dataclass(frozen=True, slots=True)
class ManyOpened(Event):
    """Somebody has opened or taken away what is personal in very many cases within a day; this one was the last."""

    case_id: int
    user_id: int
    number: int
    at: datetime
