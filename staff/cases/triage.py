"""Triage (研判): kind, category, urgency, complexity, validity; and, by a grading of its own, severity."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError
from wtforms.fields import Field

from shared import words
from shared.cases import guards
from shared.cases import triage as judging
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.cases.triage import Judgement
from shared.cases.vocabulary import Category, Complexity, Kind, Severity, Urgency, Validity
from shared.database import db
from shared.identity.models import User
from shared.identity.permissions import Permission, Role
from shared.identity.queries import people_with
from shared.severity import grading
from staff.cases.acts import CaseAct, declare
from staff.cases.forms import ActForm, choice, menu, options, pick_from, text

ASK = _l("请选一个。")
ANSWERS = (
    "kind",
    "category",
    "urgency",
    "severity",
    "complexity",
    "validity",
)  # severity is graded, not triaged


class TriageForm(ActForm):
    """Every answer stands as it is until another is chosen."""

    validity = choice(
        _l("有效性"),
        options(words.VALIDITIES),
        ASK,
        description=_l(
            "属于我方职责内的实际行为，或合同、公开承诺的服务没做到，或违反法规，为有效（TR-2）。"
        ),
    )
    urgency = choice(_l("紧急程度"), options(words.URGENCIES), ASK)
    category = choice(_l("类别"), options(words.CATEGORIES), ASK)
    kind = choice(_l("性质"), options(words.KINDS), ASK)
    severity = choice(_l("严重程度"), options(words.SEVERITIES), ASK)
    complexity = choice(_l("复杂程度"), options(words.COMPLEXITIES), ASK)
    reason = text(
        _l("理由"),
        description=_l("判为无效、降低紧急程度、改变严重或复杂程度时必须写。业主看不到。"),
        render_kw={"rows": 3},
    )

    about = menu(
        _l("涉及的员工"),
        ASK,
        required=False,
        description=_l("诉求说的是谁。登记后，本人看不到也办不了这件诉求。"),
    )

    before: Judgement
    severity_before: str

    @property
    def regrades(self) -> bool:
        return bool(self.severity.data != self.severity_before)

    @property
    def judgement(self) -> Judgement:
        return Judgement(
            Kind(self.kind.data),
            Category(self.category.data),
            Urgency(self.urgency.data),
            Complexity(self.complexity.data),
            Validity(self.validity.data),
        )

    def validate_reason(self, field: Field) -> None:
        """Said beside the field already; the verb asks again."""
        if any(self[name].errors for name in ANSWERS) or field.data:
            return
        if self.regrades or judging.needs_reason(self.before, self.judgement):
            raise ValidationError(_("请写明理由：为什么这样改判。"))


def prepare(form: TriageForm, case: Case, user: User) -> None:
    form.before, form.severity_before = judging.judgement_of(case), case.severity
    staff = people_with(list(Role), case.estate_id)
    pick_from(form.about, [(person.id, person.name) for person in staff if person != user], _("没有，或不改"))
    if case.validity != Validity.UNDECIDED:
        form.validity.choices = options(words.VALIDITIES, "undecided")
    for name in ANSWERS:
        if not form[name].raw_data:
            form[name].data = getattr(case, name)


def judge(case: Case, form: TriageForm, by: User, at: datetime) -> str:
    judgement, reason = form.judgement, form.reason.data or ""
    if judgement != form.before or not form.regrades:
        judging.triage(case, judgement, by=by, at=at, reason=reason)
    if form.regrades:
        grading.grade(case, Severity(form.severity.data), by=by, at=at, reason=reason)
    if form.about.data:
        judging.name_subject(case, db.session.get_one(User, int(form.about.data)), by=by, at=at)
    if judgement.validity is Validity.INVALID:
        return _("已认定无效。请向诉求人说明后告知。")
    return _(
        "已研判：%(validity)s，%(urgency)s，%(category)s。",
        validity=words.VALIDITIES[judgement.validity],
        urgency=words.URGENCIES[judgement.urgency],
        category=words.CATEGORIES[judgement.category],
    )


declare(
    CaseAct(
        slug="triage",
        act=Act.TRIAGE,
        permission=Permission.CASE_TRIAGE,
        allowed=guards.can_triage,
        label=_l("研判"),
        title=_l("研判这件诉求"),
        form=TriageForm,
        prepare=prepare,
        do=judge,
        clause="TR-2",
        key="t",
    )
)
