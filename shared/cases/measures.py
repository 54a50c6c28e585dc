"""The measures on a case: the plan that stands, what was said of it, and what is still awaited before completion."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from shared import words
from shared.audit.models import TimelineRow
from shared.cases.finding import circumstances_of
from shared.cases.lifecycle import Act, State
from shared.cases.models import Case, Opinion, Plan
from shared.cases.vocabulary import Severity
from shared.database import db
from shared.errors import Refused
from shared.policies.schema import Policy, PolicyError, Review, holds
from shared.policies.versions import policy_of


@dataclass(frozen=True, slots=True)
class Standing:
    """The plan of the present round that none has replaced, and the two opinions there can be of it."""

    plan: Plan | None = None
    review: Opinion | None = None
    approval: Opinion | None = None

    @property
    def is_returned(self) -> bool:
        """Whether somebody sent it back: another has to be made."""
        return any(opinion and not opinion.passed for opinion in (self.review, self.approval))


@dataclass(frozen=True, slots=True)
class Awaited:
    """The act without which the case cannot be completed; why, by which article, and by which roles."""

    act: Act
    message: str
    clause: str
    roles: tuple[str, ...] = ()


def rules_of(case: Case) -> Policy | None:
    """The rule book of *case*; None when its text cannot be read, which its parked clocks tell already."""
    try:
        return policy_of(case.policy_version)
    except PolicyError:
        return None


def standing_on(case: Case) -> Standing:
    """The plan that counts now."""
    plan = db.session.scalar(
        select(Plan)
        .where(Plan.case_id == case.id, Plan.round == case.round, Plan.replaced_at.is_(None))
        .order_by(Plan.id.desc())
        .limit(1)
    )
    if plan is None:
        return Standing()
    said = db.session.scalars(select(Opinion).where(Opinion.plan_id == plan.id).order_by(Opinion.id))
    by_act = {opinion.act: opinion for opinion in said}
    return Standing(plan, by_act.get(Act.REVIEW), by_act.get(Act.APPROVAL))


def review_of(case: Case) -> Review | None:
    """The rule by which somebody looks at the measures before they are carried out (VK-4f), where it applies."""
    rules = rules_of(case)
    review = rules.review if rules else None
    return review if review and holds(review.when, attributes_of(case)) else None


def demanded_of_major(case: Case, does: str) -> tuple[str, tuple[str, ...]] | None:
    """Clause and roles of what the rules ask for because the case is major; None where they do not, or it is not."""
    rules = rules_of(case)
    found = rules.for_major(does) if rules and case.severity == Severity.MAJOR else ()
    roles = dict.fromkeys(role for rule in found for role in rule.roles)
    return (found[0].clause, tuple(roles)) if found else None


def awaited(case: Case) -> Awaited | None:
    """What has to be done about the measures before *case* may be completed (AH-3.3c, VK-4f, VK-4g).

    Nothing while it is not handled by us, and nothing for an emergency entered without paper (VK-5.1): there the
    danger is put right first, and the record is completed afterwards.
    """
    if case.stage is not State.HANDLING:
        return None
    review, approval = review_of(case), demanded_of_major(case, "approval")
    special = demanded_of_major(case, "special_plan") or demanded_of_major(case, "task_group")
    if not (review or approval or special) or _is_emergency(case):
        return None
    standing = standing_on(case)
    clause = approval[0] if approval else special[0] if special else review.clause if review else ""
    return (
        _awaited_plan(standing, clause, special)
        or _awaited_review(standing, review)
        or _awaited_approval(standing, approval)
    )


def refusal(case: Case) -> Refused | None:
    """Why *case* may not be completed yet, in words."""
    found = awaited(case)
    return Refused(found.message, found.clause) if found else None


def _awaited_plan(
    standing: Standing, clause: str, special: tuple[str, tuple[str, ...]] | None
) -> Awaited | None:
    if standing.plan is None:
        return Awaited(Act.PLAN, _("先写明处理方案，才能办结。"), clause)
    if standing.is_returned:
        return Awaited(Act.PLAN, _("方案被退回了，请先改好再交。"), clause)
    if special and not standing.plan.special:
        return Awaited(Act.PLAN, _("现在的方案是定为重大之前写的，请先写专项方案。"), special[0])
    return None


def _awaited_review(standing: Standing, review: Review | None) -> Awaited | None:
    if review is None or standing.review is not None:
        return None
    who = words.ROLES[review.role]
    return Awaited(Act.REVIEW, _("方案要先经%(who)s审核，才能办结。", who=who), review.clause, (review.role,))


def _awaited_approval(standing: Standing, approval: tuple[str, tuple[str, ...]] | None) -> Awaited | None:
    if approval is None or standing.approval is not None:
        return None
    clause, roles = approval
    who = words.listed(words.ROLES[role] for role in roles)
    return Awaited(Act.APPROVAL, _("重大诉求的方案要先经%(who)s批准，才能办结。", who=who), clause, roles)


def attributes_of(case: Case) -> dict[str, Any]:
    """What *case* is like now, in the words that a policy may ask for (`policies.terms.ATTRIBUTES`)."""
    plain = ("kind", "category", "channel", "urgency", "severity", "complexity", "validity", "fault")
    return {
        **{name: getattr(case, name) for name in plain},
        "facility_failure": circumstances_of(case).facility_failure,
        "paperless": _is_paperless(case),
        "contactable": not case.anonymous,
        "round": "first" if case.round == 1 else "later",
    }


def _is_emergency(case: Case) -> bool:
    return case.round == 1 and _is_paperless(case)


def _is_paperless(case: Case) -> bool:
    data = db.session.scalar(
        select(TimelineRow.data).where(TimelineRow.case_id == case.id, TimelineRow.seq == 1)
    )
    return bool(data and data.get("paperless"))
