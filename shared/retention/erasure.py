"""Erasing what is personal in a case. What stays is counted: times, codes, places down to the building (T41).

Rows go first, within one change; the files of photos after it stands, by the outbox. The timeline keeps ids and
digests, so its chain stays whole.
"""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, select, update

from shared.attachments import queries as photos
from shared.attachments import verbs as attachments
from shared.cases import acting
from shared.cases.models import Case, OutsideOrder, Party, Statement, Words
from shared.database import Base, db
from shared.email_intake.models import InboundMail
from shared.incidents.models import Membership, PlaybookStep
from shared.notices.models import Publicity
from shared.notifications.models import Message, PartyAddress
from shared.ownership.models import Handover, Transfer
from shared.presence.models import Unsent
from shared.register import terms
from shared.retention import archive

# Rows that are nothing but personal.
GONE: tuple[type[Base], ...] = (Statement, Party, PartyAddress, Unsent)
# Rows that the record names and that therefore stay, with nothing in them.
EMPTIED: dict[type[Base], dict[str, Any]] = {
    Words: {"text": ""},
    InboundMail: {"sender": None, "subject": None, "body": None},
    Message: {"foreign_id": None},
    OutsideOrder: {"number": ""},
    Publicity: {"line": ""},
}
# Where exactly it was, and when somebody is at home.
OF_THE_CASE = ("spot", "visit_from", "visit_until", "wanted_reply_by")


def erase(case: Case, *, at: datetime) -> None:
    """Erase what is personal in *case*, which the caller has locked. Raises Refused while it is open."""
    acting.refuse_unless(not case.is_open, _("这件诉求还在办理，办完才能删除。"))
    for model in GONE:
        db.session.execute(delete(model).where(_of(model) == case.id))
    for model, empty in EMPTIED.items():
        db.session.execute(update(model).where(_of(model) == case.id).values(**empty))
    terms.remove(case.id)
    for photo in photos.of_case(case.id):
        attachments.remove(photo)
    for name in OF_THE_CASE:
        setattr(case, name, None)
    db.session.flush()
    db.session.expire(case, ["statement", "party"])
    archive.erased(case, at=at)
    _forget_of_incidents(case)
    _forget_of_handovers(case)


def _of(model: type[Base]) -> Any:
    return model.__table__.c.case_id


def _forget_of_incidents(case: Case) -> None:
    """What was noted about the parties of an incident goes with the last of its cases."""
    of_case = select(Membership.incident_id).where(Membership.case_id == case.id)
    for incident_id in db.session.scalars(of_case).all():
        left = (
            select(Membership.id)
            .join(Case, Case.id == Membership.case_id)
            .where(Membership.incident_id == incident_id, Case.erased_at.is_(None), Case.id != case.id)
        )
        if db.session.scalar(left.limit(1)) is None:
            db.session.execute(
                update(PlaybookStep).where(PlaybookStep.incident_id == incident_id).values(note="")
            )


def _forget_of_handovers(case: Case) -> None:
    """What was said at the end of a shift may speak of any of its cases: it goes with the first of them."""
    of_case = select(Transfer.handover_id).where(Transfer.case_id == case.id)
    db.session.execute(update(Handover).where(Handover.id.in_(of_case), Handover.note != "").values(note=""))
