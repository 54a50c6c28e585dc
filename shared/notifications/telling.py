"""What each piece of news makes known to whom. Called inside the change that caused it, by the wiring."""

from collections.abc import Iterable
from datetime import datetime

from shared.cases.models import Case
from shared.deadlines.models import Deadline
from shared.notifications import recipients
from shared.notifications.recipients import Recipient
from shared.notifications.sending import PARTY, tell
from shared.ownership.models import Assignment, Transfer


def on_case_filed(case: Case, at: datetime) -> None:
    """The party has it in writing that we have it."""
    tell(case, PARTY, "received", at=at)


def on_dispatched(case: Case, assignment: Assignment, at: datetime) -> None:
    """The handler is to sign; the party learns who answers (GZ-10)."""
    _tell_each(case, recipients.handler(case), "assigned", str(assignment.id), at)
    tell(case, PARTY, "dispatched", at=at, detail=str(assignment.id))


def on_informed(case: Case, at: datetime) -> None:
    tell(case, PARTY, "informed", at=at, detail=_round(case))


def on_closed(case: Case, at: datetime) -> None:
    tell(case, PARTY, "closed", at=at, detail=_round(case))


def on_reopened(case: Case, at: datetime) -> None:
    """Called when the case has its new round."""
    tell(case, PARTY, "reopened", at=at, detail=_round(case))


def on_transfer_asked(case: Case, transfer: Transfer, at: datetime) -> None:
    tell(case, "first_responder", "transfer_asked", at=at, user=transfer.receiver, detail=str(transfer.id))


def on_deadline_near(case: Case, deadline: Deadline, at: datetime) -> None:
    """Whoever holds the case; the duty is still theirs alone."""
    _tell_each(case, recipients.holder(case, deadline.rule, at), "deadline_near", str(deadline.id), at)


def on_deadline_broken(case: Case, deadline: Deadline, at: datetime) -> None:
    """The holder and the next level up: the machine's notice, which replaces no person's (GZ-13)."""
    _tell_each(
        case, recipients.holder_and_next(case, deadline.rule, at), "deadline_broken", str(deadline.id), at
    )


def on_not_satisfied(case: Case, round: int, department_id: int | None, at: datetime) -> None:
    """Both heads (TR-14). *round* is the one the owner was not satisfied with."""
    _tell_each(case, recipients.both_heads(case, department_id), "not_satisfied", str(round), at)


def _round(case: Case) -> str:
    return str(case.round)


def _tell_each(case: Case, whom: Iterable[Recipient], about: str, detail: str, at: datetime) -> None:
    for recipient in whom:
        tell(case, recipient.role, about, at=at, user=recipient.user, detail=detail)
