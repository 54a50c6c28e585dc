"""What is told of a case asked back as misdirected: to whom it is to decide, and what came of it (退单)."""

from datetime import datetime

from shared.cases.models import Case
from shared.escalation import holding
from shared.identity.permissions import Role
from shared.notifications import recipients
from shared.notifications.sending import tell_each
from shared.ownership import guards
from shared.ownership.models import Return


def on_asked(case: Case, asked: Return, at: datetime) -> None:
    """Whoever dispatched it, where they may decide; else who is on duty, else the directors."""
    dispatched = holding.fit(case, [asked.assignment.by], Role.DISPATCHER, at)
    for found in (dispatched, holding.on_duty(case, at), recipients.directors(case, at)):
        if able := [r for r in found if guards.can_answer_return(r.user, case, asked)]:
            return tell_each(case, able, "return_asked", str(asked.id), at)


def on_answered(case: Case, asked: Return, at: datetime) -> None:
    """Those who had the case, and, where it has come back, the first responder; not whoever decided it."""
    concerned = holding.fit(case, [asked.by, asked.assignment.handler], Role.HANDLER, at)
    if asked.approved:
        concerned += holding.first_responder(case, at)
    whom = [r for r in recipients.once(concerned) if r.user.id != asked.decided_by_id]
    tell_each(case, whom, "return_answered", str(asked.id), at)
