"""Approval (批准): the general manager approves the measures of a grave case, or sends them back (VK-4g)."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.ownership import guards, planning
from staff.cases.acts import CaseAct, declare
from staff.cases.forms import ActForm, WhyNot, choice, text, yes_no


class ApprovalForm(ActForm):
    passed = choice(_l("方案"), yes_no(_l("批准"), _l("退回修改")), _l("请选批准还是退回。"))
    note = text(
        _l("意见"),
        rules=[WhyNot("passed", _l("请写明哪里要改。"))],
        description=_l("退回时必须写明哪里要改。业主看不到。"),
        render_kw={"rows": 4},
    )


def _do(case: Case, form: ApprovalForm, by: User, at: datetime) -> str:
    passed = form.passed.data == "yes"
    planning.approve(case, by=by, at=at, passed=passed, text=form.note.data or "")
    return _("方案已批准，处理人可以照办。") if passed else _("方案已退回处理人修改。")


declare(
    CaseAct(
        slug="approval",
        act=Act.APPROVAL,
        permission=Permission.CASE_APPROVE,
        allowed=guards.can_approve,
        label=_l("批准方案"),
        submit=_l("交意见"),
        title=_l("批准处理方案"),
        form=ApprovalForm,
        do=_do,
        clause="VK-4g",
        tone="internal",
    )
)
