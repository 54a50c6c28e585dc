"""Outside orders (外部工单): the number and limit of 12345 or the street office, and that our answer went back."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from shared import words
from shared.cases import outside_orders
from shared.cases.lifecycle import Act
from shared.cases.models import Case, OutsideOrder
from shared.cases.outside_orders import Order
from shared.cases.vocabulary import Channel
from shared.errors import Refused
from shared.identity.models import User
from shared.identity.permissions import Permission
from staff.cases.acts import CaseAct, declare
from staff.cases.forms import ActForm, choice, instant, menu, moment, options, pick_named, plain

ISSUERS = {issuer.value: words.CHANNELS[issuer] for issuer in outside_orders.ISSUERS}


def named(order: OutsideOrder) -> str:
    """`12345 热线 GZ20260302-0017`"""
    return f"{words.CHANNELS[order.issuer]} {order.number}"


class OutsideOrderForm(ActForm):
    issuer = choice(
        _l("谁的工单"),
        options(ISSUERS),
        _l("请选择是谁的工单。"),
        default=Channel.CITY_HOTLINE.value,
    )
    number = StringField(
        _l("工单编号"),
        validators=[
            InputRequired(_l("请填工单编号。")),
            Length(max=outside_orders.LONGEST, message=_l("最多 40 个字。")),
        ],
        filters=[plain],
        render_kw={"autofocus": True, "autocomplete": "off"},
    )
    due_at = moment(_l("对方的期限"), description=_l("工单上要求什么时候前回复，没有就不填。"))


class OutsideAnswerForm(ActForm):
    order = menu(_l("工单"), _l("请选择是哪一张工单。"))


def _do_record(case: Case, form: OutsideOrderForm, by: User, at: datetime) -> str:
    due_at = instant(form.due_at.data, case.estate.zone)
    given = Order(Channel(form.issuer.data), form.number.data or "", due_at)
    order = outside_orders.record(case, given, by=by, at=at)
    return _("已登记外部工单 %(order)s。", order=named(order))


def _nothing_to_answer(case: Case) -> Refused | None:
    """Offered beside the order itself, so this is for whoever comes too late."""
    return None if outside_orders.unanswered(case) else Refused(_("没有等回复的外部工单。"))


def _prepare_answer(form: OutsideAnswerForm, case: Case, _user: User) -> None:
    waiting = outside_orders.unanswered(case)
    pick_named(form.order, [(order.id, named(order)) for order in waiting], _("请选择"))


def _do_answer(case: Case, form: OutsideAnswerForm, by: User, at: datetime) -> str:
    order = next(o for o in outside_orders.of_case(case.id) if str(o.id) == form.order.data)
    outside_orders.answer(case, order, by=by, at=at)
    return _("已记下：%(order)s 已回复对方。", order=named(order))


declare(
    CaseAct(
        slug="outside_order",
        act=Act.OUTSIDE_ORDER,
        permission=Permission.CASE_REGISTER,
        allowed=outside_orders.can_record,
        label=_l("登记外部工单"),
        title=_l("登记 12345、街道办的工单"),
        submit=_l("登记工单"),
        hint=lambda case: _("对方的期限和我们的时限各记各的。同一编号再登记一次，就是改它的期限。"),
        form=OutsideOrderForm,
        do=_do_record,
        tone="internal",
    )
)
declare(
    CaseAct(
        slug="outside_answer",
        act=Act.OUTSIDE_ORDER,
        permission=Permission.CASE_INFORM,
        allowed=outside_orders.can_answer,
        label=_l("已回复外部工单"),
        title=_l("我们的答复已经回给对方"),
        submit=_l("记下已回复"),
        obstacle=_nothing_to_answer,
        form=OutsideAnswerForm,
        prepare=_prepare_answer,
        do=_do_answer,
        tone="internal",
    )
)
