"""Reads for whoever decides on mail, within the estates where they take reports."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Select, func, select

from shared.database import db
from shared.email_intake.models import InboundMail
from shared.email_intake.outcomes import Outcome
from shared.email_intake.settling import KEPT
from shared.errors import NotFound
from shared.identity.models import User
from shared.identity.permissions import Permission

SHOWN = 100


def waiting(user: User) -> Sequence[InboundMail]:
    """What waits for a decision, the oldest first."""
    return db.session.scalars(
        _mine(user)
        .where(InboundMail.outcome == Outcome.WAITING)
        .order_by(InboundMail.received_at)
        .limit(SHOWN)
    ).all()


def passed_over(user: User, at: datetime) -> Sequence[InboundMail]:
    """What became nothing in the last month, the newest first: a person may have been taken for a machine."""
    return db.session.scalars(
        _mine(user)
        .where(
            InboundMail.outcome.in_([Outcome.IGNORED, Outcome.REFUSED]),
            InboundMail.received_at >= at - KEPT,
        )
        .order_by(InboundMail.received_at.desc(), InboundMail.id.desc())
        .limit(SHOWN)
    ).all()


def read(user: User, mail_id: int) -> InboundMail:
    """One mail. Raises NotFound out of scope."""
    mail = db.session.scalar(_mine(user).where(InboundMail.id == mail_id))
    if mail is None:
        raise NotFound
    return mail


def count_waiting(estate_ids: Collection[int]) -> int:
    """How many wait, over these estates."""
    counted = select(func.count()).where(
        InboundMail.estate_id.in_(estate_ids), InboundMail.outcome == Outcome.WAITING
    )
    return db.session.scalar(counted) or 0


def _mine(user: User) -> Select[InboundMail]:
    return select(InboundMail).where(InboundMail.estate_id.in_(user.estates_where(Permission.CASE_REGISTER)))
