"""Returning a misdirected case (退单): asked with a reason, decided by somebody else, the clocks running on."""

from typing import Any

import pytest

from shared.cases import handling
from shared.cases.vocabulary import Outcome
from shared.database import db
from shared.notifications.models import Message
from shared.notifications.wording import write
from shared.ownership import dispatching, returning
from shared.ownership.dispatching import current_assignment
from shared.ownership.models import Assignment, Return
from tests.cast import Cast
from tests.life import NOT_CONTENT, Life, begin

NOT_OURS = "门禁归秩序部管，我们没有权限"
AGREED = "确实归秩序部"


def _asked(cast: Cast, by: str = "wangqiang") -> Life:
    story = begin(cast).in_handling()
    story.act(by, returning.ask, reason=NOT_OURS)
    return story


def _returned(cast: Cast) -> Life:
    story = _asked(cast)
    story.act("limin", returning.approve, reason=AGREED)
    return story


def _dispatch(cast: Cast, to: str, department: str, **more: Any) -> dict[str, Any]:
    return {
        "verb": dispatching.dispatch,
        "department": cast.department(department),
        "handler": cast.person(to),
        **more,
    }


def _told(story: Life, about: str) -> list[str]:
    """Who has a message about it, by name."""
    found = db.session.query(Message).filter_by(case_id=story.case.id, about=about).order_by(Message.id)
    return [message.user.name for message in found if message.user]


# Asking


def test_asking_alone_moves_nothing_and_no_clock_waits_for_the_answer(cast: Cast) -> None:
    """An objection does not stop the clock, and neither does this (GZ-11)."""
    story = begin(cast).in_handling()
    before = story.case
    facts = (before.state, before.handler_id, before.lead_department_id, before.next_due_at, before.round)
    story.act("wangqiang", returning.ask, reason=NOT_OURS)
    case, row = story.case, story.rows[-1]
    assert (case.state, case.handler_id, case.lead_department_id, case.next_due_at, case.round) == facts
    assert (row.act, row.public, story.words_of(row)) == ("return_request", False, NOT_OURS)


def test_the_work_goes_on_while_the_question_is_open(cast: Cast) -> None:
    story = begin(cast).dispatched()
    story.act("wangqiang", returning.ask, reason=NOT_OURS)
    story.act("wangqiang", dispatching.accept)
    story.act("wangqiang", handling.progress, text="先把门打开了", public=True)
    assert returning.pending(story.case) is not None
    story.act("limin", returning.approve, reason=AGREED)
    assert story.case.state == "claimed"


def test_the_head_of_the_department_may_ask_and_a_bystander_may_not(cast: Cast) -> None:
    story = begin(cast).dispatched()
    assert "GZ-11" in story.refused("zhaolei", returning.ask, reason=NOT_OURS)
    story.act("gaofeng", returning.ask, reason=NOT_OURS)
    assert returning.pending(story.case) is not None


def test_nobody_asks_without_a_reason_nor_twice(cast: Cast) -> None:
    story = begin(cast).in_handling()
    assert "为什么" in story.refused("wangqiang", returning.ask, reason="  ")
    story.act("wangqiang", returning.ask, reason=NOT_OURS)
    assert "正在等答复" in story.refused("gaofeng", returning.ask, reason="再问一次")


def test_whoever_dispatched_it_hears_and_reads_who_asks(cast: Cast) -> None:
    story = begin(cast).claimed().dispatched(by="zhouqi")
    story.act("wangqiang", returning.ask, reason=NOT_OURS)
    assert _told(story, "return_asked") == ["周琪"]
    message = db.session.query(Message).filter_by(about="return_asked").one()
    letter = write(story.case, "return_asked", message.detail, "zh_Hans")
    assert letter is not None
    assert "工程部王强" in letter.text
    assert NOT_OURS not in letter.text


def test_where_the_one_who_dispatched_is_away_whoever_is_on_duty_hears(cast: Cast) -> None:
    story = begin(cast).claimed().dispatched(by="zhouqi")
    db.session.commit()
    person = cast.person("zhouqi")
    person.deactivated_at = story.at
    db.session.commit()
    story.act("wangqiang", returning.ask, reason=NOT_OURS)
    assert _told(story, "return_asked") == ["李敏"]


# Agreeing


def test_agreed_it_goes_back_to_the_same_first_responder_in_the_same_round(cast: Cast) -> None:
    """First responsibility is not returned with it (GZ-15)."""
    story = _asked(cast)
    before = story.case
    kept = (before.round, before.first_responder_id)
    story.act("limin", returning.approve, reason=AGREED)
    case, row = story.case, story.rows[-1]
    assert (case.round, case.first_responder_id) == kept
    assert (case.state, case.handler_id, case.lead_department_id) == ("claimed", None, None)
    assert current_assignment(case) is None
    assert (row.act, story.words_of(row)) == ("returning", AGREED)
    returned = db.session.query(Return).one()
    assert (returned.approved, returned.decided_at) == (True, story.at)
    assert returned.decided_by_id == cast.person("limin").id
    assert _told(story, "return_answered") == ["王强"]


def test_who_gave_it_back_has_no_part_in_it_any_more(cast: Cast) -> None:
    story = _returned(cast)
    assert story.unseen_by("wangqiang")
    assert story.unseen_by("gaofeng")


def test_the_promise_to_the_owner_stays_what_it_was(cast: Cast) -> None:
    story = _asked(cast)
    due = story.case.next_due_at
    story.act("limin", returning.approve, reason=AGREED)
    story.act("limin", **_dispatch(cast, "sunli", "秩序部"))
    story.act("sunli", dispatching.accept)
    assert story.case.next_due_at == due


@pytest.mark.parametrize("username", ["liujie", "tangwen", "yangbo"])
def test_who_does_not_dispatch_does_not_decide(cast: Cast, username: str) -> None:
    assert "没有等您答复" in _asked(cast).refused(username, returning.approve, reason=AGREED)


@pytest.mark.parametrize("username", ["wangqiang", "gaofeng"])
def test_those_who_have_it_do_not_decide_whoever_of_them_asked(cast: Cast, username: str) -> None:
    story = _asked(cast, by="gaofeng")
    assert "申请人以外" in story.refused(username, returning.approve, reason=AGREED)


def test_whoever_answers_says_why(cast: Cast) -> None:
    story = _asked(cast)
    assert "写明为什么" in story.refused("limin", returning.approve, reason="")
    assert "写明为什么" in story.refused("limin", returning.refuse, reason=" ")


def test_whoever_answers_second_hears_what_was_decided(cast: Cast) -> None:
    assert "李敏已经同意退单" in _returned(cast).refused("zhouqi", returning.approve, reason=AGREED)
    story = _asked(cast)
    story.act("hemei", returning.refuse, reason="归你们")
    assert "何梅已经答复不同意退单" in story.refused("zhouqi", returning.approve, reason=AGREED)


# The same department again


def test_the_department_gets_it_again_only_from_who_has_read_why_it_came_back(cast: Cast) -> None:
    story = _returned(cast)
    assert "退过" in story.refused("limin", **_dispatch(cast, "zhaolei", "工程部"))
    story.act("limin", **_dispatch(cast, "zhaolei", "工程部", overruled=True))
    assignment = current_assignment(story.case)
    assert assignment is not None
    assert assignment.final
    assert "不能再退" in story.refused("zhaolei", returning.ask, reason=NOT_OURS)


def test_another_department_gets_it_as_ever_and_may_return_it(cast: Cast) -> None:
    story = _returned(cast)
    story.act("limin", **_dispatch(cast, "sunli", "秩序部"))
    story.act("sunli", returning.ask, reason="设备坏了，归工程部")
    story.act("hemei", returning.approve, reason="两边一起看现场")
    assert dispatching.handed_back(story.case) == {
        cast.department("工程部").id,
        cast.department("秩序部").id,
    }


def test_a_further_round_begins_without_what_came_back_in_the_last(cast: Cast) -> None:
    story = _returned(cast)
    story.act("limin", **_dispatch(cast, "sunli", "秩序部"))
    story.act("sunli", dispatching.accept)
    story.act("sunli", handling.complete, outcome=Outcome.RESOLVED, result="已更换门锁继电器")
    story.act("limin", handling.inform, method="telephone", text="已修好")
    story.revisited(NOT_CONTENT)
    story.act("limin", **_dispatch(cast, "zhaolei", "工程部"))
    assert story.case.round == 2


# Not agreeing


def test_refused_it_stays_and_may_be_asked_again(cast: Cast) -> None:
    story = _asked(cast)
    story.act("limin", returning.refuse, reason="合同里写着归工程部")
    case, row = story.case, story.rows[-1]
    assert (case.state, case.handler_id) == ("handling", cast.person("wangqiang").id)
    assert (row.act, row.public, row.data["final"]) == ("return_refusal", False, False)
    assert _told(story, "return_answered") == ["王强"]
    story.act("wangqiang", returning.ask, reason="查了合同，还是不归我们")
    assert returning.pending(story.case) is not None


def test_a_final_assignment_cannot_bounce(cast: Cast) -> None:
    story = _asked(cast)
    story.act("limin", returning.refuse, reason="服务中心会议定的", final=True)
    assert "不能再退" in story.refused("wangqiang", returning.ask, reason=NOT_OURS)
    assert "不能再退" in story.refused("gaofeng", returning.ask, reason=NOT_OURS)
    story.act("wangqiang", dispatching.object_to, reason="不归我们")  # their objection stays open to them


# Overtaken


def test_a_case_dispatched_to_another_has_nothing_left_to_decide(cast: Cast) -> None:
    story = _asked(cast)
    story.act("zhouqi", **_dispatch(cast, "sunli", "秩序部"))
    returned = db.session.query(Return).one()
    assert (returned.approved, returned.decided_by_id, returned.decided_at) == (None, None, story.at)
    assert "没有等您答复" in story.refused("limin", returning.approve, reason=AGREED)


def test_a_case_completed_meanwhile_has_nothing_left_to_decide_even_when_it_is_sent_back(cast: Cast) -> None:
    story = _asked(cast)
    story.act("wangqiang", handling.complete, outcome=Outcome.RESOLVED, result="还是修好了")
    story.refused("zhouqi", returning.approve, reason=AGREED)
    story.act("limin", handling.redo, reason="门又坏了")
    assert returning.pending(story.case) is None


def test_every_assignment_of_the_record_is_ended_once(cast: Cast) -> None:
    story = _returned(cast)
    story.act("limin", **_dispatch(cast, "sunli", "秩序部"))
    first, second = db.session.query(Assignment).order_by(Assignment.id).all()
    assert first.ended_at is not None
    assert first.ended_at < second.at
    assert second.ended_at is None
