"""Who may revisit, and who may come along."""

from shared.cases import participation
from shared.cases.guards import may
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.identity.models import User
from shared.identity.permissions import Permission


def can_revisit(user: User, case: Case) -> bool:
    """Whoever handled the case never asks the owner how it was handled (TR-11)."""
    return may(user, case, Act.REVISIT, Permission.CASE_REVISIT) and case.handler_id != user.id


def can_accompany(companion: User, visitor: User, case: Case) -> bool:
    """The second visitor (TR-11): somebody of ours at the estate, neither the visitor nor whoever handled it."""
    return (
        companion.is_active
        and companion.id not in (visitor.id, case.handler_id)
        and bool(companion.roles_at(case.estate_id))
        and not participation.is_about(case, companion)
    )
