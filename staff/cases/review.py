"""Review (审核): the specialist looks at the measures, and may set the date by which they are done (VK-4f, VK-7)."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shared.cases import measures
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.ownership import guards, planning
from staff.cases.acts import CaseAct, declare
from staff.cases.forms import ActForm, WhyNot, choice, instant, moment, text, yes_no


class ReviewForm(ActForm):
    passed = choice(_l("方案"), yes_no(_l("可行"), _l("退回修改")), _l("请选可行还是退回。"))
    complete_by = moment(_l("要求办完"), description=_l("不改变对业主承诺的时限。"))
    note = text(
        _l("意见"),
        rules=[WhyNot("passed", _l("请写明哪里要改。"))],
        description=_l("退回时必须写明哪里要改。业主看不到。"),
        render_kw={"rows": 4},
    )


def _do(case: Case, form: ReviewForm, by: User, at: datetime) -> str:
    passed = form.passed.data == "yes"
    until = instant(form.complete_by.data, case.estate.zone)
    planning.review(case, by=by, at=at, passed=passed, complete_by=until, text=form.note.data or "")
    if not passed:
        return _("方案已退回处理人修改。")
    awaited = measures.awaited(case)
    return _("方案已审核通过。") + (awaited.message if awaited else "")


declare(
    CaseAct(
        slug="review",
        act=Act.REVIEW,
        permission=Permission.CASE_REVIEW,
        allowed=guards.can_review,
        label=_l("审核方案"),
        submit=_l("交意见"),
        title=_l("审核处理方案"),
        form=ReviewForm,
        do=_do,
        clause="VK-4f",
        tone="internal",
    )
)
