"""A later limit with a reason, which the owner sees (AH-3.2)."""

from datetime import datetime

from flask_babel import gettext as _

from shared.cases import acting, guards
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.deadlines.postponing import clocks_moved_by, postpone
from shared.identity.models import User
from shared.identity.permissions import Permission


def can_extend(user: User, case: Case) -> bool:
    """Dispatch, or the head of the department; never the handler, whose limit it is."""
    return guards.may(user, case, Act.EXTENSION, Permission.CASE_EXTEND) and (
        user.heads(case.lead_department_id) or guards.serves_estate(user, case)
    )


def extend(case: Case, *, by: User, at: datetime, until: datetime, reason: str) -> None:
    """Give the clocks that may be extended until *until*. Raises Refused without a reason or when it is no later."""
    acting.refuse_unless(can_extend(by, case), _("延期由部门负责人或调度批准。"), "AH-3.2")
    acting.refuse_unless(bool(reason.strip()), _("请写明延期的理由，业主会看到。"), "AH-3.2")
    clocks = clocks_moved_by(case, Act.EXTENSION)
    acting.refuse_unless(
        not clocks or until > max(clock.due_at for clock in clocks),
        _("延期只能往后，新的时间要晚于现在的时限。"),
        "AH-3.2",
    )
    said = acting.write_words(case, reason, public=True)
    postpone(case, Act.EXTENSION, by=by, at=at, until=until, said=said, clause="AH-3.2")
