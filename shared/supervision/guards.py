"""Who draws, and who may look into what was drawn."""

from collections.abc import Collection

from sqlalchemy import or_, select

from shared.audit.models import TimelineRow
from shared.cases.lifecycle import Act
from shared.cases.models import Participation
from shared.cases.participation import COOPERATING, FIRST_RESPONDER, HANDLER, OUTSTANDING
from shared.database import db
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.revisits.models import Revisit

NO_WORK = (Act.FILING, Act.SUPPLEMENT, Act.SPOT_CHECK)
WORKED = (FIRST_RESPONDER, HANDLER, COOPERATING, OUTSTANDING)


def can_check(user: User, estate_id: int) -> bool:
    return user.can(Permission.SPOT_CHECK, estate_id)


def worked_on(user: User, case_ids: Collection[int]) -> set[int]:
    """Those of the cases that *user* has handled or revisited, or had a say in, in any round.

    Nobody checks their own work. To have passed a complaint on is no work on it (VK-3.2), nor is an earlier check.
    """
    part = select(Participation.case_id).where(
        Participation.case_id.in_(case_ids),
        Participation.user_id == user.id,
        Participation.part.in_(WORKED),
    )
    went = select(Revisit.case_id).where(
        Revisit.case_id.in_(case_ids), or_(Revisit.by_id == user.id, Revisit.companion_id == user.id)
    )
    said = select(TimelineRow.case_id).where(
        TimelineRow.case_id.in_(case_ids), TimelineRow.actor_id == user.id, TimelineRow.act.not_in(NO_WORK)
    )
    return set(db.session.scalars(part.union(went, said)))
