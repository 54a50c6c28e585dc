"""The special task group (专项小组) of a major case: who belongs to it, and who leads it (AH-3.3c)."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from shared import events
from shared.cases import acting, participation
from shared.cases.lifecycle import Act
from shared.cases.models import Case, Participation
from shared.database import db
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.ownership import guards
from shared.ownership.events import TaskGroupFormed


def members(case: Case) -> Sequence[User]:
    """Who belongs to it now, its leader too."""
    return _who(case, participation.TASK_GROUP)


def leader(case: Case) -> User | None:
    """Who leads it; None: nobody was named."""
    return next(iter(_who(case, participation.GROUP_LEADER)), None)


def _who(case: Case, part: str) -> Sequence[User]:
    return db.session.scalars(
        select(User)
        .join(Participation, Participation.user_id == User.id)
        .where(
            Participation.case_id == case.id,
            Participation.part == part,
            Participation.until.is_(None),
        )
        .order_by(User.name, User.id)
    ).all()


def form(case: Case, *, by: User, at: datetime, group: Sequence[User], led_by: User) -> None:
    """Form it, or form it anew; *led_by* belongs to it. All of them see the case, whatever their department."""
    acting.refuse_unless(
        guards.can_form_group(by, case),
        _("专项小组由调度、投诉专员、服务中心主任或主管领导在重大诉求上成立。"),
        "AH-3.3c",
    )
    acting.refuse_unless(bool(group), _("请选小组成员。"), "AH-3.3c")
    acting.refuse_unless(led_by.id in {user.id for user in group}, _("组长要从小组成员里选。"), "AH-3.3c")
    check(case, group)
    newcomers = [user.id for user in group if user.id not in {member.id for member in members(case)}]
    settle(case, group, at, led_by=led_by)
    data = {"group": [user.id for user in group], "to": led_by.id}
    acting.perform(case, Act.TASK_GROUP, by=by, at=at, public=False, data=data)
    events.publish(TaskGroupFormed(case.id, tuple(newcomers)))


def check(case: Case, group: Sequence[User]) -> None:
    """Refuse whoever may not belong to it: gone, of another estate, or what the case is about."""
    for user in group:
        acting.refuse_unless(
            user.is_active
            and user.can(Permission.CASE_VIEW, case.estate_id)
            and not participation.is_about(case, user),
            _("%(name)s不能参加这件诉求的专项小组，请另选。", name=user.name),
            "AH-3.3c",
        )


def settle(case: Case, group: Sequence[User], at: datetime, *, led_by: User | None) -> None:
    """These and nobody else belong to it from now on."""
    participation.leave(case, participation.TASK_GROUP, participation.GROUP_LEADER, at=at)
    for user in group:
        participation.enter(case, participation.TASK_GROUP, at, user_id=user.id)
    if led_by is not None:
        participation.enter(case, participation.GROUP_LEADER, at, user_id=led_by.id)
