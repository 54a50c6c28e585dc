"""Plan (方案): what is meant to be done; of a major case, with its special task group (AH-3.1, AH-3.3c)."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from shared import words
from shared.cases import measures
from shared.cases.acting import words_of
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.cases.vocabulary import Severity
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.ownership import guards, planning, task_group
from staff.cases.acts import CaseAct, declare
from staff.cases.forms import ActForm, people, photos, text
from staff.cases.group_offer import offered


class PlanForm(ActForm):
    note = text(
        _l("准备怎么做"),
        _l("请写明准备怎么做。"),
        description=_l("做什么，谁来做，什么时候做完，有什么风险。业主看不到，除非您另外写给业主。"),
        render_kw={"rows": 6, "autofocus": True},
    )
    told = BooleanField(_l("已和诉求人商量过，诉求人知道这个办法"))
    group = people(_l("专项小组"), description=_l("小组成员都能看到这件诉求。"))
    photos = photos(_l("附件照片"))


def _prepare(form: PlanForm, case: Case, user: User) -> None:
    """What stands is what one goes on from."""
    standing = measures.standing_on(case)
    if form.note.raw_data is None and standing.plan:
        form.note.data, form.told.data = words_of(standing.plan.words_id), standing.plan.told
    if case.severity != Severity.MAJOR:
        del form.group
        return
    form.group.flags.required = measures.demanded_of_major(case, "task_group") is not None
    form.group.choices = [
        SelectChoice(str(member.id), words.remarked(member.name, called)) for member, called in offered(case)
    ]
    if form.group.raw_data is None:
        form.group.data = [str(member.id) for member in task_group.members(case)]


def _hint(case: Case) -> str:
    awaited = measures.awaited(case)
    if awaited is not None and awaited.act is Act.PLAN:
        return words.remarked(awaited.message, awaited.clause)
    standing = measures.standing_on(case)
    return _("新方案会替代现在的方案，审核和批准要重新做。") if standing.plan else ""


def _do(case: Case, form: PlanForm, by: User, at: datetime) -> str:
    chosen = set(form.group.data or ()) if form.group else set()
    group = [member for member, _called in offered(case) if str(member.id) in chosen]
    planning.plan(case, by=by, at=at, text=form.note.data or "", told=form.told.data, group=group)
    awaited = measures.awaited(case)
    if awaited is None:
        return _("方案已记下。")
    return _("方案已交。") + awaited.message


declare(
    CaseAct(
        slug="plan",
        act=Act.PLAN,
        permission=Permission.CASE_PLAN,
        allowed=guards.can_plan,
        label=_l("写方案"),
        submit=_l("交方案"),
        title=_l("写处理方案"),
        hint=_hint,
        form=PlanForm,
        prepare=_prepare,
        do=_do,
        clause="AH-3.1",
        tone="internal",
    )
)
