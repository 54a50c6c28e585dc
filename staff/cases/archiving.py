"""Archiving (归档): the cause and what will prevent it are written down first (CO-6, AH-6.1)."""

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


class ArchivingForm(ActForm):
    cause = text(
        _l("原因分析"),
        _l("请写明为什么会发生。"),
        description=_l("业主看不到。"),
        render_kw={"autofocus": True},
    )
    prevention = text(_l("预防措施"), _l("请写明怎样避免再发生。"), description=_l("业主看不到。"))


def _do(case: Case, form: ArchivingForm, by: User, at: datetime) -> str:
    ending.archive(case, by=by, at=at, cause=form.cause.data or "", prevention=form.prevention.data or "")
    return _("已归档：%(number)s。", number=case.archive_number)


declare(
    CaseAct(
        slug="archiving",
        act=Act.ARCHIVING,
        permission=Permission.CASE_ARCHIVE,
        allowed=guards.can_archive,
        label=_l("归档"),
        title=_l("写明原因和预防，归档"),
        hint=lambda case: _("归档后不能再改。原因和预防措施先写清楚（CO-6）。"),
        form=ArchivingForm,
        do=_do,
        clause="CO-6",
        tone="internal",
    )
)
