"""The form of a notice: what it says, how long it hangs, and whether it is whole."""

from datetime import datetime
from typing import Any

from flask import request
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Form, SelectField, StringField
from wtforms.validators import InputRequired, Length

from shared.identity.models import Estate
from shared.notices.publishing import Text
from shared.notices.stages import Kind
from staff.cases import unsent
from staff.cases.forms import Chosen, instant, moment, options, plain, text
from staff.cases.unsent import Offered

LONGEST_TITLE = 60
LONGEST_BODY = 2_000

KINDS: dict[str, LazyString] = {
    Kind.NOTICE: _l("公告"),
    Kind.URGENT: _l("紧急通知"),
    Kind.IMPROVEMENT: _l("改进"),
}


class NoticeForm(Form):
    estate = SelectField(_l("小区"), validators=[Chosen(_l("请选小区"))], coerce=int)
    kind = SelectField(
        _l("种类"),
        choices=options(KINDS),
        validators=[Chosen(_l("请选种类"))],
        description=_l("紧急通知会在大堂屏上反复出现，只用于停水、停电、电梯停运这类事。"),
    )
    title = StringField(
        _l("标题"),
        [
            InputRequired(_l("请填标题")),
            Length(max=LONGEST_TITLE, message=_l("标题最多 %(n)s 个字。", n=LONGEST_TITLE)),
        ],
        filters=[plain],
    )
    body = text(
        _l("正文"),
        _l("请填正文"),
        longest=LONGEST_BODY,
        description=_l("写清时间、范围、影响。请勿写业主姓名、电话、房号。大堂屏只显示开头约 90 字。"),
    )
    pinned = BooleanField(_l("置顶"), description=_l("排在所有公告的最前面，直到结束或撤下。"))
    publish_at = moment(_l("从什么时候公示"), _l("请填开始公示的时间"))
    expire_at = moment(_l("到什么时候为止"), description=_l("不填就一直公示，直到撤下。"))


def notice_form(estates: list[Estate], again: Offered | None, **data: Any) -> NoticeForm:
    """*again*: found unsent words, with which it begins instead of *data*."""
    form = NoticeForm(unsent.filled(again), data=data)
    form.estate.choices = [(e.id, e.name) for e in estates]
    if request.method == "POST" and len(estates) == 1:
        form.estate.data = estates[0].id
        form.estate.raw_data = [str(estates[0].id)]
    return form


def text_of(form: NoticeForm, zone: str, at: datetime, case_id: int | None = None) -> Text:
    return Text(
        kind=Kind(form.kind.data),
        title=form.title.data or "",
        body=form.body.data or "",
        publish_at=instant(form.publish_at.data, zone) or at,
        expire_at=instant(form.expire_at.data, zone),
        pinned=form.pinned.data,
        case_id=case_id,
    )


def is_whole(form: NoticeForm, zone: str, at: datetime) -> bool:
    """The fields one by one, then the end against the beginning."""
    if not form.validate():
        return False
    words = text_of(form, zone, at)
    if words.expire_at is not None and words.expire_at <= max(words.publish_at, at):
        form.expire_at.errors = [_("结束时间要晚于开始时间和现在。")]
        return False
    return True
