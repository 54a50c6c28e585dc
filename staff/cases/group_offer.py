"""Whom a special task group can be made of (AH-3.3c)."""

from collections.abc import Iterator

from shared import words
from shared.cases.models import Case
from shared.identity.models import User
from shared.identity.permissions import Permission, Role
from staff.cases import queries

LEADERS = (Role.GENERAL_MANAGER, Role.DEPUTY_MANAGER, Role.DIRECTOR, Role.SPECIALIST, Role.DEPARTMENT_HEAD)


def offered(case: Case) -> Iterator[tuple[User, str]]:
    """Leaders, the heads of departments, and the people of the lead department; nobody whom the case is about."""
    everybody = queries.people_for(case, Permission.CASE_VIEW)
    leading = [user for role in LEADERS for user in everybody if role in user.roles_at(case.estate_id)]
    for user in dict.fromkeys(leading):
        roles = user.roles_at(case.estate_id)
        yield user, str(words.ROLES[next(role for role in LEADERS if role in roles)])
    for user in everybody:
        if user not in leading and case.lead_department and case.lead_department_id in user.department_ids:
            yield user, case.lead_department.name
