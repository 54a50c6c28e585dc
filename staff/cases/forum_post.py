"""Forum posts (网上原帖): where a complaint stands on the internet, and where on that site we answered it (VK-5.2)."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import URLField, ValidationError
from wtforms.fields import Field
from wtforms.validators import InputRequired

from shared.cases import forum_posts
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.identity.models import User
from shared.identity.permissions import Permission
from staff.cases.acts import CaseAct, declare
from staff.cases.forms import ActForm, plain

ATTRIBUTES = {"autocomplete": "off", "inputmode": "url", "placeholder": "https://"}


def address_field(label: Any, **more: Any) -> URLField:
    """The address of a page on the internet, as the browser shows it."""
    return URLField(label, filters=[plain], render_kw=ATTRIBUTES, **more)


def check_address(field: Field) -> None:
    """Raises ValidationError for what is no address; nothing typed is none."""
    if field.data and not forum_posts.as_address(field.data):
        raise ValidationError(_("网址要以 http:// 或 https:// 开头，并且完整。"))


class ForumPostForm(ActForm):
    link = address_field(_l("原帖网址"), validators=[InputRequired(_l("请填网址。"))])

    def validate_link(self, field: Field) -> None:
        check_address(field)


class ForumAnswerForm(ActForm):
    link = address_field(
        _l("答复的网址"),
        validators=[InputRequired(_l("请填网址。"))],
        description=_l("先在原网站以投诉专员的名义答复，再把答复的网址贴在这里。"),
    )

    def validate_link(self, field: Field) -> None:
        check_address(field)


def _do_record(case: Case, form: ForumPostForm, by: User, at: datetime) -> str:
    forum_posts.record(case, form.link.data or "", by=by, at=at)
    return _("已登记原帖。")


def _do_answer(case: Case, form: ForumAnswerForm, by: User, at: datetime) -> str:
    forum_posts.answer(case, form.link.data or "", by=by, at=at)
    return _("已记下：在原网站答复了。")


declare(
    CaseAct(
        slug="forum_post",
        act=Act.OUTSIDE_ORDER,
        permission=Permission.CASE_REGISTER,
        allowed=forum_posts.can_record,
        label=_l("登记原帖"),
        title=_l("登记网上的原帖"),
        form=ForumPostForm,
        do=_do_record,
        clause="VK-5.2",
        tone="internal",
    )
)
declare(
    CaseAct(
        slug="forum_answer",
        act=Act.OUTSIDE_ORDER,
        permission=Permission.CASE_INFORM,
        allowed=forum_posts.can_answer,
        label=_l("已在网上答复"),
        title=_l("已在原网站答复"),
        submit=_l("记下已答复"),
        form=ForumAnswerForm,
        do=_do_answer,
        clause="VK-5.2",
        tone="internal",
    )
)
