"""What the two sides of a handover at the end of a shift hear (GZ-15). Its first case stands for all of them."""

from datetime import datetime

from shared.cases.models import Case
from shared.escalation.holding import FIRST_RESPONDER
from shared.identity.models import User
from shared.notifications.sending import tell
from shared.ownership.models import Handover


def on_offered(case: Case, handover: Handover, at: datetime) -> None:
    """One message to whoever is to come next, however many cases it holds."""
    tell(case, FIRST_RESPONDER, "handover_offered", at=at, user=handover.receiver, detail=str(handover.id))


def on_succeeded(case: Case, leaver_id: int, successor: User, at: datetime) -> None:
    """Nobody asked them: they are told on each case that it is theirs now."""
    tell(case, FIRST_RESPONDER, "succeeded", at=at, user=successor, detail=str(leaver_id))


def on_answered(case: Case, handover: Handover, at: datetime) -> None:
    """The giver has gone home by then, and is to know whose the cases are."""
    tell(case, FIRST_RESPONDER, "handover_answered", at=at, user=handover.giver, detail=str(handover.id))
