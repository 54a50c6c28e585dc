"""What the forms about outstanding works share: whose it can be, what is still to do, and until when."""

from flask_babel import gettext as _

from shared.cases.models import Case
from shared.database import db
from shared.identity.models import Department, User
from shared.identity.permissions import Permission
from shared.identity.queries import departments
from staff.cases import queries


def owners_for(case: Case) -> list[tuple[str, str]]:
    """People by department, that which leads the case first, its handler at the head."""
    places = {department.id: department for department in departments(case.estate_id)}
    able = queries.people_for(case, Permission.CASE_CONTACT)
    found = [
        (places[department_id], user)
        for user in able
        for department_id in user.department_ids
        if department_id in places
    ]
    found.sort(
        key=lambda pair: (
            pair[0].id != case.lead_department_id,
            pair[0].position,
            pair[1].id != case.handler_id,
            pair[1].name,
        )
    )
    return [(f"{place.id}-{user.id}", f"{place.name} · {user.name}") for place, user in found]


def usual_owner(case: Case) -> str:
    """Whoever has answered, in the department that leads."""
    return f"{case.lead_department_id}-{case.handler_id}" if case.handler_id else ""


def chosen(value: str) -> tuple[Department, User]:
    """The department and the person that one choice of `owners_for` means."""
    department_id, _dash, owner_id = value.partition("-")
    return db.session.get_one(Department, int(department_id)), db.session.get_one(User, int(owner_id))


def nobody() -> str:
    """What stands first in the menu and is no answer."""
    return _("请选择")
