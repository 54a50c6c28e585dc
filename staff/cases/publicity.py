"""Publicity (公示决定): what of a case may hang in the lobby, and that a line of ours waits for another's approval."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import Length

from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.notices import publicity
from shared.notices.publicity import LONGEST
from staff.cases.acts import CaseAct, declare
from staff.cases.forms import ActForm, WhyNot, choice, plain, text, yes_no


class PublicityForm(ActForm):
    display = choice(_l("公示屏"), yes_no(_l("可以公示"), _l("不公示这一件")), _l("请选可以公示还是不公示。"))
    line = StringField(
        _l("处理说明"),
        [Length(max=LONGEST, message=_l("最多 %(n)s 个字。", n=LONGEST))],
        filters=[plain],
        description=_l("最多 20 个字，写做了什么。不写人、房号、电话和楼栋。另一人批准后才显示。"),
        render_kw={"maxlength": LONGEST},
    )
    reason = text(
        _l("理由"),
        rules=[WhyNot("display", _l("请写明为什么不公示。"))],
        description=_l("不公示时必须写。只有同事看得到。"),
        render_kw={"rows": 3},
    )


def _prepare(form: PublicityForm, case: Case, user: User) -> None:
    """What was decided before is what one goes on from."""
    standing = publicity.standing(case.id)
    if form.display.raw_data is None:
        form.display.data = "yes" if standing is None or standing.shown else "no"
        form.line.data = standing.line if standing else ""


def _hint(case: Case) -> str:
    standing = publicity.standing(case.id)
    if standing is None:
        return _("没有另外决定时，公示屏只显示类别、楼栋、进展和时限，从不显示人和原话。")
    if not standing.shown:
        return _("现在不公示。")
    if not standing.line:
        return _("现在公示，没有处理说明。")
    if standing.approved_at is None:
        return _("处理说明“%(line)s”等另一人批准。", line=standing.line)
    return _("现在公示，处理说明“%(line)s”。", line=standing.line)


def _do(case: Case, form: PublicityForm, by: User, at: datetime) -> str:
    shown = form.display.data == "yes"
    line = form.line.data or ""
    publicity.decide(case, by=by, at=at, shown=shown, line=line, reason=form.reason.data or "")
    if not shown:
        return _("这一件不再出现在公示屏上。")
    return _("已记下，处理说明等另一人批准后显示。") if line else _("已记下，公示屏上没有处理说明。")


declare(
    CaseAct(
        slug="publicity",
        act=Act.PUBLICITY,
        permission=Permission.NOTICE_WRITE,
        allowed=publicity.can_decide,
        label=_l("公示内容"),
        title=_l("公示屏上显示什么"),
        submit=_l("记下公示内容"),
        hint=_hint,
        form=PublicityForm,
        prepare=_prepare,
        do=_do,
        tone="internal",
    )
)
