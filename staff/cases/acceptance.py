"""Acceptance (签收): the named handler signs for the case (MS-3)."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.ownership import dispatching, guards
from staff.cases.acts import CaseAct, declare
from staff.cases.forms import ActForm


def _do(case: Case, form: ActForm, by: User, at: datetime) -> str:
    dispatching.accept(case, by=by, at=at)
    return _("您已签收。请办理，随时写进展，办好后办结。")


declare(
    CaseAct(
        slug="acceptance",
        act=Act.ACCEPTANCE,
        permission=Permission.CASE_ACCEPT,
        allowed=guards.can_accept,
        label=_l("签收"),
        title=_l("签收这件诉求"),
        hint=lambda case: _("签收后由您办理。不认为该由您办，也先签收再提异议，时限不停。"),
        do=_do,
        clause="MS-3",
        key="s",
    )
)
