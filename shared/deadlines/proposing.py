"""Proposing a time to the owner, whose own answer on the progress page is the written evidence (GZ-12)."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, update

from shared import events, sealing
from shared.cases import acting, guards
from shared.cases.lifecycle import Act
from shared.cases.models import Case, Proposal, Words
from shared.cases.vocabulary import Evidence
from shared.database import db
from shared.deadlines.events import ProposalAnswered, ProposalMade
from shared.deadlines.postponing import FARTHEST, clocks_moved_by, postpone
from shared.errors import Refused
from shared.identity.models import User
from shared.identity.permissions import Permission


def can_propose(user: User, case: Case) -> bool:
    """Whoever speaks with the owner: the first responder, the handler or their head, dispatch."""
    return guards.may(user, case, Act.PROPOSAL, Permission.CASE_CONTACT) and (
        guards.is_first_responder(user, case)
        or guards.is_handling(user, case)
        or guards.serves_estate(user, case)
    )


def latest(case: Case) -> Proposal | None:
    """The newest of the present round, answered or not."""
    return db.session.scalar(
        select(Proposal)
        .where(Proposal.case_id == case.id, Proposal.round == case.round, Proposal.replaced_at.is_(None))
        .order_by(Proposal.id.desc())
        .limit(1)
    )


def pending(case: Case, at: datetime) -> Proposal | None:
    """What the owner is asked now: unanswered, its time not yet past, and the work not yet done."""
    found = latest(case)
    is_asked = found is not None and found.answered_at is None and found.until > at
    return found if is_asked and guards.allows(case, Act.AGREEMENT) else None


def propose(case: Case, *, by: User, at: datetime, until: datetime, reason: str) -> Proposal:
    """Ask the owner to agree to *until*; the clocks run on as they were. One asked before is replaced.

    Raises Refused without a reason, where no clock could be moved, and where *until* is no later than the limit.
    """
    acting.refuse_unless(
        can_propose(by, case), _("约定时限由处理人、首问责任人或调度与诉求人商定。"), "GZ-12"
    )
    acting.refuse_unless(bool(reason.strip()), _("请写明为什么要约这个时间，业主会看到。"), "GZ-12")
    acting.refuse_unless(at < until <= at + FARTHEST, _("请填写一个还没有到、一年以内的时间。"), "GZ-12")
    acting.refuse_unless(
        bool(clocks_moved_by(case, Act.AGREEMENT)),
        _("现在没有可以改到这个时间的时限，照原来的时限办。"),
        "GZ-12",
    )
    db.session.execute(
        update(Proposal)
        .where(Proposal.case_id == case.id, Proposal.answered_at.is_(None), Proposal.replaced_at.is_(None))
        .values(replaced_at=at)
    )
    words_id, words = acting.write_words(case, reason, public=True)
    proposal = Proposal(case_id=case.id, round=case.round, by_id=by.id, at=at, until=until, words_id=words_id)
    db.session.add(proposal)
    acting.perform(case, Act.PROPOSAL, by=by, at=at, public=True, data={"until": until.isoformat(), **words})
    events.publish(ProposalMade(case.id, proposal.id))
    return proposal


def answer(case: Case, *, at: datetime, agrees: bool, seen: int | None = None) -> bool:
    """The owner's own yes or no. Yes moves the clocks as an agreement on written evidence; no leaves them (GZ-12).

    *seen* is the proposal they had before them: nobody agrees to what was put in its place meanwhile. False: the
    same answer again, which changes nothing. Raises Refused where nothing is asked any more.
    """
    proposal = latest(case)
    if proposal is not None and proposal.accepted is agrees and seen in (None, proposal.id):
        return False
    proposal = pending(case, at)
    if proposal is None:
        raise Refused(_("这个约定已经不用答复了。请看页面上现在的时间。"), "GZ-12")
    acting.refuse_unless(seen in (None, proposal.id), _("物业刚刚改了想约的时间。请看清楚再答复。"), "GZ-12")
    proposal.answered_at, proposal.accepted = at, agrees
    if agrees:
        postpone(
            case,
            Act.AGREEMENT,
            by=None,
            at=at,
            until=proposal.until,
            said=_what_was_asked(proposal),
            clause="GZ-12",
            evidence=Evidence.PORTAL,
        )
    else:
        acting.perform(case, Act.DECLINE, by=None, at=at, public=True, data={"proposal": proposal.id})
    events.publish(ProposalAnswered(case.id, proposal.id))
    return True


def _what_was_asked(proposal: Proposal) -> tuple[int | None, dict[str, Any]]:
    """The agreement holds the very words that were agreed to, not a copy of them."""
    asked = db.session.get(Words, proposal.words_id) if proposal.words_id else None
    if asked is None:
        return None, {}
    return asked.id, {"words": asked.id, "digest": sealing.digest(asked.text).hex()}
