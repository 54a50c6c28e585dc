"""What can be done with an entry of the ledger: who is offered each act, its form, and the verb behind it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, ValidationError

from shared.assessment import appealing, attributing, countering, deciding, guards, wording
from shared.assessment.deciding import MOST, Choice
from shared.assessment.models import Entry
from shared.assessment.reckoning import Reckoning
from shared.assessment.standing import Kind, Origin, State, Step
from shared.database import db
from shared.identity.models import User
from shared.identity.permissions import Role
from shared.identity.queries import people_with
from shared.policies.findings import FINE
from shared.words import Table
from staff.cases.forms import ActForm, choice, menu, number, options, pick_from, text

OUTCOMES: Table = {Step.UPHELD: _l("维持"), Step.CHANGED: _l("变更"), Step.ANNULLED: _l("撤销")}
ASK_GRADE = _l("请选一种处理。")


class EntryForm(ActForm):
    """A form of one act on one entry; `fit` leaves only what this entry asks for."""

    def fit(self, entry: Entry, found: Reckoning) -> None:
        """Fields that mean nothing for *entry* are taken out, menus are filled."""


class DecisionForm(EntryForm):
    grade = choice(_l("给什么处理"), [], ASK_GRADE)
    amount = number(_l("金额"), most=MOST)
    reason = text(_l("理由"), render_kw={"rows": 3})

    def fit(self, entry: Entry, found: Reckoning) -> None:
        if not carries_money(entry):
            del self.amount
        else:
            self.amount.description = _amount_hint(entry, found)
        if entry.kind == Kind.GRADED:
            self.grade.choices = options({grade: wording.GRADES[grade] for grade in found.grades})
        else:
            del self.grade
        if entry.kind != Kind.GRADED and entry.origin != Origin.COUNTER:
            self.reason.description = _("金额和条款不一样的，要写理由。")


class WaiverForm(EntryForm):
    reason = text(_l("为什么不处理"), _l("请写明为什么不处理。"), render_kw={"rows": 3})


class AppealForm(EntryForm):
    reason = text(
        _l("为什么不同意"),
        _l("请写明为什么不同意。"),
        description=_l("只能申诉一次，由没有参与提出和处理的人复核，不会加重。"),
        render_kw={"rows": 4},
    )


class HearingForm(EntryForm):
    outcome = choice(_l("复核结果"), options(OUTCOMES), _l("请选复核结果。"))
    grade = menu(_l("变更成什么处理"), ASK_GRADE, required=False)
    amount = number(_l("变更成多少"), most=MOST)
    reason = text(_l("复核的理由"), _l("请写明复核的理由。"), render_kw={"rows": 3})

    def fit(self, entry: Entry, found: Reckoning) -> None:
        if entry.kind == Kind.GRADED:
            offered = [(grade, str(wording.GRADES[grade])) for grade in found.grades]
            pick_from(self.grade, offered, _("不变更"))
        else:
            del self.grade
        if not carries_money(entry):
            del self.amount
        else:
            self.amount.description = _("只在变更时填；填加倍以前的金额，不能比原来多。")

    def validate_outcome(self, field: Field) -> None:
        """What it is changed to must be said; nothing typed would be read as no amount at all."""
        says_grade = "grade" in self and self.grade.data
        is_unsaid = "amount" in self and self.amount.data is None and not says_grade
        if field.data == Step.CHANGED and is_unsaid:
            raise ValidationError(_("选了变更，请写明变更成多少。"))


class CounterForm(EntryForm):
    note = text(_l("为什么冲销"), _l("请写明为什么冲销。"), render_kw={"rows": 3})


class NamingForm(EntryForm):
    person = menu(_l("谁的责任"), _l("请选一个人。"))
    note = text(_l("依据是什么"), _l("请写明看到了什么，依据是什么。"), render_kw={"rows": 3})

    def fit(self, entry: Entry, found: Reckoning) -> None:
        """Those who shared the duty, where that is known; else everybody there."""
        people = people_with(list(Role), entry.estate_id)
        shared = set(entry.evidence.get("candidates", ()))
        offered = [user for user in people if not shared or user.id in shared]
        pick_from(self.person, [(user.id, user.name) for user in offered], _("请选择"))


def carries_money(entry: Entry) -> bool:
    """A recommendation has none, and a counter-entry that of what it takes back."""
    return entry.kind != Kind.ADVICE and entry.origin != Origin.COUNTER


def _amount_hint(entry: Entry, found: Reckoning) -> str:
    if entry.kind == Kind.GRADED:
        return _("只有罚款写金额。")
    if not found.carries_amount:
        return _("条款没有写金额。写了金额，就要写理由。")
    sets = wording.range_of(found.least, found.most, found.unit)
    if found.multiplier > 1:
        return _(
            "条款规定 %(amount)s。填加倍以前的金额，系统按 %(n)s 倍算。", amount=sets, n=found.multiplier
        )
    return _("条款规定 %(amount)s。", amount=sets)


@dataclass(frozen=True, slots=True)
class EntryAct:
    """*slug* is the last part of its address; *is_first*: its form stands open, the others behind a line."""

    slug: str
    title: LazyString
    button: LazyString
    said: LazyString
    form: type[EntryForm]
    is_offered: Callable[[User, Entry, State], bool]
    do: Callable[[Entry, Any, User, datetime], Entry]
    is_first: bool = False

    def begin(self, entry: Entry, found: Reckoning, formdata: Any = None) -> EntryForm:
        """Its form, with what was typed; else with the amount, where the article sets just one."""
        sets_one = found.least if found.least == found.most and entry.kind != Kind.GRADED else None
        form = self.form(self.slug, formdata=formdata, data={"amount": sets_one} if self.is_decision else {})
        form.fit(entry, found)
        return form

    @property
    def is_decision(self) -> bool:
        return self.form is DecisionForm


def _choice(form: Any) -> Choice:
    """A grade without a fine has no amount, even where nought was typed."""
    grade = form.grade.data or None if "grade" in form else None
    amount = form.amount.data if "amount" in form else None
    return Choice(amount or None if grade and grade != FINE else amount, grade, form.reason.data or "")


def _decide(entry: Entry, form: Any, by: User, at: datetime) -> Entry:
    said = _choice(form)
    if entry.origin == Origin.COUNTER:
        said = Choice(entry.most, None, said.reason)
    deciding.decide(entry, by=by, at=at, choice=said)
    return entry


def _waive(entry: Entry, form: Any, by: User, at: datetime) -> Entry:
    deciding.waive(entry, by=by, at=at, reason=form.reason.data or "")
    return entry


def _appeal(entry: Entry, form: Any, by: User, at: datetime) -> Entry:
    appealing.appeal(entry, by=by, at=at, reason=form.reason.data or "")
    return entry


def _hear(entry: Entry, form: Any, by: User, at: datetime) -> Entry:
    appealing.hear(entry, by=by, at=at, outcome=Step(form.outcome.data), choice=_choice(form))
    return entry


def _counter(entry: Entry, form: Any, by: User, at: datetime) -> Entry:
    return countering.propose_counter(entry, by=by, at=at, note=form.note.data or "")


def _name(entry: Entry, form: Any, by: User, at: datetime) -> Entry:
    person = db.session.get_one(User, int(form.person.data))
    return attributing.name_person(entry, person, by=by, at=at, note=form.note.data or "")


def _can_hear(user: User, entry: Entry, state: State) -> bool:
    return guards.can_hear(user, entry, state, entry.decisions)


ACTS: dict[str, EntryAct] = {
    act.slug: act
    for act in (
        EntryAct(
            "naming",
            _l("写明是谁的责任"),
            _l("写明责任人"),
            _l("已写明责任人，下面是新的一条，等处理。"),
            NamingForm,
            guards.can_name,
            _name,
            is_first=True,
        ),
        EntryAct(
            "decision",
            _l("处理决定"),
            _l("作出决定"),
            _l("决定已记录，并告诉本人。"),
            DecisionForm,
            guards.can_decide,
            _decide,
            is_first=True,
        ),
        EntryAct(
            "waiver",
            _l("不处理"),
            _l("决定不处理"),
            _l("已记录：不处理。"),
            WaiverForm,
            guards.can_waive,
            _waive,
        ),
        EntryAct(
            "appeal",
            _l("考核申诉"),
            _l("提出考核申诉"),
            _l("申诉已提出，复核以前不扣。"),
            AppealForm,
            guards.can_appeal,
            _appeal,
            is_first=True,
        ),
        EntryAct(
            "hearing",
            _l("复核"),
            _l("作出复核决定"),
            _l("复核结果已记录，并告诉本人。"),
            HearingForm,
            _can_hear,
            _hear,
            is_first=True,
        ),
        EntryAct(
            "counter",
            _l("冲销"),
            _l("提出冲销"),
            _l("冲销已提出，由另一个人决定。"),
            CounterForm,
            guards.can_counter,
            _counter,
        ),
    )
}
