"""Who hears that somebody opens very many contacts within a day (T28)."""

from datetime import datetime, timedelta

from sqlalchemy import select

from shared.cases.models import Case
from shared.database import db
from shared.escalation import holding
from shared.identity.models import User
from shared.identity.permissions import Role
from shared.notifications.models import Message
from shared.notifications.sending import tell

ABOUT = "many_opened"
DAY = timedelta(days=1)


def on_many(case: Case, opener: User, number: int, at: datetime) -> None:
    """Supervision, and of supervision itself the general manager; once a day. The last case stands for all."""
    supervisors = holding.with_role(case, Role.SUPERVISOR, at)
    watching = [found for found in supervisors if found.user.id != opener.id]
    for recipient in watching or holding.with_role(case, Role.GENERAL_MANAGER, at):
        if not _has_heard(recipient.user, opener, at):
            tell(case, recipient.role, ABOUT, at=at, user=recipient.user, detail=f"{opener.id}:{number}")


def _has_heard(user: User, opener: User, at: datetime) -> bool:
    heard = select(Message.id).where(
        Message.user_id == user.id,
        Message.made_at > at - DAY,
        Message.about == ABOUT,
        Message.detail.startswith(f"{opener.id}:"),
    )
    return db.session.scalar(heard.limit(1)) is not None
