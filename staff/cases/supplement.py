"""Supplement (补录): the record of an emergency that was taken without one (VK-5.1)."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.fields import Field

from shared.cases import supplementing
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.cases.supplementing import Missing
from shared.identity.models import User
from shared.identity.permissions import Permission
from staff.cases.acts import CaseAct, declare
from staff.cases.forms import ActForm, check_telephone, line, photos, telephone, text


class SupplementForm(ActForm):
    description = text(_l("情况"), description=_l("照诉求人的原话记：什么事，在哪里，多久了，影响到谁。"))
    demands = text(_l("希望怎么解决"), render_kw={"rows": 2})
    name = line(_l("称呼"), 40)
    phone = telephone(_l("电话"))
    unit = line(_l("房号"), 40)
    photos = photos(_l("现场照片、书面材料"))

    def validate_phone(self, field: Field) -> None:
        check_telephone(field)


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
