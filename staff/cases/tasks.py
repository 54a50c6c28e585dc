"""The tasks of cooperating departments, for the page of a case: what was asked, who has it, what came of it."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from shared.cases.acting import words_of
from shared.cases.models import Case
from shared.deadlines import promises
from shared.identity.models import User
from shared.ownership import cooperating, guards
from shared.ownership.models import Task
from staff.cases import wording
from staff.cases.acts import CaseAct
from staff.cases.task import CALLING_OFF, DONE, TAKING


@dataclass(frozen=True, slots=True)
class Shown:
    """One task. `take_url`, `done_url` and `off_url` are empty where I may not."""

    id: int
    department: str
    state: str
    said: str
    asked: str
    by: str
    wanted: str
    result: str
    take_url: str
    done_url: str
    off_url: str

    @property
    def is_mine(self) -> bool:
        """Whether it waits for me."""
        return bool(self.take_url or self.done_url)


def of(case: Case, user: User, now: datetime) -> list[Shown]:
    """Those of the present round: mine first, then what others have still to do."""
    tasks = sorted(cooperating.tasks_of(case), key=lambda task: task.ended_at is not None)
    return sorted((_shown(task, case, user, now) for task in tasks), key=lambda shown: not shown.is_mine)


def _shown(task: Task, case: Case, user: User, now: datetime) -> Shown:
    zone = case.estate.zone
    state, said = _stand(task, now, zone)
    is_open = task.ended_at is None
    wanted = promises.due_text(task.wanted_by, now, zone) if task.wanted_by and is_open else ""
    return Shown(
        id=task.id,
        department=task.department.name,
        state=state,
        said=said,
        asked=words_of(task.words_id),
        by=_("%(name)s %(time)s 提出", name=task.asked_by.name, time=wording.when(task.asked_at, now, zone)),
        wanted=_("希望%(due)s做完", due=wanted) if wanted else "",
        result=words_of(task.result_words_id),
        take_url=TAKING.address(case) if guards.can_take_task(user, case, task) else "",
        done_url=_of_one(DONE, case, task) if guards.can_finish_task(user, case, task) else "",
        off_url=_of_one(CALLING_OFF, case, task) if guards.can_call_off_task(user, case, task) else "",
    )


def _of_one(act: CaseAct, case: Case, task: Task) -> str:
    return f"{act.address(case)}?task={task.id}"


def _stand(task: Task, now: datetime, zone: str) -> tuple[str, str]:
    """The state of its mark, and the word: never colour alone."""
    if task.ended_at is not None:
        when = wording.when(task.ended_at, now, zone)
        if task.done:
            return "kept", _("%(when)s 办完", when=when)
        return "ended", _("%(when)s 取消", when=when) if task.ended_by_id else _("没有办完，这一轮已结束")
    late = task.wanted_by is not None and task.wanted_by <= now
    taken = task.taken_by
    said = _("%(name)s在办", name=taken.name) if taken else _("还没有人领")
    if late:
        return "broken", _("%(said)s，过了希望的时间", said=said)
    return "running" if taken else "near", said
