"""Answering a return (批退单): somebody else agrees that the case was misdirected, or leaves it where it is."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.ownership import guards, returning
from staff.cases.acts import CaseAct, declare
from staff.cases.forms import ActForm, choice, text, yes_no


class ReturnDecisionForm(ActForm):
    approved = choice(
        _l("同意退单吗"),
        yes_no(_l("同意，重新派单"), _l("不同意，仍由他们办")),
        _l("请选择同意或不同意。"),
    )
    reason = text(
        _l("理由"),
        _l("请写明为什么同意或不同意。"),
        description=_l("申请退单的人会看到，业主看不到。"),
        render_kw={"rows": 3},
    )
    final = BooleanField(_l("不同意时：这次派单定下来，不能再退"))


def can_decide(user: User, case: Case) -> bool:
    """Asked first whether it could be theirs at all: most pages need no query for it."""
    return guards.may(user, case, Act.RETURN_REFUSAL, Permission.CASE_DISPATCH) and guards.can_answer_return(
        user, case, returning.pending(case)
    )


def _do(case: Case, form: ReturnDecisionForm, by: User, at: datetime) -> str:
    reason = form.reason.data or ""
    if form.approved.data == "yes":
        returning.approve(case, by=by, at=at, reason=reason)
        return _("已同意退单。诉求回到“已受理”，请重新派单。")
    returning.refuse(case, by=by, at=at, reason=reason, final=form.final.data)
    return _("已答复不同意，仍由原来的部门办理。")


declare(
    CaseAct(
        slug="return_decision",
        act=Act.RETURN_REFUSAL,
        permission=Permission.CASE_DISPATCH,
        allowed=can_decide,
        label=_l("批退单"),
        submit=_l("答复"),
        title=_l("有人申请退单，等您答复"),
        hint=lambda case: _("时限一直在走。同意后首问责任人不变，由调度重新派单。"),
        form=ReturnDecisionForm,
        do=_do,
        clause="GZ-11",
        tone="internal",
    )
)
