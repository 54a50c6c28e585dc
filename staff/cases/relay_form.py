"""The form by which any employee passes on what they were told (转达): the words, the place, and whom to call back."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TelField, ValidationError
from wtforms.fields import Field
from wtforms.validators import Length

from shared.cases.filing import Report
from shared.cases.telephones import normalised
from shared.cases.vocabulary import Category, Channel, Kind
from shared.identity.models import Estate
from shared.identity.queries import buildings
from staff.cases.forms import menu, photos, pick_from, plain, text


def _line(label: Any, longest: int, **more: Any) -> StringField:
    limit = Length(max=longest, message=_l("最多 %(n)s 个字。", n=longest))
    return StringField(label, validators=[limit], filters=[plain], render_kw={"autocomplete": "off"}, **more)


class RelayForm(FlaskForm):
    """As little as dispatch can begin with; whoever claims it asks the rest (GZ-6)."""

    class Meta:
        csrf = False  # checked before any view is reached (shared.web.forgery)

    submission_key = HiddenField()
    description = text(
        _l("听到了什么"),
        _l("请写下听到的情况。"),
        description=_l("照对方的原话写：什么事，在哪里，多久了。"),
        render_kw={"rows": 4, "autofocus": True},
    )
    building = menu(_l("楼栋"), _l("请选择楼栋。"), required=False, default="")
    phone = TelField(
        _l("对方的电话"),
        validators=[Length(max=40, message=_l("电话太长，请核对。"))],
        filters=[plain],
        render_kw={"autocomplete": "off", "inputmode": "tel"},
    )
    name = _line(_l("对方的称呼"), 40)
    unit = _line(_l("对方的房号"), 40)
    about = _line(_l("涉及的员工"), 120, description=_l("写全名，本人将看不到这件诉求。"))
    photos = photos(_l("照片"))

    def __init__(self, estate: Estate, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.estate = estate
        pick_from(self.building, [(b.id, b.name) for b in buildings(estate.id)], _("小区公共区域"))

    def validate_phone(self, field: Field) -> None:
        if field.data and normalised(field.data) is None:
            raise ValidationError(_("手机号好像写错了。手机号是 11 位，座机请带区号。"))

    @property
    def files(self) -> list[Any]:
        return [f for f in self.photos.data or [] if f and f.filename]

    def report(self) -> Report:
        """What the form says, once it is valid; the matter itself is judged by who claims it."""
        name, phone, unit = (self[part].data or "" for part in ("name", "phone", "unit"))
        return Report(
            kind=Kind.COMPLAINT,
            category=Category.OTHER,
            channel=Channel.RELAY,
            description=self.description.data or "",
            building_id=int(self.building.data) if self.building.data else None,
            about=self.about.data or "",
            anonymous=not (name or phone or unit),
            name=name,
            phone=phone,
            unit=unit,
        )
