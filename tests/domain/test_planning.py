"""The measures of grave cases: plan, review, approval, task group (AH-3.3c, VK-4f, VK-4g)."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from shared.cases import finding, handling
from shared.cases.circumstances import Circumstances
from shared.cases.measures import attributes_of, awaited, standing_on
from shared.cases.models import Opinion, Plan
from shared.cases.vocabulary import Outcome, Severity
from shared.database import db, transaction
from shared.identity.models import Appointment
from shared.identity.permissions import Role
from shared.notifications import wording
from shared.notifications.models import Message
from shared.ownership import planning, task_group
from shared.policies.terms import ATTRIBUTES
from shared.severity import grading
from tests import cast as company
from tests.cast import LONG_AGO, Cast
from tests.life import NOT_CONTENT, Life, begin

DONE: dict[str, Any] = {"outcome": Outcome.RESOLVED, "result": "已换导轮，试运行两天正常"}
STEPS = "停梯，换导轮，第三方检测后恢复；期间安排专人搬运"


@pytest.fixture
def living_by(app: Flask) -> Iterator[Callable[[str], Cast]]:
    """An estate that lives by another of the regulations."""

    def settle(preset: str) -> Cast:
        return company.settle("yunhe", "云和苑", "YH", preset=preset)

    with app.app_context():
        yield settle


def _major(story: Life) -> Life:
    story.act("wangqiang", finding.find, circumstances=Circumstances(injury=True), text="乘客擦伤，有照片")
    return story


def _plan(story: Life, *members: str, by: str = "wangqiang", told: bool = False) -> Plan:
    group = [story.cast.person(name) for name in members]
    made = story.act(by, planning.plan, text=STEPS, told=told, group=group)
    assert isinstance(made, Plan)
    return made


def _told(story: Life, about: str) -> list[str]:
    found = db.session.query(Message).filter_by(case_id=story.case.id, about=about).order_by(Message.id)
    return [m.user.username for m in found if m.user]


def _said(story: Life, about: str) -> str | None:
    """What the newest message about it would say if it were sent now."""
    found = db.session.query(Message).filter_by(case_id=story.case.id, about=about)
    message = found.order_by(Message.id.desc()).first()
    assert message is not None
    written = wording.write(story.case, about, message.detail, "zh_Hans")
    return written.text if written else None


# An ordinary case


def test_ah_3_1_an_ordinary_case_may_have_a_plan_and_needs_none(cast: Cast) -> None:
    story = begin(cast).in_handling()
    made = _plan(story, told=True)
    row = story.rows[-1]
    assert (row.act, row.data["told"], row.data["plan"], row.public) == ("plan", True, made.id, False)
    assert story.words_of(row) == STEPS
    assert not made.special
    story.act("wangqiang", handling.complete, **DONE)


def test_a_case_without_plan_is_completed(cast: Cast) -> None:
    story = begin(cast).in_handling()
    assert awaited(story.case) is None
    story.act("wangqiang", handling.complete, **DONE)


def test_a_plan_says_what_will_be_done(cast: Cast) -> None:
    story = begin(cast).in_handling()
    assert "怎么做" in story.refused("wangqiang", planning.plan, text=" ", told=False)


@pytest.mark.parametrize("username", ["limin", "chenjing", "zhaolei", "yangbo"])
def test_only_who_handles_it_plans(cast: Cast, username: str) -> None:
    story = begin(cast).in_handling()
    if story.unseen_by(username):
        return
    story.refused(username, planning.plan, text=STEPS, told=False)


# A major case under the standard


def test_vk_4g_a_major_case_is_completed_only_with_an_approved_plan(cast: Cast) -> None:
    story = _major(begin(cast).in_handling())
    assert "VK-4g" in story.refused("wangqiang", handling.complete, **DONE)
    _plan(story, "gaofeng", "zhaolei")
    assert "总经理批准" in story.refused("wangqiang", handling.complete, **DONE)
    story.act("yangbo", planning.approve, passed=True)
    assert awaited(story.case) is None
    story.act("wangqiang", handling.complete, **DONE)
    assert story.acts[-3:] == ["plan", "approval", "completion"]


def test_vk_4g_a_plan_sent_back_is_made_anew(cast: Cast) -> None:
    story = _major(begin(cast).in_handling())
    first = _plan(story, "gaofeng")
    assert "哪里要改" in story.refused("yangbo", planning.approve, passed=False, text=" ")
    story.act("yangbo", planning.approve, passed=False, text="要写清停梯期间老人怎么上楼")
    assert story.words_of(story.rows[-1]) == "要写清停梯期间老人怎么上楼"
    assert "退回" in story.refused("wangqiang", handling.complete, **DONE)
    assert "被退回" in (_said(story, "plan_answered") or "")
    second = _plan(story, "gaofeng")
    standing = standing_on(story.case)
    assert (standing.plan, standing.approval) == (second, None)
    assert db.session.get_one(Plan, first.id).replaced_at == story.at
    assert _said(story, "plan_answered") is None
    story.act("yangbo", planning.approve, passed=True, text="同意")
    story.act("wangqiang", handling.complete, **DONE)


def test_a_new_plan_loses_the_approval_of_the_one_before(cast: Cast) -> None:
    story = _major(begin(cast).in_handling())
    _plan(story, "gaofeng")
    story.act("yangbo", planning.approve, passed=True)
    _plan(story, "gaofeng")
    assert "批准" in story.refused("wangqiang", handling.complete, **DONE)


def test_a_plan_is_approved_once_by_the_general_manager_alone(cast: Cast) -> None:
    story = _major(begin(cast).in_handling())
    story.refused("yangbo", planning.approve, passed=True)
    _plan(story, "gaofeng")
    for username in ("xufei", "hemei", "chenjing", "wangqiang"):
        assert "VK-4g" in story.refused(username, planning.approve, passed=True)
    story.act("yangbo", planning.approve, passed=True)
    story.refused("yangbo", planning.approve, passed=True)


def test_ah_3_3c_the_plan_of_a_major_case_is_special_and_names_its_task_group(cast: Cast) -> None:
    story = _major(begin(cast).in_handling())
    assert "AH-3.3c" in story.refused("wangqiang", planning.plan, text=STEPS, told=False)
    assert _plan(story, "gaofeng", "sunli").special
    assert [user.username for user in task_group.members(story.case)] == ["sunli", "gaofeng"]
    assert not story.unseen_by("sunli")
    _plan(story, "gaofeng")
    assert [user.username for user in task_group.members(story.case)] == ["gaofeng"]
    assert story.unseen_by("sunli")


def test_whom_a_case_is_about_is_in_no_task_group(cast: Cast) -> None:
    story = _major(begin(cast, about="孙丽态度很差").in_handling())
    story.refused("wangqiang", planning.plan, text=STEPS, told=False, group=[cast.person("sunli")])


def test_a_plan_from_before_it_was_major_is_not_the_special_plan(cast: Cast) -> None:
    story = begin(cast).in_handling()
    _plan(story)
    _major(story)
    assert "专项方案" in story.refused("wangqiang", handling.complete, **DONE)
    _plan(story, "gaofeng")
    story.act("yangbo", planning.approve, passed=True)
    story.act("wangqiang", handling.complete, **DONE)


def test_a_case_that_is_ordinary_after_all_waits_for_nobody(cast: Cast) -> None:
    story = _major(begin(cast).in_handling())
    story.act("hemei", grading.grade, severity=Severity.ORDINARY, reason="没有人受伤，已核实")
    story.act("wangqiang", handling.complete, **DONE)


def test_another_round_has_another_plan(cast: Cast) -> None:
    story = _major(begin(cast).in_handling())
    _plan(story, "gaofeng")
    story.act("yangbo", planning.approve, passed=True)
    story.act("wangqiang", handling.complete, **DONE)
    story.act("limin", handling.inform, method="telephone", text="已修好")
    story.revisited(NOT_CONTENT)
    assert list(task_group.members(story.case)) == []
    story.in_handling("zhaolei")
    assert standing_on(story.case).plan is None
    assert "VK-4g" in story.refused("zhaolei", handling.complete, **DONE)


def test_vk_5_1_an_emergency_entered_without_paper_is_put_right_first(cast: Cast) -> None:
    story = _major(begin(cast, extra={"paperless": True}).in_handling())
    assert awaited(story.case) is None
    _plan(story, "gaofeng")
    story.act("wangqiang", handling.complete, **DONE)


# Who hears of it


def test_vk_4g_the_general_manager_is_asked_for_each_plan(cast: Cast) -> None:
    story = _major(begin(cast).in_handling())
    _plan(story, "gaofeng")
    assert _told(story, "approval_wanted") == ["yangbo"]
    assert "VK-4g" in (_said(story, "approval_wanted") or "")
    story.act("yangbo", planning.approve, passed=False, text="再细一些")
    assert _said(story, "approval_wanted") is None
    _plan(story, "gaofeng")
    assert _told(story, "approval_wanted") == ["yangbo", "yangbo"]
    story.act("yangbo", planning.approve, passed=True)
    assert _told(story, "plan_answered") == ["wangqiang", "wangqiang"]


def test_ah_3_3c_leaders_hear_of_plan_progress_and_completion_of_a_major_case(cast: Cast) -> None:
    story = _major(begin(cast).in_handling())
    _plan(story, "gaofeng")
    assert _told(story, "major_progress") == ["xufei", "yangbo"]
    story.act("yangbo", planning.approve, passed=True)
    story.act("wangqiang", handling.progress, text="配件已到", public=True)
    story.act("wangqiang", handling.progress, text="旧件有裂纹", public=False)
    assert len(_told(story, "major_progress")) == 4
    story.act("wangqiang", handling.complete, **DONE)
    assert len(_told(story, "major_progress")) == 6
    assert "已办结" in (_said(story, "major_progress") or "")


def test_leaders_are_spared_the_ordinary(cast: Cast) -> None:
    story = begin(cast).in_handling()
    _plan(story)
    story.act("wangqiang", handling.progress, text="配件已到", public=True)
    story.act("wangqiang", handling.complete, **DONE)
    assert _told(story, "major_progress") == []


# Review, where the regulation has it


def test_vk_4f_under_the_procedure_every_case_waits_for_the_specialists_review(
    living_by: Callable[[str], Cast],
) -> None:
    story = begin(living_by("vanke")).in_handling()
    assert "VK-4f" in story.refused("wangqiang", handling.complete, **DONE)
    _plan(story)
    assert "审核" in story.refused("wangqiang", handling.complete, **DONE)
    story.act("chenjing", planning.review, passed=True)
    story.act("wangqiang", handling.complete, **DONE)


def test_review_and_approval_in_this_order(living_by: Callable[[str], Cast]) -> None:
    cast = living_by("vanke")
    story = begin(cast).in_handling()
    story.act("chenjing", grading.grade, severity=Severity.MAJOR, reason="媒体已来电采访")
    _plan(story)
    assert _told(story, "review_wanted") == ["yunhe-chenjing"]
    assert _told(story, "approval_wanted") == []
    story.refused("yangbo", planning.approve, passed=True)
    by_friday = story.at + timedelta(days=4)
    story.act("chenjing", planning.review, passed=True, complete_by=by_friday, text="可行")
    assert db.session.query(Opinion).one().complete_by == by_friday
    assert story.rows[-1].data["complete_by"] == by_friday.isoformat()
    assert _told(story, "approval_wanted") == ["yunhe-yangbo"]
    assert "批准" in story.refused("wangqiang", handling.complete, **DONE)
    story.act("yangbo", planning.approve, passed=True)
    story.act("wangqiang", handling.complete, **DONE)


def test_a_plan_that_failed_its_review_does_not_reach_the_general_manager(
    living_by: Callable[[str], Cast],
) -> None:
    story = begin(living_by("vanke")).in_handling()
    story.act("chenjing", grading.grade, severity=Severity.MAJOR, reason="媒体已来电采访")
    _plan(story)
    story.act("chenjing", planning.review, passed=False, text="没有写时间")
    story.refused("yangbo", planning.approve, passed=True)
    story.refused("chenjing", planning.review, passed=True)
    assert _told(story, "plan_answered") == ["yunhe-wangqiang"]


def test_ah_3_3c_without_an_approval_in_the_rules_the_special_plan_is_enough(
    living_by: Callable[[str], Cast],
) -> None:
    story = begin(living_by("aid")).in_handling()
    story.act("chenjing", grading.grade, severity=Severity.MAJOR, reason="涉及整栋楼的老人")
    assert "AH-3.3c" in story.refused("wangqiang", handling.complete, **DONE)
    _plan(story, "gaofeng")
    story.act("wangqiang", handling.complete, **DONE)


def test_whatever_a_policy_may_ask_of_a_case_is_known_of_it(cast: Cast) -> None:
    story = begin(cast, extra={"paperless": True}).in_handling()
    told = attributes_of(story.case)
    assert set(told) == set(ATTRIBUTES)
    assert all(told[name] in known for name, known in ATTRIBUTES.items())
    assert (told["paperless"], told["round"], told["fault"]) == (True, "first", "presumed")


def test_nobody_reviews_or_approves_a_plan_of_their_own(cast: Cast) -> None:
    story = _major(begin(cast).in_handling())
    with transaction():
        for role in (Role.SPECIALIST, Role.GENERAL_MANAGER):
            db.session.add(
                Appointment(
                    user_id=cast.person("wangqiang").id, estate_id=cast.estate.id, role=role, since=LONG_AGO
                )
            )
    _plan(story, "gaofeng")
    story.refused("wangqiang", planning.review, passed=True)
    story.refused("wangqiang", planning.approve, passed=True)
