"""Who is told of a party's wish about their data, and that the party is told of the answer (PIPL 50)."""

from datetime import datetime

from shared.cases.models import Case
from shared.notifications import recipients
from shared.notifications.sending import PARTY, tell, tell_each


def on_data_asked(case: Case, request_id: int, at: datetime) -> None:
    """The director answers within fifteen working days."""
    tell_each(case, recipients.directors(case, at), "data_asked", str(request_id), at)


def on_data_answered(case: Case, request_id: int, at: datetime) -> None:
    """Whoever was granted deletion has no address with us any more, and reads it on the page."""
    if case.erased_at is None:
        tell(case, PARTY, "data_answered", at=at, detail=str(request_id))
