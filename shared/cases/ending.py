"""How a round ends and how the next begins: referral, closure, reopening, archiving, withdrawal."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, func, or_, select

from shared import events
from shared.cases import acting, guards, participation
from shared.cases.events import CaseClosed, CaseReopened, CaseWithdrawn, PartyAdded
from shared.cases.lifecycle import Act, State
from shared.cases.models import Case, Closure, Party, Round
from shared.database import db
from shared.identity.models import User
from shared.policies.versions import policy_of

SATISFIED, UNREACHABLE, NO_CONTACT, DISSATISFIED = "satisfied", "unreachable", "no_contact", "dissatisfied"
FORMER = "former"  # settled in the register that the estate kept before
ROUNDS_BEFORE_CLOSING_DISSATISFIED = 2  # clauses.md, settled 7


def refer(case: Case, *, by: User, at: datetime, body: str, reason: str, outside: bool = True) -> None:
    """Pass a matter on to another body (TR-9); the owner reads to whom and why.

    *outside*: a body outside our contracts. Only such a referral holds the clocks: whom we pay, we answer for.
    """
    acting.refuse_unless(guards.can_refer(by, case), _("您的岗位不能把诉求转给外单位。"), "TR-9")
    case.state_before_referral = case.state
    _id, words = acting.write_words(case, f"{body.strip()}：{reason.strip()}", public=True)
    acting.perform(case, Act.REFERRAL, by=by, at=at, public=True, data={"outside": outside, **words})


def recall(case: Case, *, by: User, at: datetime, reason: str) -> None:
    """A referred matter comes back: the state before the referral."""
    acting.refuse_unless(guards.can_recall(by, case), _("您的岗位不能收回转外的诉求。"), "TR-9")
    _id, words = acting.write_words(case, reason, public=True)
    acting.perform(case, Act.RECALL, by=by, at=at, public=True, data=words)
    case.state_before_referral = None


def was_withdrawn(of: type[Case] = Case) -> ColumnElement[bool]:
    """The condition on cases that their party took back; one filed away since has no closure of its last round."""
    closed = select(Closure.id).where(Closure.case_id == of.id, Closure.round == of.round).exists()
    return or_(of.state == State.WITHDRAWN, and_(of.state == State.ARCHIVED, ~closed))


def has_contact(case: Case) -> bool:
    """Whether the reporting party can be reached at all."""
    party = db.session.get(Party, case.id)
    return party is not None and bool(party.phone or party.email or party.unit)


def close(case: Case, *, by: User, at: datetime, ground: str, reason: str = "") -> None:
    """End the round. `shared.revisits.closing` says which grounds there are; nothing closes by itself."""
    acting.refuse_unless(guards.can_close(by, case), _("结案由投诉专员或服务中心主任决定。"), "VK-3.1")
    words_id, words = acting.write_words(case, reason, public=True)
    db.session.add(
        Closure(case_id=case.id, round=case.round, by_id=by.id, at=at, ground=ground, words_id=words_id)
    )
    acting.perform(case, Act.CLOSURE, by=by, at=at, public=True, data={"ground": ground, **words})
    events.publish(CaseClosed(case.id))


def reopen(case: Case, *, by: User | None, at: datetime, cause: str, reason: str) -> None:
    """Open the next round (AH-3.3a, TR-14): same reference, same first responder, whole history kept.

    *cause* is `revisit`, `rating`, `appeal` or `reopening`; only the last asks for the right to reopen. *by* is None
    where the owner did it themselves.
    """
    if cause != "revisit" and by is not None:
        acting.refuse_unless(guards.can_reopen(by, case), _("您的岗位不能重新办理这件诉求。"), "AH-3.3a")
    _refuse_when_too_late(case, at)
    _id, words = acting.write_words(case, reason, public=False)
    participation.leave(case, *participation.OF_A_ROUND, at=at)
    case.round += 1
    case.handler_id = None
    case.lead_department_id = None
    case.state_before_referral = None
    if case.first_responder_id is None and by is not None:
        case.first_responder_id = by.id
        participation.enter(case, participation.FIRST_RESPONDER, at, user_id=by.id)
    db.session.add(
        Round(
            case_id=case.id, number=case.round, opened_at=at, opened_by_id=by.id if by else None, cause=cause
        )
    )
    acting.perform(case, Act.REOPENING, by=by, at=at, public=True, data={"cause": cause, **words})
    events.publish(CaseReopened(case.id, cause))


def reopens_until(case: Case) -> datetime | None:
    """Until when a closed case may be opened again; None: it is not closed, or never was."""
    if case.stage is not State.CLOSED:
        return None
    closed_at = db.session.scalar(select(func.max(Closure.at)).where(Closure.case_id == case.id))
    return closed_at + timedelta(days=policy_of(case.policy_version).reopen.days) if closed_at else None


def _refuse_when_too_late(case: Case, at: datetime) -> None:
    """After the policy's days a closed case stays closed; the same trouble is a new case then."""
    until = reopens_until(case)
    rule = policy_of(case.policy_version).reopen
    acting.refuse_unless(
        until is None or at <= until,
        _("结案已经超过 %(n)s 天，请另外登记一件。", n=rule.days),
        rule.clause,
    )


def archive(case: Case, *, by: User, at: datetime, cause: str, prevention: str) -> int | None:
    """Seal the case. CO-6: the cause and what will prevent it stand in the record first; gives the id of the words."""
    acting.refuse_unless(guards.can_archive(by, case), _("归档由投诉专员或服务中心主任来做。"), "AH-6.1")
    words_id, words = acting.write_words(case, f"{cause.strip()}\n{prevention.strip()}", public=False)
    acting.perform(case, Act.ARCHIVING, by=by, at=at, public=False, data=words)
    return words_id


def add(
    case: Case, *, at: datetime, text: str, photos: list[str], mark: Mapping[str, Any] | None = None
) -> None:
    """The owner adds words or photos (ids of stored ones). *mark*: by which way it came, in codes."""
    acting.refuse_unless(case.is_open, _("这件诉求已经结束，不能再补充。需要时请重新提交。"))
    _id, words = acting.write_words(case, text, public=True)
    acting.perform(
        case, Act.ADDITION, by=None, at=at, public=True, data={**words, "photos": photos, **(mark or {})}
    )
    events.publish(PartyAdded(case.id))


def withdraw(case: Case, *, at: datetime, reason: str = "") -> None:
    """The owner takes the matter back before it is dispatched."""
    _id, words = acting.write_words(case, reason, public=True)
    acting.perform(case, Act.WITHDRAWAL, by=None, at=at, public=True, data=words)
    events.publish(CaseWithdrawn(case.id))
