"""Returning (申请退单): whoever the case was sent to says that it is not theirs; the clock runs on."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.ownership import guards, returning
from staff.cases.acts import CaseAct, declare
from staff.cases.forms import ActForm, text


class ReturningForm(ActForm):
    reason = text(
        _l("为什么不该由你们办"),
        _l("请写明为什么不该由你们办。"),
        description=_l("该由谁办，也请写上。批退单的人会看到，业主看不到。"),
        render_kw={"autofocus": True},
    )


def _do(case: Case, form: ReturningForm, by: User, at: datetime) -> str:
    returning.ask(case, by=by, at=at, reason=form.reason.data or "")
    return _("已申请退单。答复之前请继续办理，时限不停。")


declare(
    CaseAct(
        slug="returning",
        act=Act.RETURN_REQUEST,
        permission=Permission.CASE_ACCEPT,
        allowed=guards.can_ask_return,
        label=_l("申请退单"),
        title=_l("申请退单"),
        obstacle=returning.obstacle,
        hint=lambda case: _("由申请人以外的调度、投诉专员或服务中心主任答复。答复之前仍由你们办，时限不停。"),
        form=ReturningForm,
        do=_do,
        clause="GZ-11",
        tone="internal",
    )
)
