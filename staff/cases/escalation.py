"""Escalation (上报): a person tells the next level that it will not be done in time (GZ-13)."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shared import words
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.database import db
from shared.identity.models import User
from shared.identity.permissions import Permission, Role
from shared.ownership import dispatching, guards
from staff.cases import queries
from staff.cases.acts import CaseAct, declare
from staff.cases.forms import ActForm, menu, pick_from, text


class EscalationForm(ActForm):
    to = menu(_l("上报给谁"), _l("请选择上报给谁。"))
    reason = text(
        _l("什么情况，需要什么"),
        _l("请写明什么情况，需要什么支持。"),
        description=_l("业主看不到。"),
    )


def _prepare(form: EscalationForm, case: Case, user: User) -> None:
    offered = [
        (person.id, words.remarked(person.name, words.ROLES[role]))
        for person, role in queries.superiors_for(case, (Role.DEPARTMENT_HEAD, Role.DIRECTOR))
        if person.id != user.id
    ]
    pick_from(form.to, offered, _("请选择"))


def _do(case: Case, form: EscalationForm, by: User, at: datetime) -> str:
    to = db.session.get_one(User, int(form.to.data))
    dispatching.escalate(case, by=by, at=at, to=to, reason=form.reason.data or "")
    return _("已上报给%(name)s。请安抚诉求人并说明情况。", name=to.name)


declare(
    CaseAct(
        slug="escalation",
        act=Act.ESCALATION,
        permission=Permission.CASE_ESCALATE,
        allowed=guards.can_escalate,
        label=_l("上报"),
        title=_l("上报"),
        hint=lambda case: _("办不完的，逐级上报：先部门负责人，再服务中心主任（GZ-13）。"),
        form=EscalationForm,
        prepare=_prepare,
        do=_do,
        clause="GZ-13",
        tone="internal",
    )
)
