"""What we are told when the owner acts on their page: urges, rates low, appeals, answers a proposal (GZ-15, TR-14)."""

from datetime import datetime

from shared.cases.models import Case, Proposal
from shared.escalation import holding
from shared.escalation.holding import Recipient
from shared.notifications import recipients
from shared.notifications.sending import PARTY, tell, tell_each


def on_urged(case: Case, seq: int, at: datetime) -> None:
    """Whoever has it in hand and the first responder; while nobody has it, who is on duty."""
    whom = _those_concerned(case, at) or holding.on_duty(case, at)
    tell_each(case, whom, "urged", str(seq), at)


def on_rated_low(case: Case, round: int, department_id: int | None, at: datetime) -> None:
    """Both heads follow a low score up (MS-4, TR-14). *round* is the one that was rated."""
    tell_each(case, recipients.both_heads(case, department_id, at), "rated_low", str(round), at)


def on_appealed(case: Case, round: int, department_id: int | None, at: datetime) -> None:
    """The director hears the appeal, and the head of the department knows of it (TR-14)."""
    tell_each(case, recipients.both_heads(case, department_id, at), "appealed", str(round), at)


def on_proposed(case: Case, proposal: Proposal, at: datetime) -> None:
    """The party is asked; only their own answer counts (GZ-12)."""
    tell(case, PARTY, "proposed", at=at, detail=str(proposal.id))


def on_proposal_answered(case: Case, proposal: Proposal, at: datetime) -> None:
    asked = holding.fit(case, [proposal.by], "proposer", at)
    whom = recipients.once(_those_concerned(case, at) + asked)
    tell_each(case, whom, "proposal_answered", str(proposal.id), at)


def _those_concerned(case: Case, at: datetime) -> list[Recipient]:
    return recipients.once(holding.handler(case, at) + holding.first_responder(case, at))
