"""Referral (转外) to a body outside our contracts, and recall from it (TR-9)."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, StringField
from wtforms.validators import DataRequired, Length

from shared.cases import ending, guards
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.identity.models import User
from shared.identity.permissions import Permission
from staff.cases.acts import CaseAct, declare
from staff.cases.forms import ActForm, plain, text


class ReferralForm(ActForm):
    body = StringField(
        _l("转给哪个单位"),
        validators=[
            DataRequired(_l("请写明转给哪个单位。")),
            Length(max=80, message=_l("最多 80 个字。")),
        ],
        filters=[plain],
        render_kw={"autofocus": True},
        description=_l("如供电局、自来水公司。"),
    )
    contracted = BooleanField(
        _l("对方是我们签约的单位（如电梯维保）"),
        description=_l("签约单位办理期间时限照常计；合同以外的单位办理期间，时限暂停。"),
    )
    reason = text(_l("为什么转、怎么联系"), _l("请写明为什么转给这个单位。"), description=_l("业主会看到。"))


class RecallForm(ActForm):
    reason = text(
        _l("为什么收回"),
        _l("请写明为什么收回。"),
        description=_l("业主会看到。"),
        render_kw={"autofocus": True},
    )


def _refer(case: Case, form: ReferralForm, by: User, at: datetime) -> str:
    ending.refer(
        case,
        by=by,
        at=at,
        body=form.body.data or "",
        reason=form.reason.data or "",
        outside=not form.contracted.data,
    )
    return _("已转给%(body)s。首问责任不变，请继续跟进。", body=form.body.data)


def _recall(case: Case, form: RecallForm, by: User, at: datetime) -> str:
    ending.recall(case, by=by, at=at, reason=form.reason.data or "")
    return _("已收回，由我们继续办理。")


declare(
    CaseAct(
        slug="referral",
        act=Act.REFERRAL,
        permission=Permission.CASE_REFER,
        allowed=guards.can_refer,
        label=_l("转外单位"),
        title=_l("转给外单位"),
        form=ReferralForm,
        do=_refer,
        clause="TR-9",
        tone="to-owner",
    )
)
declare(
    CaseAct(
        slug="recall",
        act=Act.RECALL,
        permission=Permission.CASE_REFER,
        allowed=guards.can_recall,
        label=_l("收回转外"),
        title=_l("收回，由我们办理"),
        form=RecallForm,
        do=_recall,
        clause="TR-9",
        tone="to-owner",
    )
)
