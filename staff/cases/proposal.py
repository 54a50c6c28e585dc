"""Proposal (征求约定): the owner is asked on their page to agree to another time; their yes is the evidence (GZ-12)."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.deadlines import proposing
from shared.identity.models import User
from shared.identity.permissions import Permission
from staff.cases.acts import CaseAct, declare
from staff.cases.agreement import current
from staff.cases.forms import ActForm, instant, moment, text


class ProposalForm(ActForm):
    until = moment(_l("想约到什么时间"), _l("请填写想与诉求人约定的时间。"), render_kw={"autofocus": True})
    reason = text(
        _l("为什么要约这个时间"),
        _l("请写明为什么要约这个时间，业主会看到。"),
        description=_l("业主会看到。同意之前，时限不变。"),
    )


def _do(case: Case, form: ProposalForm, by: User, at: datetime) -> str:
    proposing.propose(
        case,
        by=by,
        at=at,
        until=instant(form.until.data, case.estate.zone) or at,
        reason=form.reason.data or "",
    )
    return _("已请诉求人在进度页答复。同意之前照原来的时限办。")


declare(
    CaseAct(
        slug="proposal",
        act=Act.PROPOSAL,
        permission=Permission.CASE_CONTACT,
        allowed=proposing.can_propose,
        label=_l("征求约定"),
        title=_l("请诉求人同意一个时间"),
        hint=lambda case: current(case, Act.AGREEMENT),
        form=ProposalForm,
        do=_do,
        clause="GZ-12",
        tone="to-owner",
    )
)
