"""Whom a special task group can be made of (AH-3.3c)."""

from collections.abc import Iterator

from shared import words
from shared.cases.models import Case
from shared.identity.models import User
from shared.identity.permissions import Permission, Role
from shared.identity.queries import departments
from shared.ownership import cooperating, task_group
from staff.cases import queries

LEADERS = (Role.GENERAL_MANAGER, Role.DEPUTY_MANAGER, Role.DIRECTOR, Role.SPECIALIST, Role.DEPARTMENT_HEAD)


def offered(case: Case) -> Iterator[tuple[User, str]]:
    """Leaders, heads of departments, the people of the departments that work on it, and who belongs to it already.

    Nobody whom the case is about.
    """
    everybody = queries.people_for(case, Permission.CASE_VIEW)
    leading = [user for role in LEADERS for user in everybody if role in user.roles_at(case.estate_id)]
    for user in dict.fromkeys(leading):
        roles = user.roles_at(case.estate_id)
        yield user, str(words.ROLES[next(role for role in LEADERS if role in roles)])
    places = {d.id: d.name for d in departments(case.estate_id)}
    working = {case.lead_department_id, *(task.department_id for task in cooperating.tasks_of(case))}
    belong = {user.id for user in task_group.members(case)}
    for user in everybody:
        theirs = [d for d in user.department_ids if d in places]
        if user not in leading and (user.id in belong or working.intersection(theirs)):
            yield user, words.listed(places[d] for d in theirs)
