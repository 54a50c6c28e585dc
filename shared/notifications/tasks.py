"""What cooperating departments and task groups hear: what is asked of them, that a part is done (AH-3.3b, AH-3.3c)."""

from collections.abc import Collection
from datetime import datetime

from shared.cases.models import Case
from shared.escalation import holding
from shared.identity.permissions import Permission, Role
from shared.identity.queries import people_who_may
from shared.notifications import recipients
from shared.notifications.sending import tell_each
from shared.ownership import task_group
from shared.ownership.models import Task


def on_asked(case: Case, task: Task, at: datetime) -> None:
    """The head of the department; where it has none, whoever of it could take the task."""
    heads = holding.heads_of(case, [task.department_id], at)
    people = people_who_may(Permission.CASE_COOPERATE, case.estate_id, task.department_id)
    tell_each(case, heads or holding.fit(case, people, Role.HANDLER, at), "task_asked", str(task.id), at)


def on_ended(case: Case, task: Task, at: datetime) -> None:
    """Done: whoever asked and whoever handles the case. Called off: whoever had taken it."""
    if task.done:
        found = holding.handler(case, at) + holding.fit(case, [task.asked_by], Role.HANDLER, at)
    else:
        found = holding.fit(case, [task.taken_by], Role.HANDLER, at)
    whom = [r for r in recipients.once(found) if r.user.id != task.ended_by_id]
    tell_each(case, whom, "task_ended", str(task.id), at)


def on_group(case: Case, newcomers: Collection[int], at: datetime) -> None:
    """Whoever belongs to it now and did not before."""
    people = [user for user in task_group.members(case) if user.id in newcomers]
    tell_each(case, holding.fit(case, people, "task_group", at), "task_group", str(case.version), at)
