"""The special task group (专项小组) of a major case as an act: who belongs to it, and who leads it (AH-3.3c)."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from shared import words
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.ownership import guards, task_group
from staff.cases.acts import CaseAct, declare
from staff.cases.forms import ActForm, menu, people, pick_from
from staff.cases.group_offer import offered


class TaskGroupForm(ActForm):
    group = people(_l("小组成员"), description=_l("小组成员都能看到这件诉求。"))
    leader = menu(_l("组长"), _l("请选择组长。"), description=_l("组长也是成员，不用另外勾选。"))


def _prepare(form: TaskGroupForm, case: Case, user: User) -> None:
    """What stands is what one goes on from."""
    people = [(str(member.id), words.remarked(member.name, called)) for member, called in offered(case)]
    form.group.choices = [SelectChoice(key, label) for key, label in people]
    pick_from(form.leader, people, _("请选择"))
    if form.version.raw_data is None:
        form.group.data = [str(member.id) for member in task_group.members(case)]
        leader = task_group.leader(case)
        form.leader.data = str(leader.id) if leader else ""


def _do(case: Case, form: TaskGroupForm, by: User, at: datetime) -> str:
    chosen = {*(form.group.data or ()), form.leader.data}
    group = [member for member, _called in offered(case) if str(member.id) in chosen]
    leader = next(member for member in group if str(member.id) == form.leader.data)
    task_group.form(case, by=by, at=at, group=group, led_by=leader)
    names = words.listed(member.name for member in group)
    return _("专项小组已成立，组长%(leader)s，成员%(names)s。", leader=leader.name, names=names)


declare(
    CaseAct(
        slug="task_group",
        act=Act.TASK_GROUP,
        permission=Permission.CASE_GRADE,
        allowed=guards.can_form_group,
        label=_l("专项小组"),
        title=_l("成立专项小组"),
        submit=_l("定下小组"),
        hint=lambda case: _("重大诉求由专项小组按专项方案办，进展报主管领导（AH-3.3c）。"),
        form=TaskGroupForm,
        prepare=_prepare,
        do=_do,
        clause="AH-3.3c",
        tone="internal",
    )
)
