"""Urging (催办): the owner asks us to hurry, once a day; each time is counted."""

from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, select

from shared import events
from shared.audit.models import TimelineRow
from shared.cases import acting, guards
from shared.cases.events import PartyUrged
from shared.cases.lifecycle import Act, State
from shared.cases.models import Case
from shared.database import db

PAUSE = timedelta(hours=24)
SAME_TAP = timedelta(minutes=10)  # a second tap or a reload within it asks for nothing new


def can_urge(case: Case) -> bool:
    """Whether there is anybody to hurry: once the result was told, it is the owner's own turn."""
    return guards.allows(case, Act.URGE) and case.stage is not State.INFORMED


def last_urge(case: Case) -> datetime | None:
    """When the owner last urged, in whatever round."""
    return db.session.scalar(select(func.max(TimelineRow.at)).where(*_is_urge_of(case)))


def next_urge(case: Case) -> datetime | None:
    """From when on the owner may urge again; None: they have not yet."""
    last = last_urge(case)
    return last + PAUSE if last else None


def times(case: Case) -> int:
    """How often the owner has urged, over all rounds."""
    return db.session.scalar(select(func.count(TimelineRow.id)).where(*_is_urge_of(case))) or 0


def urge(case: Case, *, at: datetime) -> bool:
    """Whoever has the case and its first responder are told (GZ-15). False: a second tap, which changes nothing.

    Raises Refused within 24 hours, and where there is nobody to hurry.
    """
    last = last_urge(case)
    if last and at < last + SAME_TAP:
        return False
    acting.refuse_unless(can_urge(case), _("这件事已经处理完，不用催了。"))
    acting.refuse_unless(last is None or at >= last + PAUSE, _("一天可以催一次。我们记着您已经催过。"))
    row = acting.perform(case, Act.URGE, by=None, at=at, public=True, data={"nth": times(case) + 1})
    events.publish(PartyUrged(case.id, row.seq))
    return True


def _is_urge_of(case: Case) -> tuple[ColumnElement[bool], ...]:
    return TimelineRow.case_id == case.id, TimelineRow.act == Act.URGE
