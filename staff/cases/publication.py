"""Publication (批准公示): another person than its writer stands for the line that hangs in the lobby."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.notices import publicity
from staff.cases.acts import CaseAct, declare
from staff.cases.forms import ActForm, choice, text, yes_no


class PublicationForm(ActForm):
    passed = choice(_l("处理说明"), yes_no(_l("批准"), _l("不批准，拿掉说明")), _l("请选批准还是不批准。"))
    note = text(_l("意见"), description=_l("只有同事看得到。"), render_kw={"rows": 3})


def _hint(case: Case) -> str:
    standing = publicity.standing(case.id)
    return _("要显示的是：%(line)s", line=standing.line) if standing else ""


def _do(case: Case, form: PublicationForm, by: User, at: datetime) -> str:
    standing = publicity.standing(case.id)
    # A form that does not say which version of the case it showed may have shown another line.
    read = standing.id if standing and form.seen_version == case.version else 0
    if form.passed.data == "yes":
        publicity.approve(case, by=by, at=at, read=read)
        return _("已批准，公示屏上显示这句处理说明。")
    publicity.reject(case, by=by, at=at, read=read, text=form.note.data or "")
    return _("没有批准，公示屏上不显示处理说明。")


declare(
    CaseAct(
        slug="publication",
        act=Act.PUBLICITY,
        permission=Permission.NOTICE_APPROVE,
        allowed=publicity.can_approve,
        label=_l("批准公示说明"),
        title=_l("批准公示屏上的处理说明"),
        submit=_l("交意见"),
        hint=_hint,
        form=PublicationForm,
        do=_do,
        tone="internal",
    )
)
