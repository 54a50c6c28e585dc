"""The form by which any employee passes on what they were told (转达): the words, the place, and whom to call back."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import FileStorage
from wtforms import HiddenField
from wtforms.fields import Field

from shared.cases.filing import Report
from shared.cases.vocabulary import Category, Channel, Kind
from shared.identity.models import Estate
from shared.identity.queries import buildings
from staff.cases.forms import check_telephone, line, menu, photos, pick_from, sent_files, telephone, text


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
    phone = telephone(_l("对方的电话"))
    name = line(_l("对方的称呼"), 40)
    unit = line(_l("对方的房号"), 40)
    about = line(_l("涉及的员工"), 120, description=_l("写全名，本人将看不到这件诉求。"))
    photos = photos(_l("照片"))

    def __init__(self, estate: Estate, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.estate = estate
        pick_from(self.building, [(b.id, b.name) for b in buildings(estate.id)], _("小区公共区域"))

    def validate_phone(self, field: Field) -> None:
        check_telephone(field)

    @property
    def files(self) -> list[FileStorage]:
        return sent_files(self.photos)

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
