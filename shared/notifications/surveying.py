"""What the owner thinks of the result: asked with the result itself, and reminded of once (MS-4)."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, String, cast, exists, select
from sqlalchemy.orm import aliased

from shared.cases.lifecycle import State
from shared.cases.models import Case
from shared.database import db
from shared.notifications.models import SENT, Message
from shared.revisits.models import Rating, Revisit

ASKED, REMINDED = "informed", "survey"
# MS-4 wants 90 % of answers and names no day. Three: revisits begin then (TR-11), and a call may take its place.
PAUSE = timedelta(days=3)


def due(at: datetime, limit: int) -> list[int]:
    """Cases whose party was asked three days ago and has not said a word since, oldest first.

    A party whom nothing reached is not reminded; nobody is reminded of what they have told one of us in person.
    """
    reminder = aliased(Message)
    query = (
        select(Case.id)
        .join(Message, Message.case_id == Case.id)
        .where(
            Case.state == State.INFORMED,
            Case.anonymous.is_(False),
            Message.about == ASKED,
            Message.state == SENT,
            Message.sent_at <= at - PAUSE,
            Message.detail == cast(Case.round, String),
            ~exists().where(
                reminder.case_id == Case.id,
                reminder.about == REMINDED,
                reminder.detail == Message.detail,
            ),
            *_unanswered(),
        )
        .group_by(Case.id)
        .order_by(Case.id)
        .limit(limit)
    )
    return list(db.session.scalars(query))


def is_awaited(case: Case, detail: str | None) -> bool:
    """Whether the party's word on that round is still wanted."""
    query = select(Case.id).where(Case.id == case.id, Case.state == State.INFORMED, *_unanswered())
    return str(case.round) == detail and db.session.scalar(query) is not None


def _unanswered() -> tuple[ColumnElement[bool], ...]:
    rated = exists().where(Rating.case_id == Case.id, Rating.round == Case.round)
    reached = exists().where(
        Revisit.case_id == Case.id, Revisit.round == Case.round, Revisit.reached.is_(True)
    )
    return ~rated, ~reached
