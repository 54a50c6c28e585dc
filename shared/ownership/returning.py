"""Returning a misdirected case (退单): asked with a reason, decided by somebody else; the clocks run on meanwhile."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from shared import events
from shared.cases import acting, participation
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.database import db
from shared.errors import Refused
from shared.identity.models import User
from shared.ownership import guards
from shared.ownership.dispatching import current_assignment
from shared.ownership.events import ReturnAnswered, ReturnAsked
from shared.ownership.models import Assignment, Return


def pending(case: Case) -> Return | None:
    """The return that waits for an answer, if there is one."""
    return db.session.scalar(
        select(Return).where(Return.case_id == case.id, Return.decided_at.is_(None)).limit(1)
    )


def standing(case: Case) -> Sequence[Return]:
    """Of this round what waits for an answer and what was agreed to, the newest first. The refused bind nobody."""
    return db.session.scalars(
        select(Return)
        .where(
            Return.case_id == case.id,
            Return.round == case.round,
            Return.decided_at.is_(None) | Return.approved.is_(True),
        )
        .options(
            joinedload(Return.by),
            joinedload(Return.decided_by),
            joinedload(Return.assignment).joinedload(Assignment.department),
        )
        .order_by(Return.id.desc())
    ).all()


def obstacle(case: Case) -> Refused | None:
    """Why nobody can ask now, whoever has the case; None: they can."""
    assignment = current_assignment(case)
    if assignment is not None and assignment.final:
        return Refused(_("这次派单已经定为不能再退。办不了的，请提出异议或上报。"), "GZ-11")
    if pending(case) is not None:
        return Refused(_("已经申请退单，正在等答复。答复之前请继续办理。"), "GZ-11")
    return None


def ask(case: Case, *, by: User, at: datetime, reason: str) -> Return:
    """Say that the case was sent to the wrong place. Until somebody agrees it stays here, and its clocks run on.

    Raises Refused where the assignment is final, one is asked already, or no reason is given.
    """
    acting.refuse_unless(
        guards.can_ask_return(by, case), _("退单由处理人或其部门负责人在办理中申请。"), "GZ-11"
    )
    acting.refuse_unless(bool(reason.strip()), _("请写明为什么不该由你们办。"), "GZ-11")
    hindered = obstacle(case)
    if hindered is not None:
        raise hindered
    assignment = _held(case)
    words_id, words = acting.write_words(case, reason, public=False)
    asked = Return(
        case_id=case.id,
        round=case.round,
        assignment_id=assignment.id,
        by_id=by.id,
        at=at,
        words_id=words_id,
    )
    db.session.add(asked)
    db.session.flush()
    data = {"department": assignment.department_id, "handler": assignment.handler_id, **words}
    acting.perform(case, Act.RETURN_REQUEST, by=by, at=at, public=False, data=data)
    events.publish(ReturnAsked(case.id, asked.id))
    return asked


def _held(case: Case) -> Assignment:
    assignment = current_assignment(case)
    if assignment is None:
        raise RuntimeError(f"case {case.id} is with somebody without an assignment")
    return assignment


def _asked_of(by: User, case: Case) -> Return:
    """The open question, if it is for *by* to decide. Whoever comes second hears who has decided, and what."""
    asked = pending(case)
    if asked is not None and guards.can_answer_return(by, case, asked):
        return asked
    if asked is None and (last := _last_answered(case)) is not None and last.decided_by is not None:
        name = last.decided_by.name
        agreed, refused = _("%(name)s已经同意退单。", name=name), _("%(name)s已经答复不同意退单。", name=name)
        raise Refused(agreed if last.approved else refused, "GZ-11")
    raise Refused(_("没有等您答复的退单。退单由申请人以外、可以派单的人答复。"), "GZ-11")


def _last_answered(case: Case) -> Return | None:
    return db.session.scalar(
        select(Return)
        .where(Return.case_id == case.id, Return.round == case.round, Return.approved.is_not(None))
        .order_by(Return.id.desc())
        .limit(1)
    )


def approve(case: Case, *, by: User, at: datetime, reason: str) -> None:
    """It was misdirected: the case is back with its first responder to be dispatched anew, in the same round."""
    asked = _asked_of(by, case)
    acting.refuse_unless(bool(reason.strip()), _("请写明为什么同意或不同意。"), "GZ-11")
    assignment = asked.assignment
    assignment.ended_at = at
    participation.leave(case, participation.HANDLER, participation.LEAD, at=at)
    case.handler_id = None
    case.lead_department_id = None
    words = _decide(case, asked, by, at, True, reason)
    acting.perform(
        case,
        Act.RETURNING,
        by=by,
        at=at,
        public=True,
        data={
            "department": assignment.department_id,
            "handler": assignment.handler_id,
            "from": asked.by_id,
            **words,
        },
    )
    events.publish(ReturnAnswered(case.id, asked.id))


def refuse(case: Case, *, by: User, at: datetime, reason: str, final: bool = False) -> None:
    """It stays where it is; *final*: and may not be asked back from there again."""
    asked = _asked_of(by, case)
    acting.refuse_unless(bool(reason.strip()), _("请写明为什么同意或不同意。"), "GZ-11")
    asked.assignment.final = final
    words = _decide(case, asked, by, at, False, reason)
    data = {"final": final, "from": asked.by_id, **words}
    acting.perform(case, Act.RETURN_REFUSAL, by=by, at=at, public=False, data=data)
    events.publish(ReturnAnswered(case.id, asked.id))


def _decide(
    case: Case, asked: Return, by: User, at: datetime, approved: bool, reason: str
) -> dict[str, object]:
    words_id, words = acting.write_words(case, reason, public=False)
    asked.decided_at, asked.decided_by_id = at, by.id
    asked.approved, asked.answer_words_id = approved, words_id
    return words


def lapse(case: Case, at: datetime) -> None:
    """What was asked has been overtaken: the case was dispatched anew, completed or explained. Nobody decided it."""
    db.session.execute(
        update(Return).where(Return.case_id == case.id, Return.decided_at.is_(None)).values(decided_at=at)
    )
