"""Cooperating departments (协办, AH-3.3b): each has a task of its own beside the one department that leads."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from shared import events
from shared.cases import acting, participation
from shared.cases.lifecycle import Act
from shared.cases.models import Case, Participation
from shared.database import db
from shared.errors import Refused
from shared.identity import people
from shared.identity.models import Department, User
from shared.ownership import guards
from shared.ownership.events import TaskAsked, TaskEnded
from shared.ownership.models import Task


def tasks_of(case: Case) -> Sequence[Task]:
    """All tasks of the present round, the oldest first."""
    return db.session.scalars(
        select(Task)
        .where(Task.case_id == case.id, Task.round == case.round)
        .options(joinedload(Task.department), joinedload(Task.taken_by), joinedload(Task.asked_by))
        .order_by(Task.id)
    ).all()


def unended(case: Case) -> list[Task]:
    """What other departments still have to do."""
    return [task for task in tasks_of(case) if task.ended_at is None]


def ask(
    case: Case,
    *,
    by: User,
    at: datetime,
    department: Department,
    requirements: str,
    wanted_by: datetime | None = None,
) -> Task:
    """Have *department* do its part. It sees the case from now on; who leads and who handles stays as it was."""
    acting.refuse_unless(
        guards.can_ask_task(by, case), _("协办由调度或主办部门提出，派单以后才能提。"), "AH-3.3b"
    )
    _refuse_unfit(department, case)
    acting.refuse_unless(bool(requirements.strip()), _("请写明请协办部门做什么。"), "AH-3.3b")
    if not _cooperates(case, department.id):
        participation.enter(case, participation.COOPERATING, at, department_id=department.id)
    words_id, words = acting.write_words(case, requirements, public=False)
    task = Task(
        case_id=case.id,
        round=case.round,
        department_id=department.id,
        asked_by_id=by.id,
        asked_at=at,
        words_id=words_id,
        wanted_by=wanted_by,
    )
    db.session.add(task)
    db.session.flush()
    _write(case, Act.TASK, task, by, at, words)
    events.publish(TaskAsked(case.id, task.id))
    return task


def _refuse_unfit(department: Department, case: Case) -> None:
    acting.refuse_unless(
        department.estate_id == case.estate_id and department.id != case.lead_department_id,
        _("%(name)s是主办部门，或不在这个小区。请另选协办部门。", name=department.name),
        "AH-3.3b",
    )
    acting.refuse_unless(
        department.ended_at is None,
        _("%(name)s已经停用，请另选协办部门。", name=department.name),
        "AH-3.3b",
    )
    acting.refuse_unless(
        not _is_about(case, department),
        _("这件诉求涉及%(name)s，不能请它协办。", name=department.name),
        "AH-3.3b",
    )


def _part_of(case: Case, department_id: int, part: str) -> bool:
    found = select(Participation.id).where(
        Participation.case_id == case.id,
        Participation.department_id == department_id,
        Participation.part == part,
        Participation.until.is_(None),
    )
    return db.session.scalar(found.limit(1)) is not None


def _is_about(case: Case, department: Department) -> bool:
    return _part_of(case, department.id, participation.ABOUT)


def _cooperates(case: Case, department_id: int) -> bool:
    return _part_of(case, department_id, participation.COOPERATING)


def _write(
    case: Case, act: Act, task: Task, by: User, at: datetime, words: dict[str, object] | None = None
) -> None:
    data = {"task": task.id, "department": task.department_id, **(words or {})}
    acting.perform(case, act, by=by, at=at, public=False, data=data)


def take(case: Case, *, by: User, at: datetime, task: Task) -> None:
    """Somebody of the department signs for its task. Of several at once one has it; the others hear who."""
    db.session.refresh(task)  # under the lock of the case: what a page read before may be old
    if task.taken_by is not None:
        raise Refused(_("%(name)s已经领了这项协办。", name=task.taken_by.name), "AH-3.3b")
    acting.refuse_unless(
        guards.can_take_task(by, case, task), _("这项协办已经结束，或不归您的部门。"), "AH-3.3b"
    )
    task.taken_by_id, task.taken_at = by.id, at
    people.refuse_if_gone(by)
    _write(case, Act.TASK_TAKING, task, by, at)


def finish(case: Case, *, by: User, at: datetime, task: Task, result: str) -> None:
    """The department's part is done; the case stands where it stood, and its lead goes on."""
    db.session.refresh(task)
    acting.refuse_unless(
        guards.can_finish_task(by, case, task),
        _("协办由领了任务的人或其部门负责人办完；已经结束的不能再办。"),
        "AH-3.3b",
    )
    acting.refuse_unless(bool(result.strip()), _("请写明做了什么，结果怎样。"), "AH-3.3b")
    _end(case, Act.TASK_DONE, task, by, at, result)


def call_off(case: Case, *, by: User, at: datetime, task: Task, reason: str) -> None:
    """It is not needed any more. A department without another task has no part in the case from now on."""
    db.session.refresh(task)
    acting.refuse_unless(
        guards.can_call_off_task(by, case, task),
        _("协办由提出的人、主办部门或调度取消；已经结束的不能再取消。"),
        "AH-3.3b",
    )
    acting.refuse_unless(bool(reason.strip()), _("请写明为什么不用协办了。"), "AH-3.3b")
    _end(case, Act.TASK_CALLING_OFF, task, by, at, reason)
    # What it has done for the case it may go on reading; what it was never to do, not.
    if all(t.done is False for t in tasks_of(case) if t.department_id == task.department_id):
        _take_no_part(case, task.department_id, at)


def _take_no_part(case: Case, department_id: int, at: datetime) -> None:
    db.session.execute(
        update(Participation)
        .where(
            Participation.case_id == case.id,
            Participation.department_id == department_id,
            Participation.part == participation.COOPERATING,
            Participation.until.is_(None),
        )
        .values(until=at)
    )


def _end(case: Case, act: Act, task: Task, by: User, at: datetime, text: str) -> None:
    words_id, words = acting.write_words(case, text, public=False)
    task.ended_at, task.ended_by_id, task.result_words_id = at, by.id, words_id
    task.done = act is Act.TASK_DONE
    _write(case, act, task, by, at, words)
    events.publish(TaskEnded(case.id, task.id))


def lapse(case: Case, at: datetime) -> None:
    """The round is over: what nobody did in it nobody is to do now. Works that outlast it are outstanding works."""
    db.session.execute(
        update(Task)
        .where(Task.case_id == case.id, Task.ended_at.is_(None))
        .values(ended_at=at, done=False)
        .execution_options(synchronize_session=False)
    )
