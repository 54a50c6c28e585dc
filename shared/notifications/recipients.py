"""Who is told of what, by role. With whom a clock's duty lies is for `shared.escalation.holding` to say."""

from datetime import datetime

from shared.cases.models import Case
from shared.escalation import holding
from shared.escalation.holding import Recipient
from shared.identity.permissions import Role


def directors(case: Case, at: datetime) -> list[Recipient]:
    return holding.with_role(case, Role.DIRECTOR, at)


def both_heads(case: Case, department_id: int | None, at: datetime) -> list[Recipient]:
    """The head of the department that handled it, and the director (TR-14)."""
    return once(holding.heads_of(case, [department_id], at) + directors(case, at))


def once(recipients: list[Recipient]) -> list[Recipient]:
    """The first mention of each person."""
    return list({recipient.user.id: recipient for recipient in reversed(recipients)}.values())[::-1]
