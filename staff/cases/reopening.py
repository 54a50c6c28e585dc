"""Reopening (重新办理): the next round of the same case (AH-3.3a, TR-14)."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shared.cases import ending, guards
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.identity.models import User
from shared.identity.permissions import Permission
from staff.cases.acts import CaseAct, declare
from staff.cases.forms import ActForm, text


class ReopeningForm(ActForm):
    reason = text(
        _l("为什么重新办理"),
        _l("请写明为什么重新办理。"),
        description=_l("业主看不到文字。"),
        render_kw={"autofocus": True},
    )


def _do(case: Case, form: ReopeningForm, by: User, at: datetime) -> str:
    ending.reopen(case, by=by, at=at, cause="reopening", reason=form.reason.data or "")
    return _("已重新办理，进入第 %(n)s 轮。请重新派单，换人办理。", n=case.round)


declare(
    CaseAct(
        slug="reopening",
        act=Act.REOPENING,
        permission=Permission.CASE_REOPEN,
        allowed=guards.can_reopen,
        label=_l("重新办理"),
        title=_l("重新办理"),
        hint=lambda case: _("编号、首问责任人和全部经过都保留，换人办理。"),
        form=ReopeningForm,
        do=_do,
        clause="AH-3.3a",
    )
)
