"""Reads for whoever decides on mail: where they take reports, or answer for what staff report (CO-M5)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, or_, select

from shared.cases.models import Case
from shared.cases.participation import ordinary, visible_to
from shared.database import db
from shared.email_intake.models import InboundMail
from shared.email_intake.outcomes import Outcome
from shared.errors import NotFound
from shared.identity.models import User
from shared.identity.permissions import Permission

SHOWN = 100
KEPT = timedelta(days=30)  # how long the words of a mail stay that nobody has decided on


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


def lock(user: User, mail_id: int) -> InboundMail:
    """One mail, for a decision: held until the change ends. Raises NotFound out of scope."""
    mail = db.session.scalar(
        _mine(user)
        .where(InboundMail.id == mail_id)
        .with_for_update(of=InboundMail)
        .execution_options(populate_existing=True)
    )
    if mail is None:
        raise NotFound
    return mail


def read(user: User, mail_id: int) -> InboundMail:
    """One mail. Raises NotFound out of scope."""
    mail = db.session.scalar(_mine(user).where(InboundMail.id == mail_id))
    if mail is None:
        raise NotFound
    return mail


def inside_of(mail: InboundMail) -> Case | None:
    """The report from inside that *mail* answers, or became."""
    return db.session.scalar(select(Case).where(Case.id == mail.case_id, ~ordinary()))


def is_open_to_front() -> ColumnElement[bool]:
    """No mail that answers a report from inside: not even how many of those wait is for the front desk (CO-M5)."""
    inside = select(Case.id).where(Case.id == InboundMail.case_id, ~ordinary()).exists()
    return or_(InboundMail.case_id.is_(None), ~inside)


def _is_confided_to(user: User) -> ColumnElement[bool]:
    """It answers, on whichever estate's mailbox, a report from inside that *user* answers for."""
    return select(Case.id).where(Case.id == InboundMail.case_id, ~ordinary(), visible_to(user)).exists()


def _mine(user: User) -> Select[InboundMail]:
    """What answers a case is for those who may see that case: it may be about the reader."""
    answers = select(Case.id).where(Case.id == InboundMail.case_id, visible_to(user)).exists()
    taken = and_(
        InboundMail.estate_id.in_(user.estates_where(Permission.CASE_REGISTER)),
        or_(InboundMail.case_id.is_(None), answers),
    )
    return select(InboundMail).where(or_(taken, _is_confided_to(user)))
