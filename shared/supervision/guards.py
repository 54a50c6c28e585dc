"""Who draws, and who may look into what was drawn."""

from collections.abc import Collection

from sqlalchemy import select

from shared.audit.models import TimelineRow
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.database import db
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.supervision.models import SpotCheck
from shared.supervision.populations import did

NO_WORK = (Act.FILING, Act.SUPPLEMENT, Act.SPOT_CHECK)


def can_check(user: User, estate_id: int) -> bool:
    return user.can(Permission.SPOT_CHECK, estate_id)


def can_check_own(user: User, department_id: int) -> bool:
    """Whether *user* heads that department (GZ-18)."""
    return user.heads(department_id)


def can_record(user: User, check: SpotCheck) -> bool:
    """Supervision, of every check; the head, of those of the own department."""
    if check.department_id is not None and can_check_own(user, check.department_id):
        return True
    return can_check(user, check.estate_id)


def worked_on(user: User, check: SpotCheck, case_ids: Collection[int]) -> set[int]:
    """Those of the cases that *user* has handled or revisited, or had a say in, in any round.

    Nobody checks their own work. To have passed a complaint on is no work on it (VK-3.2), nor is an earlier check;
    nor is what a head has to say of every case of the department they check (GZ-18).
    """
    found = set(db.session.scalars(select(Case.id).where(Case.id.in_(case_ids), did(user.id))))
    if check.department_id is not None and can_check_own(user, check.department_id):
        return found
    said = select(TimelineRow.case_id).where(
        TimelineRow.case_id.in_(case_ids), TimelineRow.actor_id == user.id, TimelineRow.act.not_in(NO_WORK)
    )
    return found | set(db.session.scalars(said))
