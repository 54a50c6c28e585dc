"""Completion (办结): an outcome that tells the truth, and a result the owner will read (MS-3, GZ-12)."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError
from wtforms.fields import Field

from shared import words
from shared.cases import guards, handling, measures
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.cases.vocabulary import Outcome
from shared.identity.models import User
from shared.identity.permissions import Permission
from staff.cases.acts import CaseAct, declare
from staff.cases.forms import ActForm, choice, options, photos, text

SHORTEST = 10


class CompletionForm(ActForm):
    outcome = choice(_l("结论"), options(words.OUTCOMES), _l("请选择结论。"))
    result = text(
        _l("处理结果"),
        _l("请写明处理结果，业主会看到。"),
        description=_l("做了什么，现在怎么样，以后注意什么。至少 10 个字，业主会看到。"),
        render_kw={"rows": 6},
    )
    photos = photos(_l("处理后的照片"))

    def validate_result(self, field: Field) -> None:
        if field.data and len(field.data) < SHORTEST:
            raise ValidationError(_("处理结果至少 %(n)s 个字，请写得具体一些。", n=SHORTEST))


def _do(case: Case, form: CompletionForm, by: User, at: datetime) -> str:
    handling.complete(case, by=by, at=at, outcome=Outcome(form.outcome.data), result=form.result.data or "")
    return _("已办结：%(outcome)s。接下来由首问责任人告知诉求人。", outcome=words.OUTCOMES[form.outcome.data])


declare(
    CaseAct(
        slug="completion",
        act=Act.COMPLETION,
        # A referred matter is completed by the first responder, who need not be a handler; the guard asks the rest.
        permission=Permission.CASE_VIEW,
        allowed=guards.can_complete,
        obstacle=measures.refusal,
        label=_l("办结"),
        title=_l("写明结果，办结"),
        hint=lambda case: _("办结后由首问责任人告知诉求人，回访满意才结案。"),
        form=CompletionForm,
        do=_do,
        clause="GZ-12",
        tone="to-owner",
        public=True,
    )
)
