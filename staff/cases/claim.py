"""Claiming (领取): one person becomes first responder (GZ-15, F25)."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.ownership import claiming, guards
from staff.cases.acts import CaseAct, declare
from staff.cases.forms import ActForm


def _do(case: Case, form: ActForm, by: User, at: datetime) -> str:
    claiming.claim(case, by=by, at=at)
    if case.is_internal:
        return _("已由您领取，您是首问责任人。请查清后写明结果。")
    return _("已由您领取，您是首问责任人。请研判并派单。")


declare(
    CaseAct(
        slug="claim",
        act=Act.CLAIM,
        permission=Permission.CASE_CLAIM,
        allowed=guards.can_claim,
        label=_l("领取"),
        title=_l("领取这件诉求"),
        hint=lambda case: _("领取后您是首问责任人，跟到归档为止。"),
        do=_do,
        clause="GZ-15",
        key="c",
        checks_version=False,
    )
)
