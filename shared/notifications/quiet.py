"""Quiet hours: messages wait for the morning, clocks never do."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from shared.cases.models import Case
from shared.cases.vocabulary import Severity, Urgency
from shared.clock import is_between, local_date
from shared.identity import queries
from shared.identity.models import Estate, User

# Answers what the party has just done: whoever files at night is awake, and waits for it.
# A shift ends whether or not it is night: whoever comes next is to read what they take over.
# Whoever carries contacts away by night counts on nobody hearing of it before the morning.
AT_ONCE = frozenset({"received", "mail_added", "handover_offered", "many_opened"})
DAY = timedelta(days=1)


def ends_at(estate: Estate, at: datetime) -> datetime | None:
    """When the quiet time that holds at that instant ends, by the clock on the estate's wall; None: it is not quiet."""
    if not is_between(at, estate.zone, estate.quiet_from, estate.quiet_until):
        return None
    midnight = datetime.combine(local_date(at, estate.zone), time(), ZoneInfo(estate.zone))
    end = midnight + timedelta(minutes=estate.quiet_until)
    return (end if end > at else end + DAY).astimezone(at.tzinfo)


def held_until(
    case: Case, about: str, user: User | None, at: datetime, *, to_staff: bool = False
) -> datetime | None:
    """Until when a message made *at* waits; None: it goes at once. Without *user* it is the owner's, or *to_staff*.

    What is urgent or major wakes its people, and who is on duty by the roster is awake; nothing wakes an owner.
    """
    end = ends_at(case.estate, at)
    if end is None or about in AT_ONCE:
        return None
    if (user is not None or to_staff) and _is_grave(case):
        return None
    if user is not None and user in queries.people_on_duty(case.estate_id, at):
        return None
    return end


def _is_grave(case: Case) -> bool:
    return case.urgency == Urgency.URGENT or case.severity == Severity.MAJOR
