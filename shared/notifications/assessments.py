"""Who hears of the assessment ledger: the person, that something is entered, decided or heard; who may hear an appeal.

A broken clock is no news here: they were told of it when it broke. Of what came of no case nobody is told, and it is
read on the page; nor is whom the case is about, who must not learn its number.
"""

from datetime import datetime

from shared.assessment import guards
from shared.assessment.models import Decision, Entry
from shared.assessment.standing import State
from shared.cases import participation
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.identity.queries import people_who_may
from shared.notifications.sending import tell

PERSON, HEARER = "assessed", "hearer"


def on_proposed(entry: Entry, at: datetime) -> None:
    """What a person or the rule of violations in a row proposes of somebody."""
    _tell(entry, entry.person, PERSON, "entry_proposed", str(entry.id), at)


def on_decided(entry: Entry, decision: Decision, at: datetime) -> None:
    """Decided, waived, or heard."""
    _tell(entry, entry.person, PERSON, "entry_decided", str(decision.id), at)


def on_appealed(entry: Entry, at: datetime) -> None:
    """Whoever may hear it; one of them does."""
    for user in people_who_may(Permission.ASSESSMENT_DECIDE, entry.estate_id):
        if guards.can_hear(user, entry, State.APPEALED, entry.decisions):
            _tell(entry, user, HEARER, "entry_appealed", str(entry.id), at)


def _tell(entry: Entry, user: User | None, role: str, about: str, detail: str, at: datetime) -> None:
    case = entry.case
    if case is not None and user is not None and user.is_active and not participation.is_about(case, user):
        tell(case, role, about, at=at, user=user, detail=detail)
