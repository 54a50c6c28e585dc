"""Grading (定级): ordinary or major; a person confirms what the rules say, or decides otherwise with a reason."""

from datetime import datetime

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError
from wtforms.fields import Field

from shared import words
from shared.cases import guards
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.cases.vocabulary import Severity
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.severity import grading, wording
from shared.severity.queries import is_provisional, latest_grading
from staff.cases.acts import CaseAct, declare
from staff.cases.forms import ActForm, choice, options, text


class GradingForm(ActForm):
    severity = choice(_l("严重程度"), options(words.SEVERITIES), _l("请选一个。"))
    reason = text(
        _l("理由"),
        description=_l("确认系统的暂定可以不写；改变定级必须写。业主看不到。"),
        render_kw={"rows": 3},
    )

    severity_before: str

    def validate_reason(self, field: Field) -> None:
        """Said beside the field already; the verb asks again."""
        if not field.data and not self.severity.errors and self.severity.data != self.severity_before:
            raise ValidationError(_("请写明理由：为什么这样定级。"))


def _prepare(form: GradingForm, case: Case, user: User) -> None:
    form.severity_before = case.severity
    if form.severity.raw_data is None:
        asked = request.args.get("severity")
        form.severity.data = asked if asked in words.SEVERITIES else case.severity


def _hint(case: Case) -> str:
    """What the rules say of it, if they have said something."""
    graded = latest_grading(case)
    if graded is None or not is_provisional(graded):
        return _("规则没有说到的，由人判断（VK-4h）。")
    return _("系统按规则暂定为重大：%(why)s", why=wording.summary(graded.reasons))


def _do(case: Case, form: GradingForm, by: User, at: datetime) -> str:
    severity = Severity(form.severity.data)
    confirmed = severity == case.severity
    grading.grade(case, severity, by=by, at=at, reason=form.reason.data or "")
    if confirmed:
        return _("已确认为重大。")
    if severity is Severity.MAJOR:
        return _("已定为重大，并通知了规则要求通知的领导。")
    return _("已定为普通。再有别的情况时，系统会重新判断。")


declare(
    CaseAct(
        slug="grading",
        act=Act.GRADING,
        permission=Permission.CASE_GRADE,
        allowed=guards.can_grade,
        label=_l("定级"),
        title=_l("定为普通还是重大"),
        hint=_hint,
        form=GradingForm,
        prepare=_prepare,
        do=_do,
        clause="VK-4h",
        tone="internal",
    )
)
