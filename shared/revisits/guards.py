"""Who may revisit."""

from shared.cases.guards import may
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.identity.models import User
from shared.identity.permissions import Permission


def can_revisit(user: User, case: Case) -> bool:
    """Whoever handled the case never asks the owner how it was handled (TR-11)."""
    return may(user, case, Act.REVISIT, Permission.CASE_REVISIT) and case.handler_id != user.id
