"""Redo (退回重办): the first responder sends a completion back to its handler (GZ-15)."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shared.cases import guards, handling
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.identity.models import User
from shared.identity.permissions import Permission
from staff.cases.acts import CaseAct, declare
from staff.cases.forms import ActForm, text


class RedoForm(ActForm):
    reason = text(
        _l("哪里没有办好"),
        _l("请写明哪里没有办好，要怎样办。"),
        description=_l("处理人会看到，业主看不到文字。"),
        render_kw={"autofocus": True},
    )


def _do(case: Case, form: RedoForm, by: User, at: datetime) -> str:
    handling.redo(case, by=by, at=at, reason=form.reason.data or "")
    return _("已退回重办，处理人和时限都不变。")


declare(
    CaseAct(
        slug="redo",
        act=Act.REDO,
        permission=Permission.CASE_VIEW,  # the first responder's own decision, whatever their role
        allowed=guards.can_redo,
        label=_l("退回重办"),
        title=_l("退回重办"),
        form=RedoForm,
        do=_do,
        clause="GZ-15",
    )
)
