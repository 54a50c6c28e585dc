"""What leaders and specialists are told of grave cases and of the measures on them (TR-7, AH-3.3c, VK-4f, VK-4g)."""

from collections.abc import Iterable
from datetime import datetime

from shared.cases import measures
from shared.cases.lifecycle import Act
from shared.cases.models import Case, Opinion, Plan
from shared.escalation import holding
from shared.identity.permissions import Role
from shared.incidents.models import SpecialReport
from shared.notifications.sending import tell_each
from shared.severity.models import Grading

WANTED = {Act.REVIEW: "review_wanted", Act.APPROVAL: "approval_wanted"}


def on_major(case: Case, grading: Grading, at: datetime) -> None:
    """At once, provisional or not: the deputy general manager in charge, and whomever else the rules name (TR-7)."""
    _tell_roles(case, _roles(case, "tell"), "major", str(grading.id), at)
    on_measures(case, at)


def on_progress(case: Case, seq: int, at: datetime) -> None:
    """Leaders hear what is told to the owner of a major case (AH-3.3c)."""
    _tell_roles(case, _roles(case, "report_progress"), "major_progress", f"progress:{seq}", at)


def on_completed(case: Case, at: datetime) -> None:
    _tell_roles(case, _roles(case, "report_progress"), "major_progress", f"completion:{case.round}", at)


def on_plan(case: Case, plan: Plan, at: datetime) -> None:
    """Leaders hear of it, and whoever is to review or approve it is asked to."""
    _tell_roles(case, _roles(case, "report_progress"), "major_progress", f"plan:{plan.id}", at)
    on_measures(case, at)


def on_measures(case: Case, at: datetime) -> None:
    """Whoever has to look at the plan next is asked; once for each plan."""
    awaited, plan = measures.awaited(case), measures.standing_on(case).plan
    if awaited is not None and plan is not None and awaited.act in WANTED:
        _tell_roles(case, awaited.roles, WANTED[awaited.act], str(plan.id), at)


def on_opinion(case: Case, opinion: Opinion, at: datetime) -> None:
    """The handler hears that the plan was sent back, or that nothing holds the work up any more."""
    awaited = measures.awaited(case)
    if awaited is None or awaited.act is Act.PLAN:
        tell_each(case, holding.handler(case, at), "plan_answered", str(opinion.id), at)
    else:
        on_measures(case, at)


def on_special_report(case: Case, report: SpecialReport, at: datetime) -> None:
    """The general manager, who names the department or person (VK-4e)."""
    _tell_roles(case, (Role.GENERAL_MANAGER,), "special_report", str(report.id), at)


def on_designated(case: Case, report: SpecialReport, at: datetime) -> None:
    """Whoever dispatches it hears whom the general manager has named: a person relays it all the same."""
    whom = holding.first_responder(case, at) or holding.on_duty(case, at)
    named = f"{report.id}:{report.department_id}:{report.handler_id or 0}"
    tell_each(case, whom, "designated", named, at)


def _roles(case: Case, does: str) -> tuple[str, ...]:
    demanded = measures.demanded_of_major(case, does)
    return demanded[1] if demanded else ()


def _tell_roles(case: Case, roles: Iterable[str], about: str, detail: str, at: datetime) -> None:
    found = [recipient for role in roles for recipient in holding.with_role(case, Role(role), at)]
    tell_each(case, found, about, detail, at)
