"""Revisit (回访): reached or not, and the four answers of VK-4k. Not satisfied opens the next round (TR-14)."""

from datetime import datetime

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.fields import Field
from wtforms.validators import StopValidation

from shared import words
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.cases.vocabulary import Method
from shared.deadlines import naming
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.policies.versions import policy_of
from shared.revisits import guards, recording
from shared.revisits.recording import Answers
from staff.cases import attempt
from staff.cases.acts import CaseAct, declare
from staff.cases.forms import ActForm, choice, instant, options, photos, text, yes_no


class Answered:
    """An answer is due as soon as somebody was reached; without that there is none."""

    field_flags = {"depends": True}  # noqa: RUF012  read by WTForms as a class attribute

    def __call__(self, form: "RevisitForm", field: Field) -> None:
        if attempt.was_reached(form) and field.data not in ("yes", "no"):
            raise StopValidation(_("联系上了，请选择诉求人的回答。"))


def _answer(label: LazyString, yes: LazyString, no: LazyString) -> RadioField:
    return RadioField(
        label,
        choices=yes_no(yes, no),
        validators=[Answered()],
        validate_choice=False,
    )


class RevisitForm(ActForm):
    method = choice(_l("怎么回访的"), options(words.METHODS), _l("请选择怎么回访的。"))
    reached = attempt.reached()
    satisfied = _answer(_l("对结果满意吗"), _l("满意"), _l("不满意，重新办理"))
    timely = _answer(_l("处理及时吗"), _l("及时"), _l("不及时"))
    courteous = _answer(_l("处理人态度好吗"), _l("好"), _l("不好"))
    hindrance = attempt.hindrance()
    again = attempt.again()
    companion = attempt.companion(_l("谁一同去的"))
    documented = attempt.documented()
    photos = photos(_l("签字记录、回执照片"))
    opinions = text(_l("意见和建议"), description=_l("业主看不到文字。"), render_kw={"rows": 4})


def _prepare(form: RevisitForm, case: Case, user: User) -> None:
    attempt.offer_companions(form, case, user)
    if not form.method.raw_data:
        form.method.data = (Method.DOOR if case.severity == "major" else Method.TELEPHONE).value


def _hint(case: Case) -> str:
    tried = sum(not r.reached for r in recording.of_round(case))
    most = policy_of(case.policy_version).revisit.attempts
    attempts = _("这一轮已有 %(tried)s 次没联系上，满 %(most)s 次可以结案。", tried=tried, most=most)
    told = _("联系上时，四项都要问（VK-4k）。不满意就进入下一轮，换人办理。")
    return f"{told}{attempts}" if tried else told


def _answers(form: RevisitForm) -> Answers | None:
    if not attempt.was_reached(form):
        return None
    return Answers(
        satisfied=form.satisfied.data == "yes",
        timely=form.timely.data == "yes",
        courteous=form.courteous.data == "yes",
    )


def _do(case: Case, form: RevisitForm, by: User, at: datetime) -> str:
    answers = _answers(form)
    recording.record(
        case,
        by=by,
        at=at,
        method=Method(form.method.data),
        answers=answers,
        opinions=form.opinions.data or "",
        documented=bool(form.documented.data),
        companion=attempt.chosen_companion(form),
        hindrance=attempt.why_not(form),
        again_at=instant(form.again.data, case.estate.zone),
    )
    if answers is None:
        return _("已记下：这次没联系上。请换个时间再回访。")
    if answers.satisfied:
        return _("已记下：诉求人满意。")
    return _("诉求人不满意，已进入第 %(n)s 轮。请重新派单，换人办理。", n=case.round)


def what_is_left(case: Case) -> str:
    """Once the clocks know of the visit: whether the round can be closed, or another form of visit is still due."""
    if not any(revisit.satisfied for revisit in recording.of_round(case)):
        return ""
    unmet = recording.unmet_visit(case)
    if unmet is None:
        return _("可以结案了。")
    return _(
        "“%(name)s”还没有做到（%(clause)s），请再去一次。",
        name=naming.name(unmet.rule),
        clause=unmet.clause,
    )


declare(
    CaseAct(
        slug="revisit",
        act=Act.REVISIT,
        permission=Permission.CASE_REVISIT,
        allowed=guards.can_revisit,
        label=_l("回访"),
        title=_l("回访诉求人"),
        hint=_hint,
        form=RevisitForm,
        prepare=_prepare,
        do=_do,
        afterwards=what_is_left,
        clause="VK-4k",
        key="v",
    )
)
