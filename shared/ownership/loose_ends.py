"""What else names a leaver on a case: nobody has to take it on, but nothing open may wait for them."""

from collections.abc import Iterable
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, or_, select, update

from shared import events, words
from shared.cases import acting, internal_reports, measures, participation
from shared.cases.guards import allows
from shared.cases.lifecycle import OPEN, Act, State
from shared.cases.models import Case, Escalation, Participation, Plan
from shared.database import db
from shared.errors import Refused
from shared.identity.models import User
from shared.identity.permissions import Permission, Role
from shared.identity.queries import people_with
from shared.ownership import task_group
from shared.ownership.events import CaseEscalated, HandoverAnswered
from shared.ownership.models import Assignment, Handover, Transfer

PARTS = (
    participation.HANDLER,
    participation.TASK_GROUP,
    participation.GROUP_LEADER,
    participation.DESIGNATED,
    participation.OUTSTANDING,
    participation.TOLD,
)
ABOVE = (Role.DIRECTOR, Role.DEPUTY_MANAGER, Role.GENERAL_MANAGER)  # who hears next, level by level
_IS_OPEN = Case.state.in_(sorted(OPEN))


def handovers_of(user: User) -> ColumnElement[bool]:
    """Unanswered, given or to be taken by *user*."""
    mine = or_(Handover.giver_id == user.id, Handover.receiver_id == user.id)
    return mine & Handover.answered_at.is_(None)


def case_ids(user: User) -> set[int]:
    """The cases that these ends are in."""
    named = select(Participation.case_id).where(
        Participation.user_id == user.id, Participation.part.in_(PARTS), Participation.until.is_(None)
    )
    asked = select(Transfer.case_id).where(
        or_(Transfer.receiver_id == user.id, Transfer.giver_id == user.id), Transfer.answered_at.is_(None)
    )
    told = select(Escalation.case_id).where(Escalation.to_id == user.id, Escalation.answered_at.is_(None))
    handled = select(Case.id).where(Case.handler_id == user.id, _IS_OPEN)
    found: set[int] = set()
    for statement in (named, asked, told, handled):
        found.update(db.session.scalars(statement))
    return found | _confided(user)


def _confided(user: User) -> set[int]:
    """Open reports from inside that *user* reads; without them they might be read by nobody (CO-M5)."""
    estates = user.estates_where(Permission.CASE_VIEW_INTERNAL)
    told = select(Participation.case_id).where(
        Participation.user_id == user.id,
        Participation.part == participation.TOLD,
        Participation.until.is_(None),
    )
    return set(
        db.session.scalars(
            select(Case.id).where(
                _IS_OPEN, ~participation.ordinary(), or_(Case.estate_id.in_(estates), Case.id.in_(told))
            )
        )
    )


def tie_off(user: User, cases: Iterable[Case], *, by: User | None, at: datetime) -> None:
    """Nothing in *cases*, which the caller holds, waits for *user* any more, nor names them to do anything.

    *by* is None for a command, which leaves no row on a case.
    """
    _lapse_offers(user, at)
    for case in cases:
        _leave_group(case, user, by, at)
        _let_department_stay_designated(case, user, at)
        _leave_handling(case, user, at)
        if case.is_open:
            _climb(case, user, at)
    db.session.execute(
        update(Participation)
        .where(Participation.user_id == user.id, Participation.part.in_(PARTS), Participation.until.is_(None))
        .values(until=at)
    )


def keep_internal(user: User, cases: Iterable[Case], at: datetime) -> None:
    """Called when *user* has gone: each report from inside is kept by somebody, or Refused is raised."""
    for case in cases:
        if case.is_internal and case.is_open:
            internal_reports.entrust(case, at)


def keep_opinions(estate_ids: Iterable[int]) -> None:
    """Called when somebody has gone: each plan that waits has somebody to look at it, or Refused is raised."""
    waiting = db.session.scalars(
        select(Case)
        .join(Plan, (Plan.case_id == Case.id) & (Plan.round == Case.round))
        .where(Case.estate_id.in_(estate_ids), Case.state == State.HANDLING, Plan.replaced_at.is_(None))
        .distinct()
    )
    for case in waiting.all():
        wanted = measures.awaited(case)
        if wanted is not None and wanted.roles and not people_with(map(Role, wanted.roles), case.estate_id):
            who = words.listed(words.ROLES[role] for role in wanted.roles)
            raise Refused(_("还有方案等%(who)s来看，请先任命接任的人。", who=who), wanted.clause)


def _lapse_offers(user: User, at: datetime) -> None:
    """First responsibility stays with whoever offered it; of a handover they are told."""
    for handover in db.session.scalars(select(Handover).where(handovers_of(user)).order_by(Handover.id)):
        handover.answered_at, handover.accepted = at, False
        first = select(Transfer.case_id).where(Transfer.handover_id == handover.id).order_by(Transfer.case_id)
        case_id = db.session.scalar(first.limit(1))
        if case_id is not None and handover.giver_id != user.id:
            events.publish(HandoverAnswered(case_id, handover.id))
    db.session.execute(
        update(Transfer)
        .where(
            or_(Transfer.receiver_id == user.id, Transfer.giver_id == user.id), Transfer.answered_at.is_(None)
        )
        .values(answered_at=at)
    )


def _leave_group(case: Case, user: User, by: User | None, at: datetime) -> None:
    """Another of the group leads it where they did; who is left is written down."""
    group = task_group.members(case)
    if user not in group:
        return
    rest = [member for member in group if member.id != user.id]
    leader = task_group.leader(case)
    led_by = leader if leader in rest else next(iter(rest), None)
    task_group.settle(case, rest, at, led_by=led_by)
    if by is not None and led_by is not None and allows(case, Act.TASK_GROUP):
        data = {"group": [member.id for member in rest], "to": led_by.id}
        acting.perform(case, Act.TASK_GROUP, by=by, at=at, public=False, data=data)


def _let_department_stay_designated(case: Case, user: User, at: datetime) -> None:
    """Named in person, they leave it to their department; another person only the general manager names (VK-4e)."""
    named = participation.designated(case)
    if named is None or named.user_id != user.id:
        return
    participation.leave(case, participation.DESIGNATED, at=at)
    theirs = next((d for d in user.department_ids if d == case.lead_department_id), None)
    department_id = theirs or next(iter(user.department_ids), None)
    if department_id is not None:
        participation.enter(case, participation.DESIGNATED, at, department_id=department_id)


def _leave_handling(case: Case, user: User, at: datetime) -> None:
    """Where the owner has the answer already nothing is left to do: who handled it stands in the record."""
    if case.is_open and case.handler_id == user.id:
        case.handler_id = None
    db.session.execute(
        update(Assignment)
        .where(Assignment.case_id == case.id, Assignment.handler_id == user.id, Assignment.ended_at.is_(None))
        .values(ended_at=at)
    )


def _climb(case: Case, user: User, at: datetime) -> None:
    """What was escalated to them is asked of the next level (GZ-13)."""
    waiting = db.session.scalars(
        select(Escalation)
        .where(Escalation.case_id == case.id, Escalation.to_id == user.id, Escalation.answered_at.is_(None))
        .order_by(Escalation.id)
    ).all()
    heir = _superior_after(case, user) if waiting else None
    for escalation in waiting:
        escalation.answered_at = at
        if heir is None or escalation.round != case.round:
            continue
        again = Escalation(
            case_id=case.id,
            round=case.round,
            by_id=escalation.by_id,
            to_id=heir.id,
            at=at,
            words_id=escalation.words_id,
        )
        db.session.add(again)
        db.session.flush()
        events.publish(CaseEscalated(case.id, again.id))


def _superior_after(case: Case, user: User) -> User | None:
    for role in ABOVE:
        for other in people_with([role], case.estate_id):
            sees = other.can(Permission.CASE_VIEW_ESTATE, case.estate_id)
            if other.id != user.id and sees and not participation.is_about(case, other):
                return other
    return None
