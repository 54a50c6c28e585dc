"""Handing first responsibility on: asked with a reason, passed only by the receiver's acceptance (GZ-15)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import bindparam, select, update

from shared import events
from shared.cases import acting, participation
from shared.cases.guards import is_entitled
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.database import db
from shared.identity import people
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.ownership import guards
from shared.ownership.events import TransferAnswered, TransferAsked
from shared.ownership.models import Transfer

# Built once: every page of a case asks it.
_PENDING = (
    select(Transfer).where(Transfer.case_id == bindparam("case_id"), Transfer.answered_at.is_(None)).limit(1)
)


def pending(case: Case) -> Transfer | None:
    """The transfer that waits for an answer, if there is one."""
    return db.session.scalar(_PENDING, {"case_id": case.id})


def can_receive(user: User, case: Case) -> bool:
    """Whether first responsibility of *case* could be *user*'s: here, entitled to it, and not whom it is about."""
    return (
        user.is_active
        and user.id != case.first_responder_id
        and is_entitled(user, case, Act.CLAIM, Permission.CASE_CLAIM)
        and not participation.is_about(case, user)
    )


def ask(case: Case, *, by: User, to: User, at: datetime, reason: str) -> Transfer:
    """Ask *to* to answer for the case from now on. Until they accept, nothing changes."""
    acting.refuse_unless(
        guards.can_transfer(by, case), _("首问责任由首问责任人本人或服务中心主任提出移交。"), "GZ-15"
    )
    acting.refuse_unless(pending(case) is None, _("已经有一项移交在等待答复。"), "GZ-15")
    acting.refuse_unless(
        can_receive(to, case), _("%(name)s不能担任这件诉求的首问责任人。", name=to.name), "GZ-15"
    )
    words_id, words = acting.write_words(case, reason, public=False)
    transfer = offer(case, by=by, to=to, at=at, words_id=words_id, data=words)
    events.publish(TransferAsked(case.id, transfer.id))
    return transfer


def offer(
    case: Case,
    *,
    by: User,
    to: User,
    at: datetime,
    words_id: int | None = None,
    handover_id: int | None = None,
    data: Mapping[str, Any],
) -> Transfer:
    """Write down what was asked of *to*, by whoever may ask it."""
    transfer = Transfer(
        case_id=case.id,
        giver_id=case.first_responder_id,
        receiver_id=to.id,
        asked_by_id=by.id,
        asked_at=at,
        words_id=words_id,
        handover_id=handover_id,
    )
    db.session.add(transfer)
    acting.perform(case, Act.TRANSFER, by=by, at=at, public=False, data={"to": to.id, **data})
    return transfer


def answer(case: Case, *, by: User, at: datetime, accepted: bool, reason: str = "") -> None:
    """The receiver accepts, and is first responder from that instant; or declines, and nothing changes."""
    transfer = pending(case)
    acting.refuse_unless(
        guards.can_answer_transfer(by, case, transfer), _("没有等您答复的首问移交。"), "GZ-15"
    )
    assert transfer is not None
    _id, words = acting.write_words(case, reason, public=False)
    settle(case, transfer, by=by, at=at, accepted=accepted, data=words)


def settle(
    case: Case, transfer: Transfer, *, by: User, at: datetime, accepted: bool, data: Mapping[str, Any]
) -> None:
    """Write down what *by*, of whom it was asked, has answered."""
    transfer.answered_at, transfer.accepted = at, accepted
    if accepted:
        become(case, by, at)
    said = {"accepted": accepted, "from": transfer.giver_id, **data}
    acting.perform(case, Act.TAKEOVER, by=by, at=at, public=accepted, data=said)
    events.publish(TransferAnswered(case.id, transfer.id, accepted))


def become(case: Case, user: User, at: datetime) -> None:
    """*user* is first responder from this instant. Whoever was it keeps sight of the case for ever."""
    case.first_responder_id = user.id
    participation.enter(case, participation.FIRST_RESPONDER, at, user_id=user.id)
    people.refuse_if_gone(user)


def lapse_of_subject(case: Case, at: datetime) -> None:
    """Whom the case has turned out to be about is asked no more, since they cannot even see what was asked."""
    asked = pending(case)
    if asked is not None and participation.is_about(case, asked.receiver):
        lapse(case, at)


def lapse(case: Case, at: datetime) -> None:
    """Nobody answers any more what was asked: the case has ended, or its first responder is another by now."""
    db.session.execute(
        update(Transfer)
        .where(Transfer.case_id == case.id, Transfer.answered_at.is_(None))
        .values(answered_at=at)
    )
