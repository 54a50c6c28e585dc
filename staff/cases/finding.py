"""Finding (查明): fault and circumstances, and in words on what they rest (TR-3, TR-6, VK-4h)."""

from dataclasses import fields
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from shared import words
from shared.cases import finding, guards, measures
from shared.cases.circumstances import Circumstances
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.cases.vocabulary import Fault
from shared.identity.models import User
from shared.identity.permissions import Permission
from staff.cases.acts import CaseAct, declare
from staff.cases.forms import ActForm, choice, number, options, photos, text

ANSWERS = [field.name for field in fields(Circumstances)]
MOST_YUAN, MOST_PEOPLE = 100_000_000, 10_000


class FindingForm(ActForm):
    """Every answer stands as it is until another is given."""

    fault = choice(
        _l("谁的责任"),
        options(words.FAULTS),
        _l("请选一个。"),
        description=_l("没查明之前，按我方责任对待（TR-3）。"),
    )
    note = text(
        _l("查到了什么，依据是什么"),
        _l("请写明查到了什么，依据是什么。"),
        description=_l("看了什么现场、记录，问了谁。业主看不到。"),
        render_kw={"rows": 4},
    )
    loss = number(_l("损失（元）"), most=MOST_YUAN)
    people = number(_l("一起反映的人数"), most=MOST_PEOPLE, description=_l("现场数到的，没有就留空。"))
    injury = BooleanField(_l("有人受伤"))
    facility_failure = BooleanField(_l("水、电、排水、空调、电梯等突发故障，事先料不到"))
    litigation = BooleanField(_l("已进入诉讼"))
    media = BooleanField(_l("被媒体曝光"))
    strong_complaint = BooleanField(_l("强烈投诉"))
    serious_consequences = BooleanField(_l("后果严重"))
    photos = photos(_l("现场照片、记录"))


def _say_what_makes_it_major(form: FindingForm, case: Case) -> None:
    """The figures of the rules that this very case lives by."""
    rules = measures.rules_of(case)
    for criterion in rules.criteria if rules else ():
        said = {"n": criterion.at_least, "clause": criterion.clause}
        if criterion.of == "loss":
            form.loss.description = _("满 %(n)s 元为重大（%(clause)s）。", **said)
        elif criterion.of == "people":
            form.people.description = _("现场数到的，没有就留空。满 %(n)s 人为重大（%(clause)s）。", **said)


def _prepare(form: FindingForm, case: Case, user: User) -> None:
    _say_what_makes_it_major(form, case)
    if form.fault.raw_data is not None:
        return  # posted: an empty box is an answer
    known = finding.circumstances_of(case)
    for name in ANSWERS:
        form[name].data = getattr(known, name) or None


def _do(case: Case, form: FindingForm, by: User, at: datetime) -> str:
    flags = {name: form[name].data for name in ANSWERS if name not in ("fault", "loss", "people")}
    circumstances = Circumstances(
        fault=Fault(form.fault.data), loss=form.loss.data or 0, people=form.people.data or 0, **flags
    )
    finding.find(case, circumstances, by=by, at=at, text=form.note.data or "")
    return _("已记下查明的情况：%(fault)s。", fault=words.FAULTS[form.fault.data])


declare(
    CaseAct(
        slug="finding",
        act=Act.FINDING,
        permission=Permission.CASE_FIND,
        allowed=guards.can_find,
        label=_l("查明情况"),
        title=_l("记下查明的情况"),
        submit=_l("记下"),
        hint=lambda case: _("够得上重大的，系统会马上暂定，再由人确认。"),
        form=FindingForm,
        prepare=_prepare,
        do=_do,
        clause="TR-6",
        tone="internal",
    )
)
