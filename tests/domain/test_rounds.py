"""From completion to closure, and round again: nothing closes by itself, and an unhappy owner opens the next round."""

from datetime import timedelta

import pytest

from shared.cases import ending, handling
from shared.cases.models import Closure, Resolution, Round, Words
from shared.cases.vocabulary import Method, Outcome
from shared.database import db, transaction
from shared.errors import Refused
from shared.ownership.models import Assignment
from shared.revisits import recording
from shared.revisits.models import Revisit
from tests.cast import Cast
from tests.life import CONTENT, NOT_CONTENT, Life, begin


def _rounds(story: Life) -> list[tuple[int, str]]:
    rounds = db.session.query(Round).filter_by(case_id=story.case.id).order_by(Round.number)
    return [(r.number, r.cause) for r in rounds]


def test_a_case_whose_owner_is_content_goes_its_way_in_one_round(cast: Cast) -> None:
    story = begin(cast).in_handling()
    story.act("wangqiang", handling.progress, text="正在更换继电器", public=True)
    story.act("wangqiang", handling.complete, outcome=Outcome.RESOLVED, result="已更换")
    story.act("wangqiang", handling.report, text="已换新件，试运行正常")
    story.act("limin", handling.inform, method=Method.TELEPHONE, text="已修好")
    story.revisited(CONTENT)
    story.act("chenjing", recording.close)
    assert story.acts == [
        *("filing", "claim", "dispatch", "acceptance", "progress", "completion"),
        *("report", "informing", "revisit", "closure"),
    ]
    assert (story.case.state, story.case.round, story.case.is_open) == ("closed", 1, False)
    assert db.session.query(Closure).one().ground == "satisfied"


def test_an_owner_who_is_not_satisfied_opens_the_next_round_in_the_same_breath(cast: Cast) -> None:
    story = begin(cast).informed().revisited(NOT_CONTENT)
    case = story.case
    assert (case.state, case.round) == ("claimed", 2)
    assert (case.handler_id, case.lead_department_id) == (None, None)
    assert story.acts[-2:] == ["revisit", "reopening"]
    assert [row.round for row in story.rows[-2:]] == [1, 2]
    assert _rounds(story) == [(1, "filing"), (2, "revisit")]


def test_with_the_round_ends_the_time_its_handler_held_the_case(cast: Cast) -> None:
    story = begin(cast).informed().revisited(NOT_CONTENT)
    assert [a.ended_at for a in db.session.query(Assignment)] == [story.rows[-1].at]


def test_reference_and_archive_number_stay_through_all_rounds(cast: Cast) -> None:
    story = begin(cast)
    names = (story.case.reference, story.case.archive_number)
    story.informed().revisited(NOT_CONTENT).informed(by="zhaolei").revisited(NOT_CONTENT)
    assert story.case.round == 3
    assert (story.case.reference, story.case.archive_number) == names


def test_the_second_round_is_closed_on_its_own_revisit_and_not_on_that_of_the_first(cast: Cast) -> None:
    story = begin(cast).informed().revisited(NOT_CONTENT).informed(by="zhaolei")
    assert recording.ground_for_closing(story.case) is None
    assert "GZ-17A" in story.refused("chenjing", recording.close)
    story.revisited(CONTENT)
    story.act("chenjing", recording.close)
    assert (story.case.state, db.session.query(Closure).one().round) == ("closed", 2)


def test_without_a_revisit_nothing_closes(cast: Cast) -> None:
    story = begin(cast).informed()
    assert "不能结案" in story.refused("chenjing", recording.close)


def test_after_three_attempts_in_vain_the_case_may_be_closed_as_unreachable(cast: Cast) -> None:
    story = begin(cast).informed()
    for _ in range(2):
        story.revisited(None)
    assert "3" in story.refused("chenjing", recording.close)
    story.revisited(None)
    story.act("chenjing", recording.close, reason="三次电话均无人接听")
    assert db.session.query(Closure).one().ground == "unreachable"


def test_attempts_of_an_earlier_round_do_not_count(cast: Cast) -> None:
    story = begin(cast).informed().revisited(None).revisited(None).revisited(NOT_CONTENT)
    story.informed(by="zhaolei").revisited(None)
    assert recording.ground_for_closing(story.case) is None


def test_whoever_cannot_be_reached_at_all_is_not_waited_for(cast: Cast) -> None:
    story = begin(cast, anonymous=True).informed()
    story.act("chenjing", recording.close)
    assert db.session.query(Closure).one().ground == "no_contact"


def test_after_two_rounds_in_vain_only_the_director_ends_it_and_the_owner_reads_why(cast: Cast) -> None:
    story = begin(cast).informed().revisited(NOT_CONTENT)
    story.informed(by="zhaolei")
    assert "不能结案" in story.refused("hemei", recording.close, reason="太早")
    story.revisited(NOT_CONTENT).informed()
    assert "不能结案" in story.refused("chenjing", recording.close, reason="不是我的权限")
    assert "写明理由" in story.refused("hemei", recording.close)
    story.act("hemei", recording.close, reason="房屋已过保修期，已说明可走的途径")
    assert db.session.query(Closure).one().ground == "dissatisfied"
    last = story.rows[-1]
    assert last.public
    assert "保修期" in story.words_of(last)


@pytest.mark.parametrize("username", ["limin", "liujie", "wangqiang", "yangbo"])
def test_closing_is_for_the_specialist_and_the_director(cast: Cast, username: str) -> None:
    story = begin(cast).informed().revisited(CONTENT)
    with pytest.raises(Refused) as refusal, transaction():
        recording.close(story.case, by=cast.person(username), at=story.at)
    assert refusal.value.clause == "VK-3.1"
    assert story.case.state == "informed"


def test_whoever_handled_the_case_does_not_ask_the_owner_how_it_was(cast: Cast) -> None:
    """TR-11: a handler holds no such permission; a specialist who handled would."""
    story = begin(cast).informed()
    with transaction():
        story.case.handler_id = cast.person("chenjing").id
    assert "TR-11" in story.refused(
        "chenjing", recording.record, method=Method.TELEPHONE, answers=CONTENT, opinions=""
    )
    story.revisited(CONTENT, by="liujie")
    assert db.session.query(Revisit).one().by_id == cast.person("liujie").id


def test_a_revisit_keeps_all_four_answers(cast: Cast) -> None:
    story = begin(cast).informed()
    story.act(
        "liujie",
        recording.record,
        method=Method.DOOR,
        answers=recording.Answers(satisfied=True, timely=False, courteous=True),
        opinions="希望早点通知",
    )
    revisit = db.session.query(Revisit).one()
    assert (revisit.reached, revisit.satisfied, revisit.timely, revisit.courteous) == (
        True,
        True,
        False,
        True,
    )
    assert story.words_of(story.rows[-1]) == "希望早点通知"


# The first responder's own judgement (GZ-15)


def test_a_completion_the_first_responder_does_not_believe_goes_back_to_its_handler(cast: Cast) -> None:
    story = begin(cast).completed()
    story.act("limin", handling.redo, reason="现场看还在漏")
    assert story.case.state == "handling"
    assert story.case.handler_id == cast.person("wangqiang").id
    assert handling.current_resolution(story.case) is None
    assert story.words_of(story.rows[-1]) == "现场看还在漏"
    story.act("wangqiang", handling.complete, outcome=Outcome.PARTLY, result="已临时封堵")
    undone, stands = db.session.query(Resolution).order_by(Resolution.id).all()
    assert (undone.outcome, undone.undone_at is None) == ("resolved", False)
    assert (stands.outcome, stands.undone_at) == ("partly", None)


@pytest.mark.parametrize("username", ["zhouqi", "chenjing", "wangqiang"])
def test_nobody_else_sends_it_back(cast: Cast, username: str) -> None:
    assert "GZ-15" in begin(cast).completed().refused(username, handling.redo, reason="不行")


def test_the_head_answers_for_the_department_and_may_complete_and_a_colleague_may_not(cast: Cast) -> None:
    story = begin(cast).in_handling(to="wangqiang")
    done = {"outcome": Outcome.RESOLVED, "result": "好了"}
    assert "GZ-12" in story.refused("zhaolei", handling.complete, **done)
    story.act("gaofeng", handling.complete, **done)
    assert story.case.state == "completed"


def test_what_is_said_among_ourselves_is_not_public_and_what_is_said_to_the_owner_is(cast: Cast) -> None:
    story = begin(cast).in_handling()
    story.act("wangqiang", handling.progress, text="配件要等三天，先别说", public=False)
    story.act("wangqiang", handling.progress, text="配件已订", public=True)
    inner, outer = story.rows[-2:]
    assert (inner.public, db.session.get_one(Words, inner.data["words"]).public) == (False, False)
    assert (outer.public, db.session.get_one(Words, outer.data["words"]).public) == (True, True)


# Withdrawal, referral, reopening, archiving


def test_an_owner_withdraws_before_the_dispatch_and_not_after(cast: Cast) -> None:
    story = begin(cast).claimed()
    with transaction():
        ending.withdraw(story.case, at=story.at, reason="自己修好了")
    assert (story.case.state, story.rows[-1].actor_id) == ("withdrawn", None)

    late = begin(cast).dispatched()
    with pytest.raises(Refused), transaction():
        ending.withdraw(late.case, at=late.at)
    assert late.case.state == "dispatched"


def test_an_owner_adds_words_while_the_case_is_open_and_not_after(cast: Cast) -> None:
    story = begin(cast).completed()
    with transaction():
        ending.add(story.case, at=story.at, text="又响了一次", photos=[])
    assert (story.case.state, story.rows[-1].act, story.words_of(story.rows[-1])) == (
        "completed",
        "addition",
        "又响了一次",
    )
    ended = begin(cast).closed()
    with pytest.raises(Refused), transaction():
        ending.add(ended.case, at=ended.at, text="再说一句", photos=[])


@pytest.mark.parametrize(("carry", "state"), [("claimed", "claimed"), ("in_handling", "handling")])
def test_a_matter_passed_on_comes_back_to_where_it_stood(cast: Cast, carry: str, state: str) -> None:
    story = begin(cast)
    getattr(story, carry)()
    handler = story.case.handler_id
    story.act("limin", ending.refer, body="区供电局", reason="高压设备归他们")
    assert story.case.state == "referred"
    assert "区供电局" in story.words_of(story.rows[-1])
    assert story.rows[-1].public
    story.act("limin", ending.recall, reason="供电局认为属于小区")
    assert (story.case.state, story.case.handler_id, story.case.state_before_referral) == (
        state,
        handler,
        None,
    )


def test_a_matter_passed_on_is_completed_by_whoever_answers_for_it(cast: Cast) -> None:
    story = begin(cast).claimed()
    story.act("limin", ending.refer, body="区供电局", reason="高压设备归他们")
    assert "GZ-12" in story.refused("liujie", handling.complete, outcome=Outcome.NOT_OURS, result="x")
    story.act("limin", handling.complete, outcome=Outcome.NOT_OURS, result="供电局已修复")
    assert story.case.state == "completed"


def test_a_closed_case_opens_again_as_its_next_round_with_the_same_first_responder(cast: Cast) -> None:
    story = begin(cast).closed()
    assert "AH-3.3a" in story.refused("liujie", ending.reopen, cause="reopening", reason="业主来电")
    story.act("chenjing", ending.reopen, cause="reopening", reason="业主来电说又坏了")
    assert (story.case.state, story.case.round) == ("claimed", 2)
    assert story.case.first_responder_id == cast.person("limin").id
    assert _rounds(story)[-1] == (2, "reopening")


def test_co_m3_a_closed_case_opens_again_within_the_days_that_were_published_and_not_after(
    cast: Cast,
) -> None:
    story = begin(cast).closed()
    closed_at = story.at
    story.at = closed_at + timedelta(days=30)
    assert "超过 30 天" in story.refused("chenjing", ending.reopen, cause="reopening", reason="又坏了")
    story.at = closed_at + timedelta(days=29)
    story.act("chenjing", ending.reopen, cause="reopening", reason="又坏了")
    assert story.case.round == 2


def test_a_case_withdrawn_before_anybody_took_it_gets_a_first_responder_when_it_is_reopened(
    cast: Cast,
) -> None:
    story = begin(cast)
    with transaction():
        ending.withdraw(story.case, at=story.at)
    story.act("zhouqi", ending.reopen, cause="reopening", reason="业主说点错了")
    assert story.case.first_responder_id == cast.person("zhouqi").id


def test_what_is_archived_moves_no_more(cast: Cast) -> None:
    story = begin(cast).closed()
    story.act("chenjing", ending.archive, cause="继电器老化", prevention="每季检查")
    assert story.case.state == "archived"
    story.refused("chenjing", ending.reopen, cause="reopening", reason="再来")
    story.refused("chenjing", handling.progress, text="再写一句", public=False)
