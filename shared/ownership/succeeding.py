"""Succession (接任): what a leaver has to do passes to whom a director names, who is not asked (GZ-15).

No clock is touched by it. Afterwards nothing open names the leaver.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from shared import events
from shared.cases import acting, internal_reports, outstanding, participation
from shared.cases.lifecycle import OPEN, Act, State
from shared.cases.models import Case, OutstandingWork
from shared.database import db
from shared.errors import Refused
from shared.identity.models import Department, User
from shared.identity.permissions import Permission
from shared.identity.queries import people_with
from shared.ownership import dispatching, transferring
from shared.ownership.events import LeaverSucceeded
from shared.ownership.models import Task, Transfer

# Where a handler has something to do, or may get it back.
HANDLED = (State.DISPATCHED, State.HANDLING, State.REFERRED, State.COMPLETED)
IN_HAND = (State.DISPATCHED, State.HANDLING)


class Kind(StrEnum):
    FIRST = "first"
    HANDLING = "handling"
    TASK = "task"
    WORK = "work"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that somebody holds. *row_id*: of the task or the work, else of the case."""

    kind: Kind
    case: Case
    row_id: int
    department_id: int | None = None

    @property
    def key(self) -> str:
        return f"{self.kind}-{self.row_id}"

    @property
    def names_itself(self) -> bool:
        """A report from inside goes to whoever keeps such reports; nobody else is to choose among them (CO-M5)."""
        return self.case.is_internal


def items_of(user: User) -> list[Item]:
    """All that *user* holds, by case."""
    found = []
    theirs = or_(Case.first_responder_id == user.id, Case.handler_id == user.id)
    for case in db.session.scalars(
        select(Case).where(Case.state.in_(sorted(OPEN)), theirs).execution_options(populate_existing=True)
    ):
        if case.first_responder_id == user.id:
            found.append(Item(Kind.FIRST, case, case.id))
        if case.handler_id == user.id and case.state in HANDLED:
            found.append(Item(Kind.HANDLING, case, case.id, case.lead_department_id))
    found += _tasks_of(user) + _works_of(user)
    return sorted(found, key=lambda item: (item.case.filed_at, item.case.id, list(Kind).index(item.kind)))


def _tasks_of(user: User) -> list[Item]:
    rows = db.session.execute(
        select(Task, Case)
        .join(Case, Case.id == Task.case_id)
        .where(Task.taken_by_id == user.id, Task.ended_at.is_(None), Case.state.in_(sorted(OPEN)))
    )
    return [Item(Kind.TASK, case, task.id, task.department_id) for task, case in rows]


def _works_of(user: User) -> list[Item]:
    rows = db.session.execute(
        select(OutstandingWork, Case)
        .join(Case, Case.id == OutstandingWork.case_id)
        .where(OutstandingWork.owner_id == user.id, OutstandingWork.ended_at.is_(None))
    )
    return [Item(Kind.WORK, case, work.id, work.department_id) for work, case in rows]


def carry_out(
    items: list[Item], leaver: User, choices: Mapping[str, User], *, by: User, at: datetime, reason: str
) -> None:
    """Pass each of *items*, whose cases the caller holds, to whom *choices* name for it or for its kind.

    Raises Refused, with the number of the case, where nobody is named or the named could not have it.
    """
    acting.refuse_unless(bool(reason.strip()), _("请写明为什么移交。"), "GZ-15")
    for item in items:
        if participation.is_about(item.case, by):  # not even its number is for them
            raise Refused(_("还有不能由您移交的诉求，请由系统管理员来移交。"), "GZ-15")
        hears_otherwise = item.kind is Kind.HANDLING and item.case.stage in IN_HAND  # as of any dispatch
        try:
            heir = _heir(item, leaver, choices)
            _PASS[item.kind](item, heir, leaver, by, at, reason)
        except Refused as refusal:
            if item.names_itself:
                raise
            number = item.case.archive_number
            raise Refused(f"{number}：{refusal.message}", refusal.clause) from refusal
        if not hears_otherwise:
            events.publish(LeaverSucceeded(item.case.id, leaver.id, heir.id))


def _heir(item: Item, leaver: User, choices: Mapping[str, User]) -> User:
    if item.names_itself:
        return _keeper_after(item.case, leaver)
    heir = choices.get(item.key) or choices.get(item.kind)
    if heir is None:
        raise Refused(_("请选择由谁接手。"), "GZ-15")
    acting.refuse_unless(
        heir.id != leaver.id and heir.is_active, _("%(name)s不能接手。", name=heir.name), "GZ-15"
    )
    return heir


def _keeper_after(case: Case, leaver: User) -> User:
    """Who answers for a report from inside when *leaver* has gone."""
    for role in internal_reports.IN_TURN:
        for user in people_with([role], case.estate_id):
            if user.id != leaver.id and not participation.is_about(case, user):
                return user
    raise Refused(_("还有内部反映没有别人能接，请先任命另一位督导专员。"), "CO-M5")


def _pass_first(item: Item, heir: User, leaver: User, by: User, at: datetime, reason: str) -> None:
    case = item.case
    if case.is_internal and not internal_reports.is_kept_by(case, heir):
        participation.enter(case, participation.TOLD, at, user_id=heir.id)
        db.session.flush()
    acting.refuse_unless(
        transferring.can_receive(heir, case),
        _("%(name)s不能担任这件诉求的首问责任人。", name=heir.name),
        "GZ-15",
    )
    transferring.lapse(case, at)
    words_id, words = acting.write_words(case, reason, public=False)
    db.session.add(
        Transfer(
            case_id=case.id,
            giver_id=leaver.id,
            receiver_id=heir.id,
            asked_by_id=by.id,
            asked_at=at,
            words_id=words_id,
            answered_at=at,
            accepted=True,
            forced=True,
        )
    )
    transferring.become(case, heir, at)
    # The row stands under the name of whoever answers for the case from now on; who named them stands in it.
    data = {"accepted": True, "from": leaver.id, "forced": True, "by": by.id, **words}
    acting.perform(case, Act.TAKEOVER, by=heir, at=at, public=True, data=data)


def _pass_handling(item: Item, heir: User, leaver: User, by: User, at: datetime, reason: str) -> None:
    """Dispatched anew where it is worked on, to be signed for by the new handler; else only the name changes."""
    case, department = item.case, _department_of(heir, item)
    if case.stage in IN_HAND:
        standing = dispatching.current_assignment(case)
        dispatching.assign(
            case,
            by=by,
            at=at,
            department=department,
            handler=heir,
            requirements=reason,
            wanted_by=standing.wanted_by if standing else None,
        )
    else:
        dispatching.replace(case, by=by, at=at, department=department, handler=heir)


def _department_of(heir: User, item: Item) -> Department:
    """The one that leads, where they belong to it."""
    theirs = db.session.scalars(
        select(Department)
        .where(Department.id.in_(heir.department_ids), Department.estate_id == item.case.estate_id)
        .order_by(Department.id != (item.department_id or 0), Department.position)
    ).first()
    if theirs is None:
        raise Refused(_("%(name)s不在这个部门，或不办理诉求。请另选处理人。", name=heir.name), "GZ-10")
    return theirs


def _pass_task(item: Item, heir: User, leaver: User, by: User, at: datetime, reason: str) -> None:
    case, task = item.case, db.session.get_one(Task, item.row_id, populate_existing=True)
    acting.refuse_unless(
        task.department_id in heir.department_ids
        and heir.can(Permission.CASE_COOPERATE, case.estate_id)
        and not participation.is_about(case, heir),
        _("%(name)s不在协办的部门，请另选。", name=heir.name),
        "AH-3.3b",
    )
    task.taken_by_id, task.taken_at = heir.id, at
    _id, words = acting.write_words(case, reason, public=False)
    data = {"task": task.id, "department": task.department_id, "to": heir.id, "forced": True, **words}
    acting.perform(case, Act.TASK_TAKING, by=by, at=at, public=False, data=data)


def _pass_work(item: Item, heir: User, leaver: User, by: User, at: datetime, reason: str) -> None:
    """The date holds. Of a case whose words are erased nobody is to work any more: there it ends (T41)."""
    case = item.case
    work = db.session.scalars(
        select(OutstandingWork)
        .where(OutstandingWork.id == item.row_id)
        .options(joinedload(OutstandingWork.department))
        .execution_options(populate_existing=True)
    ).one()
    if case.erased_at is not None:
        work.ended_at, work.ended_by_id, work.done = at, by.id, False
        acting.perform(
            case, Act.OUTSTANDING_END, by=by, at=at, public=False, data={"work": work.id, "done": False}
        )
        return
    acting.refuse_unless(
        outstanding.can_own(heir, work.department, case),
        _("%(name)s不能负责这件遗留事项，请另选。", name=heir.name),
        "GZ-12",
    )
    work.owner_id = heir.id
    participation.enter(case, participation.OUTSTANDING, at, user_id=heir.id)
    _id, words = acting.write_words(case, reason, public=False)
    until = work.promised_at.isoformat()
    data = {"work": work.id, "to": heir.id, "before": until, "until": until, "forced": True, **words}
    acting.perform(case, Act.OUTSTANDING_DATE, by=by, at=at, public=False, data=data)


_PASS = {
    Kind.FIRST: _pass_first,
    Kind.HANDLING: _pass_handling,
    Kind.TASK: _pass_task,
    Kind.WORK: _pass_work,
}
