"""Cooperation (协办) as acts: another department is asked for its part, takes it, does it; or it is called off."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shared.cases import guards as cases
from shared.cases.acting import words_of
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.database import db
from shared.errors import Refused
from shared.identity.models import Department, User
from shared.identity.permissions import Permission
from shared.identity.queries import departments
from shared.ownership import cooperating, guards
from shared.ownership.models import Task
from staff.cases.acts import CaseAct, declare
from staff.cases.forms import ActForm, instant, menu, moment, photos, pick_from, pick_named, text

LINE = 24  # characters of what was asked, to tell one task from the next


class TaskForm(ActForm):
    department = menu(_l("请哪个部门协办"), _l("请选择协办部门。"), render_kw={"autofocus": True})
    requirements = text(
        _l("请它做什么"),
        _l("请写明请协办部门做什么。"),
        description=_l("做什么，怎样算做好，和谁联系。业主看不到。"),
        render_kw={"rows": 4},
    )
    wanted_by = moment(_l("希望做完"), description=_l("不改变对业主承诺的时限。"))


class OneTaskForm(ActForm):
    task = menu(_l("哪一项"), _l("请选择哪一项。"))


class TaskDoneForm(OneTaskForm):
    note = text(
        _l("做了什么，结果怎样"),
        _l("请写明做了什么，结果怎样。"),
        description=_l("主办的人会看到，业主看不到。"),
        render_kw={"rows": 4},
    )
    photos = photos(_l("现场照片"))


class TaskCallingOffForm(OneTaskForm):
    reason = text(
        _l("为什么不用了"),
        _l("请写明为什么不用协办了。"),
        description=_l("协办部门会看到，业主看不到。"),
        render_kw={"rows": 3},
    )


def line(task: Task) -> str:
    """`秩序部：调看 2 单元门口监控`"""
    asked = words_of(task.words_id)
    short = asked if len(asked) <= LINE else f"{asked[:LINE]}…"
    return _("%(department)s：%(asked)s", department=task.department.name, asked=short)


def _prepare(form: TaskForm, case: Case, user: User) -> None:
    others = [(d.id, d.name) for d in departments(case.estate_id) if d.id != case.lead_department_id]
    pick_from(form.department, others, _("请选择"))


def _prepare_one(form: OneTaskForm, case: Case, user: User) -> None:
    pick_named(form.task, [(task.id, line(task)) for task in cooperating.unended(case)], _("请选择"))


def may_cooperate(user: User, case: Case) -> bool:
    """Asked of every act on every case page, so without a query: whose the task is, the verb says."""
    return cases.may(user, case, Act.TASK_TAKING, Permission.CASE_COOPERATE)


def _nothing_asked(case: Case) -> Refused | None:
    return None if cooperating.unended(case) else Refused(_("这件诉求没有还没办完的协办。"), "AH-3.3b")


def _meant(case: Case, form: OneTaskForm) -> Task:
    """Read again inside the change: somebody may have ended it meanwhile."""
    return next(task for task in cooperating.tasks_of(case) if str(task.id) == form.task.data)


def _ask(case: Case, form: TaskForm, by: User, at: datetime) -> str:
    department = db.session.get_one(Department, int(form.department.data))
    cooperating.ask(
        case,
        by=by,
        at=at,
        department=department,
        requirements=form.requirements.data or "",
        wanted_by=instant(form.wanted_by.data, case.estate.zone),
    )
    return _("已请%(department)s协办。主办部门和时限不变。", department=department.name)


def _take(case: Case, form: OneTaskForm, by: User, at: datetime) -> str:
    cooperating.take(case, by=by, at=at, task=_meant(case, form))
    return _("您领了这项协办，做完请写明结果。")


def _finish(case: Case, form: TaskDoneForm, by: User, at: datetime) -> str:
    cooperating.finish(case, by=by, at=at, task=_meant(case, form), result=form.note.data or "")
    return _("协办已办完，主办的人会看到结果。")


def _call_off(case: Case, form: TaskCallingOffForm, by: User, at: datetime) -> str:
    task = _meant(case, form)
    cooperating.call_off(case, by=by, at=at, task=task, reason=form.reason.data or "")
    return _("已取消%(department)s的协办。", department=task.department.name)


declare(
    CaseAct(
        slug="task",
        act=Act.TASK,
        permission=Permission.CASE_COOPERATE,
        allowed=guards.can_ask_task,
        label=_l("请协办"),
        title=_l("请其他部门协办"),
        hint=lambda case: _("主办只有一个部门，协办可以有几个，各有各的任务（AH-3.3b）。"),
        form=TaskForm,
        prepare=_prepare,
        do=_ask,
        clause="AH-3.3b",
        tone="internal",
    )
)
TAKING = declare(
    CaseAct(
        slug="task_taking",
        act=Act.TASK_TAKING,
        permission=Permission.CASE_COOPERATE,
        allowed=may_cooperate,
        obstacle=_nothing_asked,
        label=_l("领取协办"),
        title=_l("领取协办"),
        form=OneTaskForm,
        prepare=_prepare_one,
        do=_take,
        clause="AH-3.3b",
        tone="internal",
        checks_version=False,  # the task itself says whether somebody has it
    )
)
DONE = declare(
    CaseAct(
        slug="task_done",
        act=Act.TASK_DONE,
        permission=Permission.CASE_COOPERATE,
        allowed=may_cooperate,
        obstacle=_nothing_asked,
        label=_l("协办办完"),
        title=_l("写明协办结果"),
        form=TaskDoneForm,
        prepare=_prepare_one,
        do=_finish,
        clause="AH-3.3b",
        tone="internal",
    )
)
CALLING_OFF = declare(
    CaseAct(
        slug="task_calling_off",
        act=Act.TASK_CALLING_OFF,
        permission=Permission.CASE_COOPERATE,
        allowed=may_cooperate,
        obstacle=_nothing_asked,
        label=_l("取消协办"),
        title=_l("取消协办"),
        form=TaskCallingOffForm,
        prepare=_prepare_one,
        do=_call_off,
        clause="AH-3.3b",
        tone="internal",
    )
)
