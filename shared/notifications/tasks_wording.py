"""The words of the messages in `tasks`. What is asked and what came of it is read on the page of the case."""

from collections.abc import Callable

from flask_babel import gettext as _

from shared.cases.models import Case
from shared.clock import written
from shared.database import db
from shared.ownership import task_group
from shared.ownership.models import Task

Lines = tuple[str, list[str]]  # the subject, and what is to be said


def _task_asked(case: Case, detail: str | None) -> Lines | None:
    task = db.session.get(Task, int(detail or 0))
    if task is None or task.ended_at is not None:
        return None
    lines = [
        _(
            "%(name)s请%(department)s协办一件诉求，请打开看要做什么，并领取。",
            name=task.asked_by.name,
            department=task.department.name,
        )
    ]
    if task.wanted_by:
        when = written(task.wanted_by, case.estate.zone)
        lines.append(_("要求完成时间：%(when)s", when=when))
    return _("请协办：%(number)s", number=case.archive_number), lines


def _task_ended(case: Case, detail: str | None) -> Lines | None:
    task = db.session.get(Task, int(detail or 0))
    if task is None or task.ended_at is None:
        return None
    name = task.department.name
    if task.done:
        said = _("%(department)s的协办已经办完，请打开看结果。", department=name)
        return _("协办办完：%(number)s", number=case.archive_number), [said]
    said = _("这件诉求不用%(department)s协办了。", department=name)
    return _("协办取消：%(number)s", number=case.archive_number), [said]


def _task_group(case: Case, _detail: str | None) -> Lines:
    leader = task_group.leader(case)
    return _("专项小组：%(number)s", number=case.archive_number), [
        _("一件重大诉求成立了专项小组，您是成员，请打开查看。"),
        *([_("组长：%(name)s", name=leader.name)] if leader else []),
    ]


TO_STAFF: dict[str, Callable[[Case, str | None], Lines | None]] = {
    "task_asked": _task_asked,
    "task_ended": _task_ended,
    "task_group": _task_group,
}
