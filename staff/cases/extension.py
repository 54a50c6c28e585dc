"""Extension (延期): a later limit with a reason that the owner reads (AH-3.2)."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.deadlines import extension
from shared.identity.models import User
from shared.identity.permissions import Permission
from staff.cases.acts import CaseAct, declare
from staff.cases.agreement import current
from staff.cases.forms import ActForm, instant, moment, text


class ExtensionForm(ActForm):
    until = moment(_l("延到什么时间"), _l("请填写延到什么时间。"), render_kw={"autofocus": True})
    reason = text(_l("为什么延期"), _l("请写明延期的理由，业主会看到。"), description=_l("业主会看到。"))


def _do(case: Case, form: ExtensionForm, by: User, at: datetime) -> str:
    extension.extend(
        case,
        by=by,
        at=at,
        until=instant(form.until.data, case.estate.zone) or at,
        reason=form.reason.data or "",
    )
    return _("已延期，业主会看到理由。原来的时限留在记录里。")


declare(
    CaseAct(
        slug="extension",
        act=Act.EXTENSION,
        permission=Permission.CASE_EXTEND,
        allowed=extension.can_extend,
        label=_l("延期"),
        title=_l("延期并说明理由"),
        hint=lambda case: current(case, Act.EXTENSION),
        form=ExtensionForm,
        do=_do,
        clause="AH-3.2",
        tone="to-owner",
    )
)
