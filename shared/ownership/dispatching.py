"""Dispatch, acceptance, objection, escalation (GZ-10 to GZ-13, AH-3.1, MS-3)."""

from datetime import datetime
from typing import NotRequired, TypedDict, Unpack

from flask_babel import gettext as _
from sqlalchemy import select

from shared import events
from shared.cases import acting, participation
from shared.cases.lifecycle import Act
from shared.cases.models import Case, Escalation
from shared.database import db
from shared.identity import people
from shared.identity.models import Department, User
from shared.identity.permissions import Permission
from shared.ownership import guards, routing
from shared.ownership.events import AssignmentAccepted, CaseDispatched, CaseEscalated, ObjectionRaised
from shared.ownership.models import Assignment, Return


def current_assignment(case: Case) -> Assignment | None:
    """Who the case is with now."""
    return db.session.scalar(
        select(Assignment)
        .where(Assignment.case_id == case.id, Assignment.ended_at.is_(None))
        .order_by(Assignment.id.desc())
        .limit(1)
    )


def _check_handler(case: Case, department: Department, handler: User) -> None:
    acting.refuse_unless(
        department.estate_id == case.estate_id
        and handler.is_active
        and department.id in handler.department_ids
        and handler.can(Permission.CASE_ACCEPT, case.estate_id),
        _("%(name)s不在这个部门，或不办理诉求。请另选处理人。", name=handler.name),
        "GZ-10",
    )
    acting.refuse_unless(
        not participation.is_about(case, handler),
        _("这件诉求涉及%(name)s，不能派给本人。请另选处理人。", name=handler.name),
    )


def _another_than_last_round(case: Case, handler: User) -> None:
    """A further round goes to another handler (product.md): the owner was not satisfied with this one."""
    acting.refuse_unless(
        routing.last_handler(case) != handler.id,
        _("上一轮由%(name)s办理，诉求人不满意。这一轮请换人办理。", name=handler.name),
        "TR-14",
    )


def _as_designated(case: Case, department: Department, handler: User) -> None:
    """Whom the general manager has named, and nobody else, until they name another (VK-4e).

    A person named for the last round no longer binds a further one, which goes to another handler (TR-14).
    """
    named = participation.designated(case)
    if named is None or (named.user_id is not None and named.user_id == routing.last_handler(case)):
        return
    whom = named.user.name if named.user else named.department.name if named.department else ""
    acting.refuse_unless(
        named.user_id == handler.id if named.user_id else named.department_id == department.id,
        _("总经理已指定由%(name)s办理。要派给别人，先请总经理改派。", name=whom),
        "VK-4e",
    )


def handed_back(case: Case) -> set[int]:
    """The departments that have returned the case in this round, with somebody's consent."""
    found = db.session.scalars(
        select(Assignment.department_id)
        .join(Return, Return.assignment_id == Assignment.id)
        .where(Return.case_id == case.id, Return.round == case.round, Return.approved.is_(True))
    )
    return set(found)


def _knowing_why_it_came_back(case: Case, department: Department, overruled: bool) -> bool:
    """Whether *department* gave the case back before; then it gets it again only from who says that they know."""
    if department.id not in handed_back(case):
        return False
    acting.refuse_unless(
        overruled,
        _("%(name)s在这一轮退过这件诉求。请先看退单理由；仍要派给它，请勾选确认。", name=department.name),
        "GZ-11",
    )
    return True


class Order(TypedDict):
    """To whom a case goes, with what requirements, and by when something is wanted (GZ-10).

    *overruled*: the dispatcher has read why this department returned it before; it is given for good then, and cannot
    be returned again (GZ-11).
    """

    department: Department
    handler: User
    requirements: NotRequired[str]
    wanted_by: NotRequired[datetime | None]
    overruled: NotRequired[bool]


def dispatch(case: Case, *, by: User, at: datetime, **order: Unpack[Order]) -> Assignment:
    """Give the case to a department and one named handler, with everything they need to know (GZ-10).

    Dispatching again replaces the handler; the first responder stays (GZ-15). Raises Refused.
    """
    acting.refuse_unless(guards.can_dispatch(by, case), _("您的岗位不能派单。"), "GZ-10")
    return assign(case, by=by, at=at, **order)


def assign(case: Case, *, by: User, at: datetime, **order: Unpack[Order]) -> Assignment:
    """As `dispatch`, by whoever has the right to it from somewhere else (`succeeding`)."""
    department, handler = order["department"], order["handler"]
    _check_handler(case, department, handler)
    _as_designated(case, department, handler)
    _another_than_last_round(case, handler)
    final = _knowing_why_it_came_back(case, department, order.get("overruled", False))
    previous = current_assignment(case)
    words_id, words = acting.write_words(case, order.get("requirements", ""), public=False)
    assignment = Assignment(
        case_id=case.id,
        round=case.round,
        department_id=department.id,
        handler_id=handler.id,
        by_id=by.id,
        at=at,
        wanted_by=order.get("wanted_by"),
        words_id=words_id,
        final=final,
    )
    _begin(case, assignment, handler, after=previous)
    before = previous.handler_id if previous else None
    data = {"department": department.id, "handler": handler.id, "previous": before, **words}
    acting.perform(case, Act.DISPATCH, by=by, at=at, public=True, data=data)
    events.publish(CaseDispatched(case.id, assignment.id))
    return assignment


def replace(case: Case, *, by: User, at: datetime, department: Department, handler: User) -> Assignment:
    """*handler* takes the place of one who has gone, in a state in which nothing is dispatched: no act is due by it."""
    _check_handler(case, department, handler)
    previous, before = current_assignment(case), case.handler_id
    assignment = Assignment(
        case_id=case.id,
        round=case.round,
        department_id=department.id,
        handler_id=handler.id,
        by_id=by.id,
        at=at,
        accepted_at=at if previous is not None and previous.accepted_at else None,
    )
    _begin(case, assignment, handler, after=previous)
    data = {"department": department.id, "handler": handler.id, "previous": before, "forced": True}
    acting.perform(case, Act.TRANSFER, by=by, at=at, public=False, data=data)
    return assignment


def _begin(case: Case, assignment: Assignment, handler: User, *, after: Assignment | None) -> None:
    """Whom *assignment* names has the case from now on, and whoever had it by the one before has it no longer."""
    at = assignment.at
    if after is not None:
        after.ended_at = at
    participation.leave(case, participation.HANDLER, participation.LEAD, at=at)
    participation.enter(case, participation.LEAD, at, department_id=assignment.department_id)
    participation.enter(case, participation.HANDLER, at, user_id=handler.id)
    db.session.add(assignment)
    people.refuse_if_gone(handler)
    case.lead_department_id, case.handler_id = assignment.department_id, handler.id


def release(case: Case, at: datetime) -> None:
    """A new round has begun: whoever had the case in the last one has it no longer."""
    assignment = current_assignment(case)
    if assignment is not None:
        assignment.ended_at = at


def accept(case: Case, *, by: User, at: datetime) -> None:
    """The handler signs for the case (MS-3)."""
    acting.refuse_unless(guards.can_accept(by, case), _("签收由派单指定的处理人本人来做。"), "MS-3")
    assignment = current_assignment(case)
    if assignment is None:
        raise RuntimeError(f"case {case.id} is dispatched without an assignment")
    assignment.accepted_at = at
    acting.perform(case, Act.ACCEPTANCE, by=by, at=at, public=True)
    events.publish(AssignmentAccepted(case.id, assignment.id))


def object_to(case: Case, *, by: User, at: datetime, reason: str) -> None:
    """The handler disagrees, on record. The clock runs on, and the work too (GZ-11)."""
    acting.refuse_unless(guards.can_object(by, case), _("异议由处理人或其部门负责人提出。"), "GZ-11")
    _id, words = acting.write_words(case, reason, public=False)
    acting.perform(case, Act.OBJECTION, by=by, at=at, public=False, data=words)
    events.publish(ObjectionRaised(case.id))


def escalate(case: Case, *, by: User, at: datetime, to: User, reason: str) -> Escalation:
    """A person tells the next level that the case will not be done in time (GZ-13); *to* is to say they have heard."""
    acting.refuse_unless(guards.can_escalate(by, case), _("上报由处理人、首问责任人或调度来做。"), "GZ-13")
    acting.refuse_unless(
        not participation.is_about(case, to), _("这件诉求涉及%(name)s，请上报给别人。", name=to.name)
    )
    words_id, words = acting.write_words(case, reason, public=False)
    escalation = Escalation(
        case_id=case.id, round=case.round, by_id=by.id, to_id=to.id, at=at, words_id=words_id
    )
    db.session.add(escalation)
    acting.perform(case, Act.ESCALATION, by=by, at=at, public=False, data={"to": to.id, **words})
    events.publish(CaseEscalated(case.id, escalation.id))
    return escalation
