"""Objection (异议): the handler disagrees, on record; the clock runs on (GZ-11)."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.ownership import dispatching, guards
from staff.cases.acts import CaseAct, declare
from staff.cases.forms import ActForm, text


class ObjectionForm(ActForm):
    reason = text(
        _l("为什么有异议"),
        _l("请写明为什么有异议。"),
        description=_l("派单的人会看到，业主看不到。"),
        render_kw={"autofocus": True},
    )


def _do(case: Case, form: ObjectionForm, by: User, at: datetime) -> str:
    dispatching.object_to(case, by=by, at=at, reason=form.reason.data or "")
    return _("异议已记下。时限不停，请继续办理。")


declare(
    CaseAct(
        slug="objection",
        act=Act.OBJECTION,
        permission=Permission.CASE_ACCEPT,
        allowed=guards.can_object,
        label=_l("提出异议"),
        title=_l("对派单提出异议"),
        hint=lambda case: _("异议记录在案，时限不停，先按派单办理（GZ-11）。"),
        form=ObjectionForm,
        do=_do,
        clause="GZ-11",
    )
)
