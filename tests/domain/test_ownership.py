"""Dispatch, acceptance, objection, escalation, and handing first responsibility on."""

from typing import Any

import pytest

from shared.cases import handling
from shared.cases.vocabulary import Method, Outcome
from shared.database import db, transaction
from shared.identity import sessions
from shared.ownership import dispatching, transferring
from shared.ownership.dispatching import current_assignment
from shared.ownership.models import Assignment
from tests.cast import Cast
from tests.life import NOT_CONTENT, Life, begin


def _dispatch_to(story: Life, who: str, department: str, by: str = "limin") -> dict[str, Any]:
    return {
        "username": by,
        "verb": dispatching.dispatch,
        "department": story.cast.department(department),
        "handler": story.cast.person(who),
    }


# Dispatch (GZ-10, AH-3.1)


def test_a_dispatch_names_one_department_and_one_handler_and_what_is_wanted(cast: Cast) -> None:
    story = begin(cast).dispatched(to="wangqiang", department="工程部")
    case, assignment = story.case, current_assignment(story.case)
    assert assignment is not None
    assert case.state == "dispatched"
    assert (case.handler_id, case.lead_department_id) == (assignment.handler_id, assignment.department_id)
    assert assignment.handler.name == "王强"
    assert story.words_of(story.rows[-1]) == "今天内先到现场"


def test_nobody_is_dispatched_to_a_department_they_do_not_belong_to(cast: Cast) -> None:
    story = begin(cast).claimed()
    assert "孙丽" in story.refused(**_dispatch_to(story, "sunli", "工程部"))


def test_a_dispatch_goes_to_a_department_of_this_estate(cast: Cast, elsewhere: Cast) -> None:
    story = begin(cast).claimed()
    told = story.refused(
        "limin",
        dispatching.dispatch,
        department=elsewhere.department("工程部"),
        handler=elsewhere.person("wangqiang"),
    )
    assert "GZ-10" in told


def test_who_has_left_is_dispatched_nothing(cast: Cast) -> None:
    story = begin(cast).claimed()
    with transaction():
        sessions.deactivate(cast.person("wangqiang"), story.at)
    assert "王强" in story.refused(**_dispatch_to(story, "wangqiang", "工程部"))


def test_whom_the_case_is_about_is_not_dispatched_it(cast: Cast) -> None:
    story = begin(cast, about="工程部的王强师傅").claimed()
    assert "涉及王强" in story.refused(**_dispatch_to(story, "wangqiang", "工程部"))
    story.act(**_dispatch_to(story, "zhaolei", "工程部"))
    assert story.case.state == "dispatched"


def test_a_department_the_case_is_about_is_not_dispatched_it_either(cast: Cast) -> None:
    story = begin(cast, about_department_id=cast.department("工程部").id).claimed()
    assert "赵磊" in story.refused(**_dispatch_to(story, "zhaolei", "工程部"))
    story.act(**_dispatch_to(story, "sunli", "秩序部"))
    assert story.case.state == "dispatched"


@pytest.mark.parametrize("username", ["liujie", "tangwen", "yangbo"])
def test_who_does_not_dispatch_is_refused(cast: Cast, username: str) -> None:
    story = begin(cast).claimed()
    assert "不能派单" in story.refused(**_dispatch_to(story, "wangqiang", "工程部", by=username))


def test_the_next_round_goes_to_another_handler(cast: Cast) -> None:
    """The owner was not satisfied with this one (TR-14)."""
    story = begin(cast).informed(by="wangqiang").revisited(NOT_CONTENT)
    assert "换人" in story.refused(**_dispatch_to(story, "wangqiang", "工程部"))
    story.act(**_dispatch_to(story, "zhaolei", "工程部"))
    assert (story.case.round, story.case.handler_id) == (2, cast.person("zhaolei").id)


def test_dispatching_again_ends_one_assignment_and_begins_the_next(cast: Cast) -> None:
    story = begin(cast).dispatched(to="wangqiang").dispatched(to="sunli", department="秩序部")
    first, second = db.session.query(Assignment).order_by(Assignment.id).all()
    assert first.ended_at == second.at == story.at
    assert second.ended_at is None
    assert story.rows[-1].data["previous"] == cast.person("wangqiang").id


# Acceptance (MS-3)


@pytest.mark.parametrize("username", ["zhaolei", "gaofeng"])
def test_only_the_named_handler_signs(cast: Cast, username: str) -> None:
    """Not a colleague, and not the head of the department either."""
    story = begin(cast).dispatched(to="wangqiang")
    assert "本人" in story.refused(username, dispatching.accept)


def test_a_signature_stands_on_the_assignment_with_its_hour(cast: Cast) -> None:
    story = begin(cast).in_handling()
    assignment = current_assignment(story.case)
    assert assignment is not None
    assert (story.case.state, assignment.accepted_at) == ("handling", story.at)


def test_nobody_completes_what_nobody_signed_for(cast: Cast) -> None:
    story = begin(cast).dispatched(to="wangqiang")
    story.refused("wangqiang", handling.complete, outcome=Outcome.RESOLVED, result="好了")


# Objection (GZ-11)


def test_an_objection_is_on_record_and_changes_nothing_else(cast: Cast) -> None:
    story = begin(cast).dispatched(to="wangqiang")
    before = story.case
    facts = (before.state, before.round, before.handler_id, before.lead_department_id, before.next_due_at)
    responder = before.first_responder_id
    story.act("wangqiang", dispatching.object_to, reason="这是电梯维保单位的事")
    case, row = story.case, story.rows[-1]
    assert (case.state, case.round, case.handler_id, case.lead_department_id, case.next_due_at) == facts
    assert case.first_responder_id == responder
    assert (row.act, row.public, story.words_of(row)) == ("objection", False, "这是电梯维保单位的事")
    story.act("wangqiang", dispatching.accept)
    assert story.case.state == "handling"


def test_the_head_of_the_department_may_object_and_a_bystander_may_not(cast: Cast) -> None:
    story = begin(cast).dispatched(to="wangqiang")
    story.act("gaofeng", dispatching.object_to, reason="人手不够")
    assert "GZ-11" in story.refused("zhaolei", dispatching.object_to, reason="我也觉得")


# Escalation (GZ-13)


def test_a_handler_tells_the_next_level_in_time_and_the_work_goes_on(cast: Cast) -> None:
    story = begin(cast).in_handling()
    story.act("wangqiang", dispatching.escalate, to=cast.person("hemei"), reason="缺配件，今天修不好")
    row = story.rows[-1]
    assert (row.act, row.data["to"], story.case.state) == ("escalation", cast.person("hemei").id, "handling")


def test_nothing_is_escalated_to_whom_the_case_is_about(cast: Cast) -> None:
    story = begin(cast, about="何梅主任态度差").in_handling()
    told = story.refused("wangqiang", dispatching.escalate, to=cast.person("hemei"), reason="来不及")
    assert "涉及何梅" in told


# Transfer of first responsibility (GZ-15)


def _asked(cast: Cast) -> Life:
    story = begin(cast).claimed(by="limin")
    story.act("limin", transferring.ask, to=cast.person("zhouqi"), reason="下周休假")
    return story


def test_asking_alone_passes_nothing(cast: Cast) -> None:
    assert _asked(cast).case.first_responder_id == cast.person("limin").id


def test_first_responsibility_passes_when_the_other_accepts(cast: Cast) -> None:
    story = _asked(cast)
    story.act("zhouqi", transferring.answer, accepted=True)
    assert story.case.first_responder_id == cast.person("zhouqi").id
    assert story.case.state == "claimed"
    assert transferring.pending(story.case) is None
    assert story.acts == ["filing", "claim", "transfer", "takeover"]


def test_a_transfer_that_is_declined_changes_nothing_and_may_be_asked_of_another(cast: Cast) -> None:
    story = _asked(cast)
    story.act("zhouqi", transferring.answer, accepted=False, reason="我手上已有十件")
    assert story.case.first_responder_id == cast.person("limin").id
    assert not story.rows[-1].public
    story.act("limin", transferring.ask, to=cast.person("chenjing"), reason="下周休假")
    assert transferring.pending(story.case) is not None


def test_a_case_passes_to_one_person_at_a_time(cast: Cast) -> None:
    story = _asked(cast)
    assert "已经有一项移交" in story.refused(
        "limin", transferring.ask, to=cast.person("chenjing"), reason="再问一位"
    )


@pytest.mark.parametrize("username", ["chenjing", "limin"])
def test_only_the_one_who_was_asked_may_answer(cast: Cast, username: str) -> None:
    assert "没有等您答复" in _asked(cast).refused(username, transferring.answer, accepted=True)


def test_somebody_elses_responsibility_is_not_for_a_colleague_to_hand_on(cast: Cast) -> None:
    story = begin(cast).claimed(by="limin")
    assert "GZ-15" in story.refused("zhouqi", transferring.ask, to=cast.person("chenjing"), reason="我来安排")


def test_where_the_person_cannot_the_director_asks_for_them(cast: Cast) -> None:
    story = begin(cast).claimed(by="limin")
    story.act("hemei", transferring.ask, to=cast.person("zhouqi"), reason="李敏病假")
    story.act("zhouqi", transferring.answer, accepted=True)
    assert story.case.first_responder_id == cast.person("zhouqi").id


@pytest.mark.parametrize("username", ["wangqiang", "tangwen", "limin"])
def test_first_responsibility_goes_to_somebody_who_can_bear_it_and_another(cast: Cast, username: str) -> None:
    story = begin(cast).claimed(by="limin")
    assert "不能担任" in story.refused("limin", transferring.ask, to=cast.person(username), reason="给你")


def test_first_responsibility_is_not_handed_to_whom_the_case_is_about(cast: Cast) -> None:
    story = begin(cast, about="前台周琪").claimed(by="limin")
    assert "周琪" in story.refused("limin", transferring.ask, to=cast.person("zhouqi"), reason="给你")


def test_a_case_nobody_has_taken_cannot_be_handed_on(cast: Cast) -> None:
    story = begin(cast)
    assert "GZ-15" in story.refused("hemei", transferring.ask, to=cast.person("zhouqi"), reason="你来")


def test_who_has_called_is_on_record_reached_or_not(cast: Cast) -> None:
    story = begin(cast).claimed()
    story.act("limin", handling.contact, method=Method.TELEPHONE, reached=False, note="无人接听")
    story.act("limin", handling.contact, method=Method.TELEPHONE, reached=True, note="约好下午上门")
    missed, reached = story.rows[-2:]
    assert (missed.data["reached"], missed.public) == (False, False)
    assert (reached.data["reached"], reached.public) == (True, True)
