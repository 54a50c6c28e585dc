"""Informing (告知结果): the owner is told the result, or why a matter was judged invalid (GZ-8, GZ-15, MS-4)."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shared import words
from shared.cases import guards, handling
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.cases.vocabulary import Method
from shared.identity.models import User
from shared.identity.permissions import Permission
from staff.cases import queries
from staff.cases.acts import CaseAct, declare
from staff.cases.forms import ActForm, choice, options, text


class InformingForm(ActForm):
    method = choice(_l("怎么告知"), options(words.METHODS, "questionnaire"), _l("请选择怎么告知的。"))
    note = text(
        _l("告诉诉求人的话"),
        _l("请写明告诉了诉求人什么。"),
        description=_l("业主会在进度页看到。"),
        render_kw={"rows": 6},
    )


def _invalid(case: Case) -> bool:
    return case.validity == "invalid" and case.state != "completed"


def _prepare(form: InformingForm, case: Case, user: User) -> None:
    if not form.method.raw_data:
        form.method.data = (Method.MESSAGE if case.anonymous else Method.TELEPHONE).value
    if _invalid(case):
        form.note.label.text = _("为什么无效，向诉求人怎样说明")
    elif not form.note.raw_data:
        form.note.data = queries.result_of(case)


def _hint(case: Case) -> str:
    if _invalid(case):
        return _("认定无效的，要向诉求人说明理由，说明后才算告知（GZ-8）。")
    return _("已填入处理结果，可以改成对诉求人说的话。")


def _do(case: Case, form: InformingForm, by: User, at: datetime) -> str:
    handling.inform(case, by=by, at=at, method=Method(form.method.data), text=form.note.data or "")
    return _("已告知诉求人（%(method)s）。接下来回访。", method=words.METHODS[form.method.data])


declare(
    CaseAct(
        slug="informing",
        act=Act.INFORMING,
        permission=Permission.CASE_INFORM,
        allowed=guards.can_inform,
        label=_l("告知结果"),
        title=_l("告知诉求人"),
        submit=_l("已这样告知诉求人"),
        hint=_hint,
        form=InformingForm,
        prepare=_prepare,
        do=_do,
        clause="GZ-15",
        tone="to-owner",
    )
)
