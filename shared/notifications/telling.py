"""What each piece of news makes known to whom. Called inside the change that caused it, by the wiring."""

from collections.abc import Iterable
from datetime import datetime

from shared.cases.models import Case, Escalation
from shared.deadlines.models import Deadline
from shared.escalation import holding
from shared.escalation.holding import Recipient
from shared.escalation.models import Rung
from shared.identity.models import User
from shared.identity.permissions import Role
from shared.notifications import recipients, surveying
from shared.notifications.sending import PARTY, tell, tell_each
from shared.ownership.models import Assignment, Transfer


def on_case_filed(case: Case, at: datetime) -> None:
    """The party has it in writing that we have it; of a report from inside supervision hears at once (CO-M5)."""
    tell(case, PARTY, "received", at=at)
    if case.is_internal:
        tell_each(case, holding.supervision(case, at), "internal_report", "", at)


def on_mail_added(case: Case, mail_id: int, at: datetime) -> None:
    """To the address on record, whoever wrote: should it have been another, the party hears of it."""
    tell(case, PARTY, "mail_added", at=at, detail=str(mail_id))


def on_dispatched(case: Case, assignment: Assignment, at: datetime) -> None:
    """The handler is to sign; the party learns who answers (GZ-10)."""
    tell_each(case, holding.handler(case, at), "assigned", str(assignment.id), at)
    tell(case, PARTY, "dispatched", at=at, detail=str(assignment.id))


def on_informed(case: Case, at: datetime) -> None:
    tell(case, PARTY, "informed", at=at, detail=_round(case))


def remind_of_survey(case: Case, at: datetime) -> None:
    """Once for each round, of the question that came with the result (MS-4)."""
    if surveying.is_awaited(case, _round(case)):
        tell(case, PARTY, surveying.REMINDED, at=at, detail=_round(case))


def on_closed(case: Case, at: datetime) -> None:
    tell(case, PARTY, "closed", at=at, detail=_round(case))


def on_reopened(case: Case, at: datetime) -> None:
    """Called when the case has its new round."""
    tell(case, PARTY, "reopened", at=at, detail=_round(case))


def on_transfer_asked(case: Case, transfer: Transfer, at: datetime) -> None:
    tell(case, "first_responder", "transfer_asked", at=at, user=transfer.receiver, detail=str(transfer.id))


def on_escalated(case: Case, escalation: Escalation, at: datetime) -> None:
    """Whom a person escalated to: they are asked to say that they have heard (GZ-13)."""
    tell(case, "superior", "escalated", at=at, user=escalation.to, detail=str(escalation.id))


def on_deadline_near(case: Case, deadline: Deadline, at: datetime) -> None:
    """Whoever holds the duty; it is still theirs alone."""
    tell_each(case, holding.holders(case, deadline.duty, at), "deadline_near", str(deadline.id), at)


def on_rung_given(case: Case, rung: Rung, people: Iterable[User], climbed: bool, at: datetime) -> None:
    """*people*, whom the rung asks: the machine's notice, which replaces no person's (GZ-13).

    Of a handler's breach the first responder hears too, who follows the case to its end (GZ-15).
    """
    about, detail = ("deadline_unanswered", rung.id) if climbed else ("deadline_broken", rung.deadline_id)
    whom = [Recipient(person, rung.role) for person in people]
    if rung.level == 0 and rung.role == Role.HANDLER:
        whom = recipients.once(whom + holding.first_responder(case, at))
    tell_each(case, whom, about, str(detail), at)


def on_not_satisfied(case: Case, round: int, department_id: int | None, at: datetime) -> None:
    """Both heads (TR-14). *round* is the one the owner was not satisfied with."""
    tell_each(case, recipients.both_heads(case, department_id, at), "not_satisfied", str(round), at)


def _round(case: Case) -> str:
    return str(case.round)
