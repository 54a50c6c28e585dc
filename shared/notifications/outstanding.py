"""What whoever is given an outstanding work hears (GZ-12): it is theirs from now on."""

from datetime import datetime

from shared.cases.models import Case, OutstandingWork
from shared.identity.permissions import Role
from shared.notifications.sending import tell


def on_given(case: Case, work: OutstandingWork, at: datetime) -> None:
    """No deputy: of those who are told nobody but its person sees the case by it. Who gave it to themselves knows."""
    if work.owner_id != work.by_id:
        tell(case, Role.HANDLER, "outstanding_given", at=at, user=work.owner, detail=str(work.id))
