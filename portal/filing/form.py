"""The details form: which answers are enough to file, and what is said where they are not."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cached_property

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    Form,
    MultipleFileField,
    RadioField,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import StopValidation

from portal.filing import visit
from portal.filing.answers import Answers
from portal.filing.fields import LONGEST, Choices, LateSelectField, LocalTimeField, at_most, mail
from shared import clock, words
from shared.cases.telephones import normalised
from shared.cases.vocabulary import Kind, PartyType
from shared.identity import queries as places
from shared.identity.models import Building, Estate

SHORTEST = 5
LONGEST_SPOT = 60
URGENCIES = (("normal", _l("一般")), ("urgent", _l("紧急，正在造成损失或危险")))
PARTS = tuple(visit.NAMES.items())
# Who may report here. Our own people have a way of their own, which the public is not offered.
PARTIES = tuple((code, name) for code, name in words.PARTY_TYPES.items() if code != PartyType.STAFF)


class DetailsForm(Form):
    """Step two. Fields are the contract's."""

    building = LateSelectField(_l("在哪里"), validate_choice=False)
    spot = StringField(_l("具体位置"), [at_most(LONGEST_SPOT)])
    description = TextAreaField(_l("发生了什么"), [at_most(LONGEST)])
    call_me = BooleanField(_l("请给我打电话，我口头说"))
    photos = MultipleFileField(_l("照片"))
    phone = TelField(_l("手机号"), [at_most(40)])
    name = StringField(_l("怎么称呼您"), [at_most(40)])
    anonymous = BooleanField(_l("匿名，不留电话"))
    urgency = RadioField(_l("急不急"), default="normal", validate_choice=False)
    email = mail(_l("电子邮箱"))
    unit = StringField(_l("房号"), [at_most(40)])
    visit_on = LateSelectField(_l("哪天上门方便"), validate_choice=False)
    visit_part = RadioField(_l("什么时候在家"), default=visit.ANY, validate_choice=False)
    party_type = SelectField(_l("您是"), default="owner", validate_choice=False)
    demands = TextAreaField(_l("您希望怎样解决"), [at_most(LONGEST)])
    occurred_at = LocalTimeField(_l("什么时候发生的"))
    wanted_reply_by = LocalTimeField(_l("希望什么时候前答复"))
    about = StringField(_l("反映的是哪位员工"), [at_most(120)])
    about_department = LateSelectField(_l("反映的是哪个部门"), validate_choice=False)

    zone = "Asia/Shanghai"
    is_repair = False

    def visit(self) -> tuple[datetime, datetime] | None:
        """When we may come to repair, if it was said. Raises ValueError."""
        if not self.visit_on.data:
            return None
        return visit.window(date.fromisoformat(self.visit_on.data), self.visit_part.data, self.zone)

    def validate_description(self, field: TextAreaField) -> None:
        if self.call_me.data or len(field.data or "") >= SHORTEST:
            return
        if not field.data:
            raise ValidationError(_("请写一下发生了什么。不方便打字，就选“请给我打电话”。"))
        raise ValidationError(_("请再写详细一点，至少 %(n)s 个字。", n=SHORTEST))

    def validate_call_me(self, field: BooleanField) -> None:
        if field.data and self.anonymous.data:
            raise ValidationError(_("匿名就没法给您打电话。请两个里选一个。"))

    def validate_phone(self, field: TelField) -> None:
        if self.anonymous.data:
            return
        if field.data and not normalised(field.data):
            raise ValidationError(_("手机号好像写错了。手机号是 11 位，座机请带区号。"))
        if not field.data and self.call_me.data:
            raise ValidationError(_("请填手机号，我们才能打给您。"))
        if not field.data and not self.email.data:
            raise ValidationError(_("请填手机号。不想留电话，就选“匿名”。"))

    def validate_occurred_at(self, field: LocalTimeField) -> None:
        at = self._instant(field)
        if at and at > clock.now():
            raise ValidationError(_("发生的时间还没有到。请核对。"))

    def validate_wanted_reply_by(self, field: LocalTimeField) -> None:
        at = self._instant(field)
        if at and at < clock.now():
            raise ValidationError(_("希望答复的时间已经过去。请改一个。"))

    def validate_visit_on(self, field: SelectField) -> None:
        now = clock.now()
        try:
            asked = self.visit()
        except (ValueError, OverflowError) as error:
            raise StopValidation(_("日期看不懂。请从列表里选。")) from error
        if asked and asked[1] <= now:
            raise ValidationError(_("这个时间已经过去。请改一个。"))
        if asked and asked[0] > now + timedelta(days=visit.FARTHEST):
            raise ValidationError(_("请选 %(n)s 天以内的日子。", n=visit.FARTHEST))

    def _instant(self, field: LocalTimeField) -> datetime | None:
        try:
            return field.instant(self.zone)
        except ValueError as error:
            raise StopValidation(_("时间看不懂。请从日历里选，或留空。")) from error


class _Lists:
    """The estate's places and departments, each read when it is first asked for."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate

    @cached_property
    def _every_building(self) -> Sequence[Building]:
        return places.every_building(self._estate.id)

    @cached_property
    def buildings(self) -> Choices:
        return [(str(b.id), b.name) for b in self._every_building if b.ended_at is None]

    @cached_property
    def ended(self) -> Choices:
        return [(str(b.id), b.name) for b in self._every_building if b.ended_at is not None]

    @cached_property
    def departments(self) -> Choices:
        return [(str(d.id), d.name) for d in places.departments(self._estate.id)]


def _chosen(choices: Choices, typed: str) -> str:
    """The value of the choice that was picked, or named in full."""
    return next((value for value, label in choices if typed in (value, label)), typed)


def details_form(answers: Answers, estate: Estate) -> DetailsForm:
    """The form as filled in with *answers*; the lists hold this estate's places and departments."""
    lists = _Lists(estate)
    filled = {
        "urgency": "normal",
        "party_type": "owner",
        "building": "",
        "about_department": "",
        **{k: v for k, v in answers.items() if v},
    }
    if filled["building"]:
        filled["building"] = _chosen(lists.buildings, filled["building"])
        _name_ended(filled, lists.ended)
    if filled["about_department"]:
        filled["about_department"] = _chosen(lists.departments, filled["about_department"])
    form = DetailsForm(MultiDict(filled))
    form.zone = estate.zone
    form.building.offer(lambda: [("", _("说不清，或在小区公共区域")), *lists.buildings])
    form.building.settle()
    form.about_department.offer(lambda: [("", _("不涉及")), *lists.departments])
    form.about_department.settle()
    _offer(form.party_type, PARTIES)
    _offer(form.urgency, URGENCIES)
    _offer(form.visit_part, PARTS)
    form.is_repair = answers.get("kind") == Kind.REPAIR
    _offer_days(form, estate)
    return form


def _name_ended(filled: Answers, ended: Choices) -> None:
    """A building that was ended since it was picked is no choice any more, and stands in words, so that it is found."""
    name = dict(ended).get(_chosen(ended, filled["building"]))
    if name:
        filled["building"], filled["spot"] = "", f"{name} {filled.get('spot', '')}".strip()[:LONGEST_SPOT]


def _offer_days(form: DetailsForm, estate: Estate) -> None:
    """The days on which somebody may be at home; one that was named otherwise stands last, to be judged."""
    named = (form.visit_on.data if form.is_repair else "") or ""
    form.visit_on.data = named

    def offered() -> Choices:
        days = [("", _("随时，先打电话")), *visit.days(clock.local_date(clock.now(), estate.zone))]
        return days if named in dict(days) else [*days, (named, named)]

    form.visit_on.offer(offered)


def _offer(field: SelectField, choices: Sequence[tuple[str, LazyString]]) -> None:
    """Fill a list that is the same everywhere; a value that is not in it is as if nothing had been picked."""
    field.choices = choices
    if field.data not in dict(choices):
        field.data = choices[0][0]
