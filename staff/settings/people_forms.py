"""The forms of the staff's settings: who somebody is, and what they are appointed to."""

from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form, StringField, ValidationError
from wtforms.validators import DataRequired, Length, Optional, Regexp

from shared import words
from shared.cases.telephones import normalised
from shared.identity import mail_addresses, people, posts
from shared.identity.models import Estate, User
from shared.identity.people import Particulars, Post
from shared.identity.permissions import Role
from shared.identity.queries import departments
from staff.access import me
from staff.cases.forms import menu, pick_from

LONGEST_PHONE = 30


def _short(longest: int) -> Length:
    return Length(max=longest, message=_l("最多写 %(max)d 个字。请删短一些。"))


def _line(label: LazyString, longest: int, *rules: Any, **more: Any) -> StringField:
    return StringField(
        label, [*rules, _short(longest)], filters=[lambda text: " ".join((text or "").split())], **more
    )


class ParticularsForm(Form):
    name = _line(_l("姓名"), people.LONGEST_NAME, DataRequired(_l("请填姓名。")))
    phone = _line(_l("电话"), LONGEST_PHONE)
    email = _line(
        _l("邮箱"),
        mail_addresses.LONGEST,
        Optional(),
        Regexp(mail_addresses.PLAIN, message=_l("不像邮箱地址，请核对。")),
        description=_l("提醒和通知发到这里。"),
    )

    def validate_phone(self, field: StringField) -> None:
        if field.data and normalised(field.data) is None:
            raise ValidationError(_("不像电话号码，请核对。"))

    def particulars(self) -> Particulars:
        return Particulars(
            self.name.data or "", normalised(self.phone.data or "") or "", self.email.data or ""
        )


class PostForm(Form):
    role = menu(_l("岗位"), _l("请选岗位。"))
    department = menu(
        _l("部门"),
        _l("请从名单里选。"),
        required=False,
        description=_l("处理人和部门负责人要选部门。"),
    )

    def validate_department(self, field: Any) -> None:
        if self.role.data in posts.IN_A_DEPARTMENT and not field.data:
            raise ValidationError(_("%(role)s要写明部门。", role=words.ROLES[self.role.data]))

    def offer(self, estate: Estate) -> None:
        """What the person at the screen may give at the estate."""
        granted = posts.grantable(me(), estate.id)
        pick_from(self.role, [(role.value, str(words.ROLES[role])) for role in granted], _("请选择"))
        pick_from(self.department, [(d.id, d.name) for d in departments(estate.id)], _("不属于部门"))

    def post(self) -> Post:
        return Post(Role(self.role.data), int(self.department.data) if self.department.data else None)


class NewPersonForm(ParticularsForm, PostForm):
    username = _line(
        _l("用户名"),
        40,
        DataRequired(_l("请填用户名。")),
        description=_l("登录用，2 到 40 个小写字母、数字、点或横线，以后不能改。"),
    )


def of_person(user: User, posted: Any = None) -> ParticularsForm:
    return ParticularsForm(posted, name=user.name, phone=user.phone or "", email=user.email or "")
