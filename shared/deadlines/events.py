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


@dataclass(frozen=True, slots=True)
class ProposalMade(Event):
    """The owner is asked to agree to a time."""

    case_id: int
    proposal_id: int


@dataclass(frozen=True, slots=True)
class ProposalAnswered(Event):
    """The owner has said yes or no."""

    case_id: int
    proposal_id: int


@dataclass(frozen=True, slots=True)
class BrokenDutyOver(Event):
    """A duty of the case that was broken is done now, or fell away."""

    case_id: int
