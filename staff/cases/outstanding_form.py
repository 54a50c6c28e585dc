"""What the forms about outstanding works share: whose it can be, what is still to do, and until when."""

from flask_babel import gettext as _

from shared.cases.models import Case
from shared.identity.permissions import Permission
from shared.identity.queries import departments
from staff.cases import queries, seats


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
    return [(seats.code(place.id, user.id), f"{place.name} · {user.name}") for place, user in found]


def usual_owner(case: Case) -> str:
    """Whoever has answered, in the department that leads."""
    return seats.code(case.lead_department_id, case.handler_id) if case.handler_id else ""


def nobody() -> str:
    """What stands first in the menu and is no answer."""
    return _("请选择")
