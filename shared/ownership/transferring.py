"""Handing first responsibility on: asked with a reason, passed only by the receiver's acceptance (GZ-15)."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from shared import events
from shared.cases import acting, participation
from shared.cases.guards import is_entitled
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.database import db
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.ownership import guards
from shared.ownership.events import TransferAnswered, TransferAsked
from shared.ownership.models import Transfer


def pending(case: Case) -> Transfer | None:
    """The transfer that waits for an answer, if there is one."""
    return db.session.scalar(
        select(Transfer).where(Transfer.case_id == case.id, Transfer.answered_at.is_(None)).limit(1)
    )


def ask(case: Case, *, by: User, to: User, at: datetime, reason: str) -> Transfer:
    """Ask *to* to answer for the case from now on. Until they accept, nothing changes."""
    acting.refuse_unless(
        guards.can_transfer(by, case), _("首问责任由首问责任人本人或服务中心主任提出移交。"), "GZ-15"
    )
    acting.refuse_unless(pending(case) is None, _("已经有一项移交在等待答复。"), "GZ-15")
    acting.refuse_unless(
        to.is_active
        and to.id != case.first_responder_id
        and is_entitled(to, case, Act.CLAIM, Permission.CASE_CLAIM)
        and not participation.is_about(case, to),
        _("%(name)s不能担任这件诉求的首问责任人。", name=to.name),
        "GZ-15",
    )
    words_id, words = acting.write_words(case, reason, public=False)
    transfer = Transfer(
        case_id=case.id,
        giver_id=case.first_responder_id,
        receiver_id=to.id,
        asked_by_id=by.id,
        asked_at=at,
        words_id=words_id,
    )
    db.session.add(transfer)
    acting.perform(case, Act.TRANSFER, by=by, at=at, public=False, data={"to": to.id, **words})
    events.publish(TransferAsked(case.id, transfer.id))
    return transfer


def answer(case: Case, *, by: User, at: datetime, accepted: bool, reason: str = "") -> None:
    """The receiver accepts, and is first responder from that instant; or declines, and nothing changes."""
    transfer = pending(case)
    acting.refuse_unless(
        guards.can_answer_transfer(by, case, transfer), _("没有等您答复的首问移交。"), "GZ-15"
    )
    assert transfer is not None
    transfer.answered_at, transfer.accepted = at, accepted
    if accepted:
        # The giver keeps sight of the case for ever: their participation is not ended.
        case.first_responder_id = by.id
        participation.enter(case, participation.FIRST_RESPONDER, at, user_id=by.id)
    _id, words = acting.write_words(case, reason, public=False)
    acting.perform(
        case,
        Act.TAKEOVER,
        by=by,
        at=at,
        public=accepted,
        data={"accepted": accepted, "from": transfer.giver_id, **words},
    )
    events.publish(TransferAnswered(case.id, transfer.id, accepted))
