"""The desk's form for whatever reaches us otherwise than by the portal: all channels, the fields GZ-6 requires."""

from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, EmailField, HiddenField, StringField, ValidationError
from wtforms.fields import Field
from wtforms.validators import Length, Optional, Regexp

from shared import words
from shared.cases import outside_orders
from shared.cases.filing import Report
from shared.cases.models import Case
from shared.cases.outside_orders import Order
from shared.cases.vocabulary import Category, Channel, Kind, PartyType, Urgency
from shared.identity import mail_addresses
from shared.identity.models import Estate
from shared.identity.queries import buildings, departments
from staff.cases import reception
from staff.cases.forms import (
    check_telephone,
    choice,
    instant,
    line,
    menu,
    moment,
    options,
    people,
    photos,
    pick_from,
    plain,
    sent_files,
    telephone,
    text,
    wall,
)
from staff.cases.forum_post import address_field, check_address

AHEAD = timedelta(minutes=5)  # clocks of two machines differ


class IntakeForm(FlaskForm):
    class Meta:
        csrf = False  # checked before any view is reached (shared.web.forgery)

    submission_key = HiddenField()
    channel = choice(
        _l("渠道"),
        options(words.CHANNELS, Channel.PORTAL, Channel.PARTNER, Channel.INTERNAL),
        _l("请选择渠道。"),
        default=Channel.HOTLINE.value,
    )
    description = text(
        _l("情况"),
        _l("请记下诉求人说的情况。"),
        description=_l("照诉求人的原话记：什么事，在哪里，多久了，影响到谁。"),
        render_kw={"rows": 5, "autofocus": True},
    )
    building = menu(_l("楼栋"), _l("请选择楼栋。"))
    spot = line(_l("具体位置"), 60)
    phone = telephone(_l("电话"))
    unit = line(_l("房号"), 40)
    name = line(_l("称呼"), 40)
    anonymous = BooleanField(
        _l("匿名，不留姓名和电话"), description=_l("以后只能凭查询号和回执码查询，无法回访。")
    )
    kind = choice(_l("性质"), options(words.KINDS), _l("请选择性质。"), default=Kind.COMPLAINT.value)
    category = choice(_l("类别"), options(words.CATEGORIES), _l("请选择类别。"))
    urgency = choice(
        _l("紧急程度"),
        options(words.URGENCIES),
        _l("请选择紧急程度。"),
        default=Urgency.NORMAL.value,
    )
    paperless = BooleanField(
        _l("紧急处置，记录后补"), description=_l("先办事，5 个工作日内补全记录（VK-5.1）。")
    )
    received_at = moment(_l("接报时间"), _l("请填接报时间。"))
    party_type = menu(
        _l("诉求人是"),
        _l("请从列出的里面选。"),
        required=False,
        choices=options(words.PARTY_TYPES, PartyType.STAFF),
        default=PartyType.OWNER.value,
    )
    occurred_at = moment(_l("发生时间"))
    demands = text(_l("希望怎么解决"), render_kw={"rows": 3})
    wanted_reply_by = moment(_l("希望什么时候答复"), description=_l("诉求人自己说的时间。"))
    their_number = StringField(
        _l("对方编号"),
        validators=[
            # No Optional(): for some channels it must not be empty.
            Length(max=outside_orders.LONGEST, message=_l("最多 40 个字。")),
            Regexp(r"^([A-Za-z0-9][A-Za-z0-9\-_/.]*)?$", message=_l("编号只有字母、数字和横线。")),
        ],
        filters=[plain],
        description=_l("12345、街道办的件必填。"),
        render_kw={"autocomplete": "off"},
    )
    link = address_field(_l("原帖网址"), description=_l("渠道是网络论坛的，贴上帖子的网址。"))
    their_due_at = moment(_l("对方的期限"), description=_l("12345、街道办要求什么时候前回复，没有就不填。"))
    email = EmailField(
        _l("电子邮箱"),
        validators=[
            Optional(),
            Length(max=120, message=_l("邮箱太长，请核对。")),
            Regexp(mail_addresses.PLAIN, message=_l("邮箱格式不对，请核对。")),
        ],
        filters=[plain],
    )
    about = line(_l("涉及的员工"), 120, description=_l("写全名，本人将看不到这件诉求。"))
    about_department = menu(
        _l("涉及的部门"),
        _l("请从列出的里面选。"),
        required=False,
        default="",
        description=_l("整个部门将看不到这件诉求。"),
    )
    photos = photos(_l("照片、信件原件"))
    reception = people(_l("接待要点"), description=_l("做到一项勾一项，不勾也能登记。依据 TR-5、VK-5.3"))

    def __init__(self, estate: Estate, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.estate = estate
        pick_from(self.building, [(b.id, b.name) for b in buildings(estate.id)], _("请选择"))
        self.reception.choices = options(reception.POINTS)
        pick_from(self.about_department, [(d.id, d.name) for d in departments(estate.id)], _("不涉及"))

    def begin(self, key: str, at: datetime) -> None:
        """First values of a form that has not been sent yet; when it was received may be known already."""
        self.submission_key.data = key
        self.received_at.data = self.received_at.data or wall(at, self.estate.zone)

    def validate_name(self, field: Field) -> None:
        if not field.data and not self.anonymous.data and not self.paperless.data:
            raise ValidationError(_("请填称呼，或选匿名。"))

    def validate_phone(self, field: Field) -> None:
        if self.anonymous.data:
            return
        check_telephone(field)
        if not field.data and not self.unit.data and not self.paperless.data:
            raise ValidationError(_("电话和房号至少填一项。"))

    def validate_their_number(self, field: Field) -> None:
        if self.is_outside and not field.data:
            raise ValidationError(_("请填 12345、街道办给的工单编号。"))

    def validate_link(self, field: Field) -> None:
        check_address(field)
        if field.data and self.channel.data != Channel.FORUM:
            raise ValidationError(_("有原帖网址的，渠道请选网络论坛。"))

    @property
    def is_outside(self) -> bool:
        """Whether 12345 or the street office passed it on."""
        return self.channel.data in outside_orders.ISSUERS

    def check_times(self, now: datetime) -> bool:
        """Nothing is received, or has happened, in the future."""
        for field in (self.received_at, self.occurred_at):
            at = instant(field.data, self.estate.zone)
            if at and at > now + AHEAD and not field.errors:
                field.errors = [_("这个时间还没有到，请核对。")]
                return False
        return True

    @property
    def files(self) -> list[FileStorage]:
        return sent_files(self.photos)

    def report(self) -> Report:
        """What the form says, once it is valid; of an anonymous caller nothing is taken that leads back (CO-M5)."""
        hidden = bool(self.anonymous.data)
        zone = self.estate.zone
        return Report(
            kind=Kind(self.kind.data),
            category=Category(self.category.data),
            channel=Channel(self.channel.data),
            description=self.description.data or "",
            demands=self.demands.data or "",
            building_id=int(self.building.data),
            spot=self.spot.data or None,
            occurred_at=instant(self.occurred_at.data, zone),
            wanted_reply_by=instant(self.wanted_reply_by.data, zone),
            urgency=Urgency(self.urgency.data),
            about=self.about.data or "",
            about_department_id=int(self.about_department.data) if self.about_department.data else None,
            anonymous=hidden,
            party_type=PartyType(self.party_type.data),
            name="" if hidden else self.name.data or "",
            phone="" if hidden else self.phone.data or "",
            email="" if hidden else self.email.data or "",
            unit="" if hidden else self.unit.data or "",
            received_at=instant(self.received_at.data, zone),
            extra=self._extra(),
        )

    def outside_order(self) -> Order:
        """What 12345 or the street office asked for, once the form is valid."""
        due_at = instant(self.their_due_at.data, self.estate.zone)
        return Order(Channel(self.channel.data), self.their_number.data or "", due_at)

    def _extra(self) -> dict[str, Any]:
        """What the timeline keeps beside the report itself: codes only."""
        extra: dict[str, Any] = {}
        if self.their_number.data:
            extra["their_number"] = self.their_number.data
        if minded := [code for code in reception.POINTS if code in (self.reception.data or ())]:
            extra["reception"] = minded
        if self.paperless.data:
            extra["paperless"] = True
        return extra


def earlier_line(case: Case) -> str:
    """The beginning of what was reported, for the list of a caller's earlier cases."""
    if case.sealed_at is not None:
        return _("内容已封存")
    said = case.statement.description if case.statement else ""
    return said[:40] + ("…" if len(said) > 40 else "")
