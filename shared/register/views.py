"""The fixed views of a desk, and which of them a person's posts call for."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, or_, select, union_all
from sqlalchemy.orm import aliased

from shared.cases.lifecycle import OPEN, State
from shared.cases.models import Case, OutstandingWork, Round
from shared.cases.vocabulary import Channel
from shared.deadlines.models import Deadline
from shared.deadlines.queries import IS_DUTY
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.ownership.models import Return, Task, Transfer


def _written(column: Any, name: str, values: Collection[str]) -> ColumnElement[bool]:
    """*column* is one of *values*, written out and not bound: SQLite takes a partial index for its own words only."""
    found: ColumnElement[bool] = column.in_(
        bindparam(name, list(values), expanding=True, literal_execute=True)
    )
    return found


IS_OPEN = _written(Case.state, "open_states", sorted(OPEN))

# The rules by which something has to move every so often, told to the owner or not.
PROGRESS = ("stalled", "internal_progress")
CONTESTED = ("appeal", "rating")  # causes of a round
_held, _of_round, _unwritten = aliased(Case), aliased(Case), aliased(Case)


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
    STALLED = "stalled"  # nothing moved for as long as the policy lets it lie (AH-4.1, VK-3.3)
    REVISIT = "revisit"
    APPEALED = "appealed"  # in a round that the owner's appeal or low rating began
    OUTSTANDING = "outstanding"  # what I have still to do after the answer, whatever state the case is in
    RECORDS = "records"  # emergencies taken without a record, which is still to be completed (VK-5.1)
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
        View.STALLED: Permission.CASE_VIEW_ESTATE,
        View.REVISIT: Permission.CASE_REVISIT,
        View.APPEALED: Permission.CASE_VIEW_ESTATE,
        View.OUTSTANDING: Permission.CASE_CONTACT,
        View.RECORDS: Permission.CASE_REGISTER,
        View.INTERNAL: Permission.CASE_VIEW_INTERNAL,
    }
    shown = {view for view, permission in needs.items() if user.estates_where(permission)}
    if user.headed_departments:
        shown |= {View.DEPARTMENT, View.STALLED, View.APPEALED}
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


def _stalled(at: datetime) -> ColumnElement[bool]:
    """The clock of progress has run out on it and nothing has moved since."""
    ran_out = select(Deadline.case_id).where(
        _written(Deadline.rule, "progress", PROGRESS),
        Deadline.met_at.is_(None),
        Deadline.ended_at.is_(None),
        Deadline.paused_at.is_(None),
        Deadline.due_at <= at,
    )
    return and_(Case.id.in_(ran_out), Case.next_due_at <= at, Case.clocks_parked.is_(None))


def _contested() -> ColumnElement[bool]:
    """In the round that the owner's own judgement began."""
    begun = (
        select(_of_round.id)
        .join(Round, (Round.case_id == _of_round.id) & (Round.number == _of_round.round))
        .where(_written(Round.cause, "contested", CONTESTED))
    )
    return and_(IS_OPEN, Case.id.in_(begun))


def _unrecorded() -> ColumnElement[bool]:
    """The clock of the record runs, or has run out: a small index holds no others."""
    owed = (
        select(_unwritten.id)
        .join(Deadline, (Deadline.case_id == _unwritten.id) & (Deadline.round == _unwritten.round))
        .where(
            _written(_unwritten.state, "open_states", sorted(OPEN)),
            _written(Deadline.rule, "record_clocks", ["record"]),
            Deadline.met_at.is_(None),
            Deadline.ended_at.is_(None),
        )
    )
    return Case.id.in_(owed)


def _mine(user: User) -> ColumnElement[bool]:
    """By the two indexes on people: one condition with OR would have the whole table read."""
    is_open = _written(_held.state, "open_states", sorted(OPEN))
    people = (_held.first_responder_id, _held.handler_id)
    held = union_all(*(select(_held.id).where(is_open, person == user.id) for person in people))
    return Case.id.in_(held)


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
            return _mine(user)
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
        case View.STALLED:
            return _stalled(at)
        case View.APPEALED:
            return _contested()
        case View.REVISIT:
            return and_(
                Case.state == State.INFORMED,
                Case.estate_id.in_(user.estates_where(Permission.CASE_REVISIT)),
            )
        case View.OUTSTANDING:
            return Case.id.in_(select(OutstandingWork.case_id).where(*works_of(user)))
        case View.RECORDS:
            return _unrecorded()
        case View.INTERNAL:
            return and_(IS_OPEN, Case.channel == Channel.INTERNAL)


def named(text: str | None, among: Collection[View]) -> View | None:
    """The view of that name, if it is one of *among*."""
    return next((view for view in among if view == text), None)
