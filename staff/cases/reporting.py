"""Report (反馈结果): the handler tells dispatch the result (GZ-16)."""

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


class ReportForm(ActForm):
    note = text(
        _l("向调度反馈"),
        _l("请写明结果：原因，做了什么，还有什么要跟进。"),
        description=_l("只给调度和首问责任人看，业主看不到。"),
        render_kw={"autofocus": True},
    )


def _do(case: Case, form: ReportForm, by: User, at: datetime) -> str:
    handling.report(case, by=by, at=at, text=form.note.data or "")
    return _("结果已反馈给调度。")


declare(
    CaseAct(
        slug="report",
        act=Act.REPORT,
        permission=Permission.CASE_COMPLETE,
        allowed=guards.can_report,
        label=_l("反馈结果"),
        title=_l("向调度反馈结果"),
        form=ReportForm,
        do=_do,
        clause="GZ-16",
        tone="internal",
    )
)
