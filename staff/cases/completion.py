"""Completion (办结): an outcome that tells the truth, and a result the owner will read (MS-3, GZ-12)."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form, ValidationError
from wtforms.fields import Field

from shared import words
from shared.cases import guards, handling, measures, outstanding
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.cases.vocabulary import Outcome
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.ownership import cooperating
from staff.cases.acts import CaseAct, declare
from staff.cases.forms import ActForm, choice, instant, menu, moment, options, photos, pick_from, text
from staff.cases.outstanding_form import nobody, owners_for, usual_owner
from staff.cases.seats import chosen

SHORTEST = 10  # characters: a result of fewer tells the owner nothing


def concrete(_form: Form, field: Field) -> None:
    """Raises ValidationError for a result in fewer words than any owner would take for an answer."""
    if field.data and len(field.data) < SHORTEST:
        raise ValidationError(_("处理结果至少 %(n)s 个字，请写得具体一些。", n=SHORTEST))


class CompletionForm(ActForm):
    """Where not everything is solved it asks why, and takes down what is still to be done, by whom and until when."""

    outcome = choice(_l("结论"), options(words.OUTCOMES), _l("请选择结论。"))
    result = text(
        _l("处理结果"),
        _l("请写明处理结果，业主会看到。"),
        rules=[concrete],
        description=_l("做了什么，现在怎么样，以后注意什么。至少 10 个字，业主会看到。"),
        render_kw={"rows": 6},
    )
    reason = text(
        _l("为什么没有全部解决"),
        description=_l("结论是“部分解决”或“无法解决”时必填，业主会看到。"),
        render_kw={"rows": 3},
    )
    left = text(
        _l("还要做什么（遗留事项）"),
        description=_l("没有就留空。业主看不到文字，只看到部门和日期。"),
        render_kw={"rows": 3},
    )
    left_owner = menu(_l("遗留事项由谁做"), _l("请从列出的里面选。"), required=False, default="")
    left_until = moment(_l("遗留事项最晚什么时候做完"), description=_l("业主会看到日期。"))
    photos = photos(_l("处理后的照片"))

    @property
    def is_unfinished(self) -> bool:
        return self.outcome.data in outstanding.UNFINISHED

    @property
    def leaves_work(self) -> bool:
        return self.is_unfinished and bool(self.left.data)

    def validate_reason(self, field: Field) -> None:
        if self.is_unfinished and not field.data:
            raise ValidationError(_("没有全部解决，请写明原因，业主会看到。"))

    def validate_left_owner(self, field: Field) -> None:
        if self.leaves_work and not field.data:
            raise ValidationError(_("请选择遗留事项由谁做。"))

    def validate_left(self, field: Field) -> None:
        """Asked here, since an empty time ends its own chain."""
        if self.leaves_work and not any(self.left_until.raw_data or ()):
            raise ValidationError(_("遗留事项要有做完的日期，请填写最晚什么时候做完。"))


def _prepare(form: CompletionForm, case: Case, user: User) -> None:
    for field in (form.reason, form.left, form.left_owner, form.left_until):
        field.flags.depends = True  # on the outcome: neither asked of everybody nor anybody's to choose
    if case.is_internal:  # it is handed to nobody (CO-M5)
        del form.left, form.left_owner, form.left_until
        return
    pick_from(form.left_owner, owners_for(case), nobody())
    if not form.left_owner.raw_data:
        form.left_owner.data = usual_owner(case)


def _result(form: CompletionForm) -> str:
    """What the owner reads: what was done, and why it is not everything."""
    parts = (form.result.data, form.reason.data if form.is_unfinished else "")
    return "\n".join(part for part in parts if part)


def _do(case: Case, form: CompletionForm, by: User, at: datetime) -> str:
    outcome = Outcome(form.outcome.data)
    handling.complete(case, by=by, at=at, outcome=outcome, result=_result(form))
    said = _("已办结：%(outcome)s。接下来由首问责任人告知诉求人。", outcome=words.OUTCOMES[outcome])
    if "left" not in form or not form.leaves_work:
        return said
    department, owner = chosen(form.left_owner.data)
    until = instant(form.left_until.data, case.estate.zone) or at
    outstanding.add(
        case, by=by, at=at, text=form.left.data or "", department=department, owner=owner, until=until
    )
    return said + _("遗留事项交给%(department)s%(name)s。", department=department.name, name=owner.name)


def _hint(case: Case) -> str:
    """What others have not done holds nothing up, but whoever completes the case is to know of it (AH-3.3b)."""
    said, waiting = _("办结后由首问责任人告知诉求人，回访满意才结案。"), len(cooperating.unended(case))
    return said + (_("协办还有 %(n)s 项没办完。", n=waiting) if waiting else "")


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
        hint=_hint,
        form=CompletionForm,
        prepare=_prepare,
        do=_do,
        clause="GZ-12",
        tone="to-owner",
        public=True,
    )
)
