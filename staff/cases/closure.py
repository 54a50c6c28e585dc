"""Closure (结案): the specialist ends the round, if a revisit or the policy's attempts allow it (VK-3.1, AH-3.3a)."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shared import words
from shared.cases import guards
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.revisits import recording
from staff.cases.acts import CaseAct, declare
from staff.cases.forms import ActForm, text
from staff.cases.outstanding_shown import left_open


class ClosureForm(ActForm):
    reason = text(
        _l("结案说明"),
        description=_l("业主会看到。"),
        render_kw={"rows": 3, "autofocus": True},
    )


def can_close(user: User, case: Case) -> bool:
    """Offered only on a ground; the verb says what is missing."""
    return guards.can_close(user, case) and recording.ground_for_closing(case, user) is not None


def _hint(case: Case) -> str:
    ground = recording.ground_for_closing(case)
    told = _("结案依据：%(ground)s。", ground=words.GROUNDS[ground]) if ground else ""
    return told + left_open(case)


def _do(case: Case, form: ClosureForm, by: User, at: datetime) -> str:
    recording.close(case, by=by, at=at, reason=form.reason.data or "")
    return _("已结案。补写原因和预防措施后归档。") + left_open(case)


declare(
    CaseAct(
        slug="closure",
        act=Act.CLOSURE,
        permission=Permission.CASE_CLOSE,
        allowed=can_close,
        label=_l("结案"),
        title=_l("结束这件诉求"),
        hint=_hint,
        form=ClosureForm,
        do=_do,
        clause="VK-3.1",
        tone="to-owner",
        key="e",
    )
)
