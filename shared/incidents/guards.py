"""Who may do what about incidents; the screens' buttons and the verbs ask the same functions."""

from sqlalchemy import select

from shared.cases.guards import may
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.database import db
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.incidents.models import Incident, SpecialReport


def can_manage(user: User, incident: Incident) -> bool:
    return user.can(Permission.INCIDENT_MANAGE, incident.estate_id)


def can_join(user: User, case: Case) -> bool:
    """Whether the case could be put with others by this person now."""
    return case.incident_id is None and may(user, case, Act.JOINING, Permission.INCIDENT_MANAGE)


def can_part(user: User, case: Case) -> bool:
    return case.incident_id is not None and may(user, case, Act.PARTING, Permission.INCIDENT_MANAGE)


def can_designate(user: User, case: Case) -> bool:
    """The general manager, of a case about which there is a special report (VK-4e)."""
    if not may(user, case, Act.DESIGNATION, Permission.CASE_DESIGNATE):
        return False
    return db.session.scalar(select(SpecialReport.id).where(SpecialReport.case_id == case.id)) is not None
