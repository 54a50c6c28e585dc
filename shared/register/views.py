"""The fixed views of a desk, and which of them a person's posts call for."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, bindparam, or_, select

from shared.cases.lifecycle import OPEN, State
from shared.cases.models import Case, OutstandingWork
from shared.cases.vocabulary import Channel
from shared.deadlines.models import Deadline
from shared.deadlines.queries import IS_DUTY
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.ownership.models import Return, Task, Transfer

# Written out, not bound: the index of open cases is found by these very words (shared.cases.models).
IS_OPEN = Case.state.in_(bindparam("open_states", sorted(OPEN), expanding=True, literal_execute=True))


class View(StrEnum):
    MINE = "mine"  # first responder or handler
    DEPARTMENT = "department"  # led by a department that one heads
    TO_ACCEPT = "to_accept"  # dispatched to me, not yet signed for
    TRANSFERS = "transfers"  # first responsibility offered to me
    RETURNS = "returns"  # asked back as misdirected, for me to decide
    TASKS = "tasks"  # asked of my department, to take or to finish
    UNCLAIMED = "unclaimed"
    NEAR = "near"
    OVERDUE = "overdue"
    REVISIT = "revisit"
    OUTSTANDING = "outstanding"  # what I have still to do after the answer, whatever state the case is in
    INTERNAL = "internal"  # reported by staff, for supervision alone (CO-M5)


def offered(user: User) -> list[View]:
    """The views that this person has a use for, in the order of the screen."""
    needs = {
        View.MINE: Permission.CASE_VIEW,
        View.TO_ACCEPT: Permission.CASE_ACCEPT,
        View.TRANSFERS: Permission.CASE_CLAIM,
        View.RETURNS: Permission.CASE_DISPATCH,
        View.TASKS: Permission.CASE_COOPERATE,
        View.UNCLAIMED: Permission.CASE_VIEW_ESTATE,
        View.NEAR: Permission.CASE_VIEW,
        View.OVERDUE: Permission.CASE_VIEW,
        View.REVISIT: Permission.CASE_REVISIT,
        View.OUTSTANDING: Permission.CASE_CONTACT,
        View.INTERNAL: Permission.CASE_VIEW_INTERNAL,
    }
    shown = {view for view, permission in needs.items() if user.estates_where(permission)}
    if user.headed_departments:
        shown.add(View.DEPARTMENT)
    return [view for view in View if view in shown]


def _near(at: datetime) -> ColumnElement[bool]:
    """A clock of it is in its last stretch and none is broken. The words are those of the index on running clocks."""
    running = and_(
        Deadline.met_at.is_(None),
        Deadline.ended_at.is_(None),
        Deadline.breached_at.is_(None),
        Deadline.paused_at.is_(None),
    )
    ripe = select(Deadline.case_id).where(running, IS_DUTY, Deadline.near_at <= at, Deadline.due_at > at)
    return and_(Case.id.in_(ripe), Case.next_due_at > at, Case.clocks_parked.is_(None))


def _asked_back(user: User) -> ColumnElement[bool]:
    """By somebody else, out of hands that are not one's own (shared.ownership.guards.can_answer_return)."""
    asked = select(Return.case_id).where(Return.decided_at.is_(None), Return.by_id != user.id)
    return and_(
        Case.id.in_(asked),
        Case.state.in_((State.DISPATCHED, State.HANDLING)),
        Case.estate_id.in_(user.estates_where(Permission.CASE_DISPATCH)),
        Case.handler_id != user.id,
        Case.lead_department_id.not_in(user.headed_departments),
    )


def works_of(user: User) -> tuple[ColumnElement[bool], ...]:
    """The conditions on the outstanding works that are *user*'s to do."""
    return OutstandingWork.owner_id == user.id, OutstandingWork.ended_at.is_(None)


def _asked_of(user: User) -> ColumnElement[bool]:
    """Of one's department: what nobody has taken, what one took, and as its head what anybody took."""
    mine = or_(
        Task.taken_by_id.is_(None),
        Task.taken_by_id == user.id,
        Task.department_id.in_(user.headed_departments),
    )
    waiting = select(Task.case_id).where(
        Task.department_id.in_(user.department_ids), Task.ended_at.is_(None), mine
    )
    return and_(IS_OPEN, Case.id.in_(waiting))


def condition(view: View, user: User, at: datetime) -> ColumnElement[bool]:
    """What makes a case belong to *view*; to be combined with `participation.visible_to`."""
    match view:
        case View.MINE:
            return and_(IS_OPEN, or_(Case.first_responder_id == user.id, Case.handler_id == user.id))
        case View.DEPARTMENT:
            return and_(IS_OPEN, Case.lead_department_id.in_(user.headed_departments))
        case View.TO_ACCEPT:
            return and_(Case.state == State.DISPATCHED, Case.handler_id == user.id)
        case View.TRANSFERS:
            waiting = select(Transfer.case_id).where(
                Transfer.receiver_id == user.id, Transfer.answered_at.is_(None)
            )
            return Case.id.in_(waiting)
        case View.RETURNS:
            return _asked_back(user)
        case View.TASKS:
            return _asked_of(user)
        case View.UNCLAIMED:
            return and_(Case.state == State.RECEIVED, Case.first_responder_id.is_(None))
        case View.NEAR:
            return _near(at)
        case View.OVERDUE:
            return and_(Case.next_due_at <= at, Case.clocks_parked.is_(None))
        case View.REVISIT:
            return and_(
                Case.state == State.INFORMED,
                Case.estate_id.in_(user.estates_where(Permission.CASE_REVISIT)),
            )
        case View.OUTSTANDING:
            return Case.id.in_(select(OutstandingWork.case_id).where(*works_of(user)))
        case View.INTERNAL:
            return and_(IS_OPEN, Case.channel == Channel.INTERNAL)


def named(text: str | None, among: Collection[View]) -> View | None:
    """The view of that name, if it is one of *among*."""
    return next((view for view in among if view == text), None)
