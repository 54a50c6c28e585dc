"""Takeover (答复首问移交): the receiver accepts first responsibility, or declines it (GZ-15)."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.ownership import guards, transferring
from staff.cases.acts import CaseAct, declare
from staff.cases.forms import ActForm, WhyNot, choice, text, yes_no


class TakeoverForm(ActForm):
    accepted = choice(
        _l("您接手吗"),
        yes_no(_l("接手，由我负责到底"), _l("不接手")),
        _l("请选择接手或不接手。"),
    )
    reason = text(
        _l("说明"),
        rules=[WhyNot("accepted", _l("请写明为什么不接手。"))],
        description=_l("不接手时必须写。业主看不到。"),
        render_kw={"rows": 3},
    )


def can_take_over(user: User, case: Case) -> bool:
    return guards.can_answer_transfer(user, case, transferring.pending(case))


def _do(case: Case, form: TakeoverForm, by: User, at: datetime) -> str:
    accepted = form.accepted.data == "yes"
    transferring.answer(case, by=by, at=at, accepted=accepted, reason=form.reason.data or "")
    return _("您已接手，现在是首问责任人。") if accepted else _("已答复不接手，首问责任不变。")


declare(
    CaseAct(
        slug="takeover",
        act=Act.TAKEOVER,
        permission=Permission.CASE_VIEW,  # whoever was asked, whatever their role
        allowed=can_take_over,
        label=_l("答复首问移交"),
        title=_l("有人请您接手首问责任"),
        form=TakeoverForm,
        do=_do,
        clause="GZ-15",
    )
)
