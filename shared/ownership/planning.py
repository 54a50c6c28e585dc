"""The measures of a case: a plan, its review and its approval (AH-3.1, AH-3.3c, VK-4f, VK-4g)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from shared import events
from shared.cases import acting, measures
from shared.cases.lifecycle import Act
from shared.cases.models import Case, Opinion, Plan
from shared.database import db
from shared.identity.models import User
from shared.ownership import guards, task_group
from shared.ownership.events import OpinionGiven, PlanMade


def plan(case: Case, *, by: User, at: datetime, text: str, told: bool, group: Sequence[User] = ()) -> Plan:
    """What is meant to be done; *told*: the owner knows of it. It takes the place of the plan before it.

    Of a major case it is the special plan that the rules ask for, and *group* is its special task group (AH-3.3c).
    """
    acting.refuse_unless(guards.can_plan(by, case), _("方案由处理人或其部门负责人来写。"), "AH-3.1")
    acting.refuse_unless(bool(text.strip()), _("请写明准备怎么做。"), "AH-3.1")
    _check_group(case, group)
    before = measures.standing_on(case).plan
    if before is not None:
        before.replaced_at = at
    words_id, words = acting.write_words(case, text, public=False)
    made = Plan(
        case_id=case.id,
        round=case.round,
        by_id=by.id,
        at=at,
        special=measures.demanded_of_major(case, "special_plan") is not None,
        told=told,
        words_id=words_id,
    )
    db.session.add(made)
    db.session.flush()
    _form_group(case, group, at)
    data = {"plan": made.id, "special": made.special, "told": told, "group": [user.id for user in group]}
    acting.perform(case, Act.PLAN, by=by, at=at, public=False, data={**data, **words})
    events.publish(PlanMade(case.id, made.id))
    return made


def _check_group(case: Case, group: Sequence[User]) -> None:
    needed = measures.demanded_of_major(case, "task_group")
    if needed is not None:
        acting.refuse_unless(bool(group), _("重大诉求要成立专项小组，请选小组成员。"), needed[0])
    task_group.check(case, group)


def _form_group(case: Case, group: Sequence[User], at: datetime) -> None:
    """A plan may bring its group with it; its leader leads on as long as they belong to it."""
    leader = task_group.leader(case)
    task_group.settle(case, group, at, led_by=leader if leader in group else None)


def review(
    case: Case, *, by: User, at: datetime, passed: bool, complete_by: datetime | None = None, text: str = ""
) -> Opinion:
    """The specialist looks at the measures, and may set the date by which they are carried out (VK-4f, VK-7)."""
    acting.refuse_unless(
        guards.can_review(by, case), _("审核由投诉专员对还没审核的方案来做，不审自己写的。"), "VK-4f"
    )
    until = {"complete_by": complete_by.isoformat()} if complete_by else {}
    return _give(case, Act.REVIEW, by, at, passed, text, complete_by=complete_by, data=until)


def approve(case: Case, *, by: User, at: datetime, passed: bool, text: str = "") -> Opinion:
    """The general manager approves the measures of a grave case, or sends them back with words (VK-4g)."""
    acting.refuse_unless(
        guards.can_approve(by, case), _("批准由总经理对审核过、还没批的方案来做，不批自己写的。"), "VK-4g"
    )
    return _give(case, Act.APPROVAL, by, at, passed, text)


def _give(
    case: Case,
    act: Act,
    by: User,
    at: datetime,
    passed: bool,
    text: str,
    *,
    complete_by: datetime | None = None,
    data: dict[str, Any] | None = None,
) -> Opinion:
    """Keep an opinion of the plan that stands; sending it back is answered for in words."""
    acting.refuse_unless(passed or bool(text.strip()), _("退回方案，要写明哪里要改。"), "VK-4f")
    standing = measures.standing_on(case)
    assert standing.plan is not None  # the guards have looked
    words_id, words = acting.write_words(case, text, public=False)
    opinion = Opinion(
        plan_id=standing.plan.id,
        act=act,
        by_id=by.id,
        at=at,
        passed=passed,
        complete_by=complete_by,
        words_id=words_id,
    )
    db.session.add(opinion)
    db.session.flush()
    said = {"plan": standing.plan.id, "passed": passed, **(data or {}), **words}
    acting.perform(case, act, by=by, at=at, public=False, data=said)
    events.publish(OpinionGiven(case.id, opinion.id))
    return opinion
