"""Supplement (补录): the record of an emergency that was taken without one (VK-5.1)."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField, TelField, ValidationError
from wtforms.fields import Field
from wtforms.validators import Length

from shared.cases import supplementing
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.cases.supplementing import Missing
from shared.cases.telephones import normalised
from shared.identity.models import User
from shared.identity.permissions import Permission
from staff.cases.acts import CaseAct, declare
from staff.cases.forms import ActForm, photos, plain, text


def _line(label: Any, longest: int) -> StringField:
    limit = Length(max=longest, message=_l("最多 %(n)s 个字。", n=longest))
    return StringField(label, validators=[limit], filters=[plain], render_kw={"autocomplete": "off"})


class SupplementForm(ActForm):
    description = text(_l("情况"), description=_l("照诉求人的原话记：什么事，在哪里，多久了，影响到谁。"))
    demands = text(_l("希望怎么解决"), render_kw={"rows": 2})
    name = _line(_l("称呼"), 40)
    phone = TelField(
        _l("电话"),
        validators=[Length(max=40, message=_l("电话太长，请核对。"))],
        filters=[plain],
        render_kw={"autocomplete": "off", "inputmode": "tel"},
    )
    unit = _line(_l("房号"), 40)
    photos = photos(_l("现场照片、书面材料"))

    def validate_phone(self, field: Field) -> None:
        if field.data and normalised(field.data) is None:
            raise ValidationError(_("手机号好像写错了。手机号是 11 位，座机请带区号。"))


def _prepare(form: SupplementForm, case: Case, user: User) -> None:
    """What is on record is not asked for again."""
    party = case.party
    known = {
        "name": case.anonymous or (party and party.name),
        "phone": case.anonymous or (party and party.phone),
        "unit": case.anonymous or (party and party.unit),
    }
    for name, there in known.items():
        if there:
            delattr(form, name)


def _do(case: Case, form: SupplementForm, by: User, at: datetime) -> str:
    given = {
        name: form[name].data or ""
        for name in ("description", "demands", "name", "phone", "unit")
        if name in form
    }
    supplementing.supplement(case, Missing(**given), by=by, at=at)
    return _("已补录。")


declare(
    CaseAct(
        slug="supplement",
        act=Act.SUPPLEMENT,
        permission=Permission.CASE_REGISTER,
        allowed=supplementing.can_supplement,
        label=_l("补录"),
        title=_l("补全紧急处置的记录"),
        hint=lambda case: _("已有的内容不会改动，补的内容写在后面。"),
        form=SupplementForm,
        prepare=_prepare,
        do=_do,
        clause="VK-5.1",
    )
)
