"""Cooperating departments (协办): one leads, any number has a task of its own (AH-3.3b); task groups (AH-3.3c)."""

from datetime import timedelta
from typing import Any

import pytest

from shared.cases import finding, handling
from shared.cases.circumstances import Circumstances
from shared.cases.vocabulary import Outcome
from shared.cli import case_file
from shared.database import db, transaction
from shared.notifications.models import Message
from shared.notifications.wording import write
from shared.ownership import cooperating, dispatching, planning, returning, task_group
from shared.ownership.models import Task
from tests.cast import MONDAY, Cast
from tests.life import NOT_CONTENT, Life, begin

FOOTAGE = "调看 2 单元门口周日晚的监控"


def _asked(cast: Cast, by: str = "limin") -> Life:
    story = begin(cast).in_handling()
    story.act(by, cooperating.ask, department=cast.department("秩序部"), requirements=FOOTAGE)
    return story


def _task(story: Life) -> Task:
    return cooperating.tasks_of(story.case)[-1]


def _take(story: Life, by: str = "sunli") -> None:
    story.act(by, cooperating.take, task=_task(story))


def _told(story: Life, about: str) -> list[str]:
    found = db.session.query(Message).filter_by(case_id=story.case.id, about=about).order_by(Message.id)
    return [message.user.name for message in found if message.user]


# Asking (AH-3.3b)


def test_another_department_sees_the_case_and_the_lead_stays_what_it_was(cast: Cast) -> None:
    story = begin(cast).in_handling()
    assert story.unseen_by("sunli")
    before = story.case
    facts = (before.state, before.handler_id, before.lead_department_id, before.next_due_at)
    story.act("limin", cooperating.ask, department=cast.department("秩序部"), requirements=FOOTAGE)
    case, row = story.case, story.rows[-1]
    assert (case.state, case.handler_id, case.lead_department_id, case.next_due_at) == facts
    assert not story.unseen_by("sunli")
    assert (row.act, row.public, story.words_of(row)) == ("task", False, FOOTAGE)


@pytest.mark.parametrize("username", ["limin", "hemei", "wangqiang", "gaofeng"])
def test_who_dispatches_and_the_leading_department_ask(cast: Cast, username: str) -> None:
    assert _task(_asked(cast, by=username)).department.name == "秩序部"


@pytest.mark.parametrize("username", ["liujie", "tangwen", "yangbo"])
def test_nobody_else_does(cast: Cast, username: str) -> None:
    story = begin(cast).in_handling()
    order = cast.department("秩序部")
    assert "AH-3.3b" in story.refused(username, cooperating.ask, department=order, requirements=FOOTAGE)


def test_the_leading_department_is_not_asked_to_cooperate_nor_one_of_another_estate(
    cast: Cast, elsewhere: Cast
) -> None:
    story = begin(cast).in_handling()
    for department in (cast.department("工程部"), elsewhere.department("秩序部")):
        told = story.refused("limin", cooperating.ask, department=department, requirements=FOOTAGE)
        assert "另选协办部门" in told


def test_a_department_that_has_ended_meanwhile_is_asked_nothing(cast: Cast) -> None:
    """Nobody is in it any more: the task would wait for ever."""
    story = begin(cast).in_handling()
    order = cast.department("秩序部")
    with transaction():
        order.ended_at = MONDAY
    told = story.refused("limin", cooperating.ask, department=order, requirements=FOOTAGE)
    assert "秩序部已经停用" in told


def test_a_department_that_the_case_is_about_is_asked_nothing(cast: Cast) -> None:
    story = begin(cast, about_department_id=cast.department("秩序部").id).in_handling()
    order = cast.department("秩序部")
    assert "涉及秩序部" in story.refused("limin", cooperating.ask, department=order, requirements=FOOTAGE)


def test_what_is_wanted_is_said(cast: Cast) -> None:
    story = begin(cast).in_handling()
    order = cast.department("秩序部")
    assert "做什么" in story.refused("limin", cooperating.ask, department=order, requirements=" ")


def test_before_anybody_leads_nobody_cooperates(cast: Cast) -> None:
    story = begin(cast).claimed()
    story.refused("limin", cooperating.ask, department=cast.department("秩序部"), requirements=FOOTAGE)


def test_where_the_department_has_no_head_its_people_hear_of_it(cast: Cast) -> None:
    story = _asked(cast)
    assert _told(story, "task_asked") == ["孙丽"]
    message = db.session.query(Message).filter_by(about="task_asked").one()
    letter = write(story.case, "task_asked", message.detail, "zh_Hans")
    assert letter is not None
    assert "李敏请秩序部协办" in letter.text
    assert FOOTAGE not in letter.text


def test_several_departments_have_each_a_task_of_their_own(cast: Cast) -> None:
    story = _asked(cast)
    story.act(
        "wangqiang",
        cooperating.ask,
        department=cast.department("环境部"),
        requirements="清理积水",
        wanted_by=MONDAY + timedelta(hours=4),
    )
    told = case_file.of(story.case)
    assert told["cooperating"] == ["秩序部", "环境部"]
    assert [(t["department"], t["asked_by"], t["done"]) for t in told["tasks"]] == [
        ("秩序部", "limin", None),
        ("环境部", "wangqiang", None),
    ]
    assert told["lead_department"] == "工程部"


# Taking and doing


def test_taken_and_done_the_case_stands_where_it_stood_and_its_handler_hears(cast: Cast) -> None:
    story = _asked(cast)
    _take(story)
    assert _task(story).taken_by_id == cast.person("sunli").id
    story.act("sunli", cooperating.finish, task=_task(story), result="周日 21:40 有人拉开门")
    task, row = _task(story), story.rows[-1]
    assert (task.done, task.ended_at, task.ended_by_id) == (True, story.at, cast.person("sunli").id)
    assert (row.act, row.public, story.words_of(row)) == ("task_done", False, "周日 21:40 有人拉开门")
    assert (story.case.state, story.case.handler_id) == ("handling", cast.person("wangqiang").id)
    assert set(_told(story, "task_ended")) == {"王强", "李敏"}
    assert not story.unseen_by("sunli"), "whoever did it may read on"


def test_who_belongs_to_another_department_does_not_take_it(cast: Cast) -> None:
    story = _asked(cast)
    for username in ("wangqiang", "hemei"):
        assert "不归您的部门" in story.refused(username, cooperating.take, task=_task(story))


def test_the_second_to_take_it_hears_who_has_it(cast: Cast) -> None:
    story = _asked(cast)
    _take(story)
    assert "孙丽已经领了" in story.refused("sunli", cooperating.take, task=_task(story))


def test_nobody_finishes_what_nobody_took_nor_says_nothing_of_it(cast: Cast) -> None:
    story = _asked(cast)
    assert "领了任务的人" in story.refused("sunli", cooperating.finish, task=_task(story), result="看过了")
    _take(story)
    assert "结果怎样" in story.refused("sunli", cooperating.finish, task=_task(story), result="")
    assert "领了任务的人" in story.refused("wangqiang", cooperating.finish, task=_task(story), result="好了")


def test_a_task_outlasts_the_completion_of_the_case_and_does_not_hold_it_up(cast: Cast) -> None:
    story = _asked(cast)
    _take(story)
    story.act("wangqiang", handling.complete, outcome=Outcome.RESOLVED, result="已更换门锁继电器")
    story.act("sunli", cooperating.finish, task=_task(story), result="监控已拷出")
    assert story.case.state == "completed"
    assert _task(story).done


def test_a_return_of_the_lead_leaves_the_others_their_tasks(cast: Cast) -> None:
    story = _asked(cast)
    _take(story)
    story.act("wangqiang", returning.ask, reason="归客服中心")
    story.act("limin", returning.approve, reason="对")
    story.act("sunli", cooperating.finish, task=_task(story), result="监控已拷出")
    assert (story.case.state, _task(story).done) == ("claimed", True)


# Calling off


@pytest.mark.parametrize("username", ["limin", "zhouqi", "wangqiang"])
def test_called_off_the_department_has_no_part_in_the_case_any_more(cast: Cast, username: str) -> None:
    story = _asked(cast)
    story.act(username, cooperating.call_off, task=_task(story), reason="监控归档了，不用看")
    assert story.unseen_by("sunli")
    assert case_file.of(story.case)["cooperating"] == []
    assert (_task(story).done, _task(story).ended_at) == (False, story.at)


def test_whoever_had_taken_it_hears_that_it_is_called_off(cast: Cast) -> None:
    story = _asked(cast)
    _take(story)
    story.act("limin", cooperating.call_off, task=_task(story), reason="不用了")
    assert _told(story, "task_ended") == ["孙丽"]


def test_who_is_asked_does_not_call_it_off(cast: Cast) -> None:
    story = _asked(cast)
    _take(story)
    assert "AH-3.3b" in story.refused("sunli", cooperating.call_off, task=_task(story), reason="没空")


def test_a_department_with_another_task_keeps_its_part(cast: Cast) -> None:
    story = _asked(cast)
    first = _task(story).id
    order = cast.department("秩序部")
    story.act("limin", cooperating.ask, department=order, requirements="加一班夜巡")
    story.act("limin", cooperating.call_off, task=db.session.get_one(Task, first), reason="不用看了")
    assert not story.unseen_by("sunli")
    assert case_file.of(story.case)["cooperating"] == ["秩序部"]


def test_what_is_ended_is_not_ended_again(cast: Cast) -> None:
    story = _asked(cast)
    story.act("limin", cooperating.call_off, task=_task(story), reason="不用了")
    assert "已经结束" in story.refused("limin", cooperating.call_off, task=_task(story), reason="不用了")


def test_a_further_round_begins_without_cooperation(cast: Cast) -> None:
    """Whoever was not done with their part in the last round is not asked for it in this one (TR-14)."""
    story = _asked(cast)
    old = _task(story).id
    story.act("wangqiang", handling.complete, outcome=Outcome.RESOLVED, result="已更换门锁继电器")
    story.act("limin", handling.inform, method="telephone", text="已修好")
    story.revisited(NOT_CONTENT)
    task = db.session.get_one(Task, old, populate_existing=True)
    assert (task.done, task.ended_by_id) == (False, None)
    assert list(cooperating.tasks_of(story.case)) == []
    assert story.unseen_by("sunli")
    assert case_file.of(story.case)["cooperating"] == []


# The task group of a major case (AH-3.3c)


def _major(cast: Cast) -> Life:
    story = begin(cast).in_handling()
    story.act("wangqiang", finding.find, circumstances=Circumstances(injury=True), text="乘客擦伤")
    assert story.case.severity == "major"
    return story


def _group(cast: Cast, *names: str, led_by: str = "gaofeng") -> dict[str, Any]:
    return {"group": [cast.person(name) for name in names], "led_by": cast.person(led_by)}


def test_a_major_case_has_a_group_with_a_leader_and_all_of_them_see_it(cast: Cast) -> None:
    story = _major(cast)
    assert story.unseen_by("sunli")
    story.act("hemei", task_group.form, **_group(cast, "gaofeng", "sunli"))
    assert {user.name for user in task_group.members(story.case)} == {"高峰", "孙丽"}
    leader = task_group.leader(story.case)
    assert leader is not None
    assert leader.name == "高峰"
    assert not story.unseen_by("sunli")
    assert set(_told(story, "task_group")) == {"高峰", "孙丽"}


def test_formed_anew_only_the_new_ones_hear_and_the_others_leave(cast: Cast) -> None:
    story = _major(cast)
    story.act("hemei", task_group.form, **_group(cast, "gaofeng", "sunli"))
    story.act("hemei", task_group.form, **_group(cast, "gaofeng", "zhaolei"))
    assert story.unseen_by("sunli")
    assert sorted(_told(story, "task_group")) == sorted(["高峰", "孙丽", "赵磊"])


def test_the_leader_leads_on_under_the_special_plan(cast: Cast) -> None:
    story = _major(cast)
    story.act("hemei", task_group.form, **_group(cast, "gaofeng", "sunli"))
    members = list(task_group.members(story.case))
    story.act("wangqiang", planning.plan, text="停梯换导轮，第三方检测", told=True, group=members)
    leader = task_group.leader(story.case)
    assert leader is not None
    assert leader.name == "高峰"


def test_a_group_has_a_leader_of_its_own_members_and_nobody_the_case_is_about(cast: Cast) -> None:
    story = _major(cast)
    assert "组长" in story.refused("hemei", task_group.form, **_group(cast, "sunli"))
    about = begin(cast, about="秩序部的孙丽").in_handling()
    about.act("wangqiang", finding.find, circumstances=Circumstances(injury=True), text="乘客擦伤")
    assert "孙丽" in about.refused("hemei", task_group.form, **_group(cast, "gaofeng", "sunli"))


def test_an_ordinary_case_has_no_group_and_a_handler_forms_none(cast: Cast) -> None:
    assert "AH-3.3c" in begin(cast).in_handling().refused("hemei", task_group.form, **_group(cast, "gaofeng"))
    assert "AH-3.3c" in _major(cast).refused("wangqiang", task_group.form, **_group(cast, "gaofeng"))


def test_dispatching_anew_leaves_the_tasks_and_the_group(cast: Cast) -> None:
    story = _major(cast)
    story.act("limin", cooperating.ask, department=cast.department("秩序部"), requirements=FOOTAGE)
    story.act("hemei", task_group.form, **_group(cast, "gaofeng"))
    story.act(
        "limin",
        dispatching.dispatch,
        department=cast.department("工程部"),
        handler=cast.person("zhaolei"),
    )
    assert case_file.of(story.case)["cooperating"] == ["秩序部"]
    assert [user.name for user in task_group.members(story.case)] == ["高峰"]
