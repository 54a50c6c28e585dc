"""The owner judges a round by their own hand (MS-4), appeals (AH-3.3a), and what follows (TR-14, T36, T39)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from shared.cases import ending
from shared.cases.models import Round, Words
from shared.cases.vocabulary import Channel
from shared.cases.vocabulary import Rating as Level
from shared.database import db, transaction
from shared.deadlines.queries import of_case
from shared.errors import Refused
from shared.notifications.models import Message
from shared.ownership import dispatching
from shared.revisits import appeal, rating, recording
from shared.revisits.models import Appeal, Rating
from shared.revisits.rating import Judgement
from tests.cast import Cast
from tests.life import Life, begin

DAY = timedelta(days=1)
SATISFIED, BASICALLY, DISSATISFIED = (Judgement(level) for level in Level)


def rate(story: Life, said: Judgement, door: str = rating.LINK, seen: int | None = None) -> bool:
    with transaction():
        return rating.rate(story.case, said, door=door, at=story.at, seen=seen)


def appeals(story: Life, **more: Any) -> bool:
    with transaction():
        return appeal.appeal(story.case, at=story.at, **{"door": rating.LINK, "text": "还在漏", **more})


def refusal(story: Life, act: Callable[[], object]) -> str:
    before = story.case.version
    with pytest.raises(Refused) as refused:
        act()
    assert story.case.version == before, "a refused act left something behind"
    return refused.value.message


def levels(story: Life) -> list[tuple[int, str, bool]]:
    """Round, level and whether it still counts."""
    found = db.session.query(Rating).filter_by(case_id=story.case.id).order_by(Rating.id)
    return [(r.round, r.level, r.replaced_at is None) for r in found]


def rounds(story: Life) -> list[tuple[int, str]]:
    found = db.session.query(Round).filter_by(case_id=story.case.id).order_by(Round.number)
    return [(r.number, r.cause) for r in found]


def told(story: Life, about: str) -> list[str]:
    found = db.session.query(Message).filter_by(case_id=story.case.id, about=about).order_by(Message.id)
    return [message.user.username for message in found if message.user]


def test_ms_4_one_word_is_a_rating_and_nothing_closes_by_it(cast: Cast) -> None:
    story = begin(cast).informed()
    assert rate(story, SATISFIED)
    assert (story.case.state, story.case.round) == ("informed", 1)
    row = story.rows[-1]
    assert (row.act, row.actor_id, row.public, row.data["level"]) == ("rating", None, True, "satisfied")
    assert recording.ground_for_closing(story.case) is None
    assert "不能结案" in story.refused("chenjing", recording.close)


@pytest.mark.parametrize("said", [SATISFIED, BASICALLY])
def test_ms_4_a_rating_does_not_replace_the_revisit(cast: Cast, said: Judgement) -> None:
    story = begin(cast).informed()
    rate(story, said)
    waiting = {
        clock.rule for clock in of_case(story.case.id) if clock.met_at is None and clock.ended_at is None
    }
    assert "revisit" in waiting
    story.revisited()
    met = {clock.rule for clock in of_case(story.case.id) if clock.met_at}
    assert "revisit" in met


def test_ms_4_not_satisfied_opens_the_next_round_and_tells_both_heads(cast: Cast) -> None:
    story = begin(cast).informed()
    rate(story, Judgement(Level.DISSATISFIED, reasons=("unsolved", "slow"), text="门还是关不上"))
    case = story.case
    assert (case.state, case.round, case.handler_id) == ("claimed", 2, None)
    assert case.first_responder_id == cast.person("limin").id
    assert [row.act for row in story.rows[-2:]] == ["rating", "reopening"]
    assert [row.round for row in story.rows[-2:]] == [1, 2]
    assert rounds(story) == [(1, "filing"), (2, "rating")]
    assert told(story, "rated_low") == ["gaofeng", "hemei"]
    (kept,) = db.session.query(Rating)
    assert (kept.round, kept.reasons) == (1, ["unsolved", "slow"])
    words = db.session.get_one(Words, kept.words_id)
    assert (words.text, words.public) == ("门还是关不上", True)


def test_tr_14_after_a_low_rating_another_person_handles_it(cast: Cast) -> None:
    story = begin(cast).informed()
    rate(story, DISSATISFIED)
    again = {"department": cast.department("工程部"), "handler": cast.person("wangqiang")}
    assert "TR-14" in story.refused("limin", dispatching.dispatch, **again)
    story.in_handling(to="zhaolei")
    assert story.case.handler_id == cast.person("zhaolei").id


def test_ms_9_the_second_follow_up_is_revisited_too(cast: Cast) -> None:
    story = begin(cast).informed()
    rate(story, DISSATISFIED)
    story.informed(by="zhaolei")
    second = [clock for clock in of_case(story.case.id) if clock.rule == "revisit" and clock.round == 2]
    assert [clock.met_at for clock in second] == [None]
    story.revisited()
    assert [c.rule for c in of_case(story.case.id) if c.rule == "revisit" and c.round == 2 and c.met_at]


def test_each_round_has_its_own_rating(cast: Cast) -> None:
    story = begin(cast).informed()
    rate(story, DISSATISFIED)
    story.informed(by="zhaolei")
    rate(story, SATISFIED)
    assert levels(story) == [(1, "dissatisfied", True), (2, "satisfied", True)]


def test_a_second_tap_is_harmless(cast: Cast) -> None:
    story = begin(cast).informed()
    assert [rate(story, SATISFIED), rate(story, SATISFIED)] == [True, False]
    assert [rate(story, DISSATISFIED), rate(story, DISSATISFIED)] == [True, False]
    assert (story.case.round, len(levels(story))) == (2, 2)


def test_whoever_judges_a_round_minutes_after_the_last_one_is_heard(cast: Cast) -> None:
    """P1: thanked for it, they would think that it stands. The page before them tells the rounds apart."""
    story = begin(cast).informed()
    at = story.at
    assert rate(story, SATISFIED, seen=1)
    assert appeals(story, seen=1)
    story.informed(by="zhaolei").at = at
    assert rate(story, SATISFIED, seen=2)
    assert appeals(story, seen=2)
    assert levels(story) == [(1, "satisfied", True), (2, "satisfied", True)]
    assert [number for number, _cause in rounds(story)] == [1, 2, 3]
    assert not rate(story, SATISFIED, seen=2), "a second tap on a page of the round that this has ended"
    assert not appeals(story, seen=2)


def test_details_stand_beside_the_word_and_are_no_change(cast: Cast) -> None:
    story = begin(cast).informed()
    rate(story, SATISFIED)
    assert rate(story, Judgement(Level.SATISFIED, timely=True, courteous=False, text="来得快"))
    assert levels(story) == [(1, "satisfied", False), (1, "satisfied", True)]
    story.at += DAY
    assert rate(story, BASICALLY)


def test_t36_a_rating_is_changed_once_within_seven_days(cast: Cast) -> None:
    story = begin(cast).informed()
    rate(story, SATISFIED)
    story.at += 6 * DAY
    rate(story, BASICALLY)
    assert levels(story) == [(1, "satisfied", False), (1, "basically", True)]
    story.at += timedelta(hours=1)
    assert "可以改一次" in refusal(story, lambda: rate(story, SATISFIED))


def test_t36_after_seven_days_a_rating_stands(cast: Cast) -> None:
    story = begin(cast).informed()
    rate(story, SATISFIED)
    story.at += 7 * DAY + timedelta(minutes=1)
    assert "7 天" in refusal(story, lambda: rate(story, DISSATISFIED))


def test_nothing_is_rated_before_the_result_was_told(cast: Cast) -> None:
    story = begin(cast).completed()
    assert "还不能评价" in refusal(story, lambda: rate(story, SATISFIED))


def test_an_archived_case_is_rated_no_more(cast: Cast) -> None:
    story = begin(cast).closed()
    story.act("chenjing", ending.archive, cause="继电器老化", prevention="每季检查")
    assert "还不能评价" in refusal(story, lambda: rate(story, SATISFIED))


@pytest.mark.parametrize("channel", [Channel.HOTLINE, Channel.WALK_IN, Channel.EMAIL, Channel.RELAY])
def test_t39_where_we_entered_the_case_the_last_four_rate_nothing(cast: Cast, channel: Channel) -> None:
    story = begin(cast, channel=channel).informed()
    assert "回执码" in refusal(story, lambda: rate(story, SATISFIED, rating.TAIL))
    assert rate(story, SATISFIED, rating.CODE)


@pytest.mark.parametrize("door", [rating.LINK, rating.CODE, rating.TAIL])
def test_t39_what_the_owner_filed_is_rated_through_any_of_their_doors(cast: Cast, door: str) -> None:
    story = begin(cast).informed()
    assert rate(story, SATISFIED, door)
    assert db.session.query(Rating).one().door == door


def test_ah_3_3a_a_closed_case_is_opened_again_by_a_low_rating_within_the_days(cast: Cast) -> None:
    story = begin(cast).closed()
    story.at += 29 * DAY
    rate(story, DISSATISFIED)
    assert (story.case.state, story.case.round) == ("claimed", 2)


def test_a_low_rating_that_comes_too_late_is_heard_and_opens_nothing(cast: Cast) -> None:
    story = begin(cast).closed()
    story.at += 31 * DAY
    rate(story, DISSATISFIED)
    assert (story.case.state, story.case.round) == ("closed", 1)
    assert told(story, "rated_low") == ["gaofeng", "hemei"]


def test_ah_3_3a_an_appeal_opens_the_next_round_and_is_heard_by_both_heads(cast: Cast) -> None:
    story = begin(cast).informed()
    rate(story, BASICALLY)
    assert appeals(story, reasons=("attitude",), text="修了，可是态度很差")
    assert (story.case.state, story.case.round) == ("claimed", 2)
    assert rounds(story)[-1] == (2, "appeal")
    assert told(story, "appealed") == ["gaofeng", "hemei"]
    assert [row.act for row in story.rows[-2:]] == ["appeal", "reopening"]
    assert db.session.query(Appeal).one().round == 1


def test_t36_one_appeal_for_each_round_that_ended(cast: Cast) -> None:
    story = begin(cast).informed()
    assert [appeals(story), appeals(story)] == [True, False]
    story.at += DAY
    assert "不能申诉" in refusal(story, lambda: appeals(story))
    story.informed(by="zhaolei")
    assert appeals(story)
    assert (story.case.round, db.session.query(Appeal).count()) == (3, 2)


@pytest.mark.parametrize(
    ("channel", "door", "heard"),
    [
        (Channel.HOTLINE, rating.TAIL, False),
        (Channel.WALK_IN, rating.TAIL, False),
        (Channel.HOTLINE, rating.CODE, True),
        (Channel.HOTLINE, rating.LINK, True),
        (Channel.PORTAL, rating.TAIL, True),
    ],
)
def test_t39_what_staff_know_appeals_against_nothing(
    cast: Cast, channel: Channel, door: str, heard: bool
) -> None:
    story = begin(cast, channel=channel).informed()
    if heard:
        assert appeals(story, door=door)
        assert story.rows[-2].data["door"] == door
    else:
        assert "回执码" in refusal(story, lambda: appeals(story, door=door))
    assert story.case.round == (2 if heard else 1)


def test_t36_a_page_of_an_earlier_round_appeals_against_nothing_unread(cast: Cast) -> None:
    story = begin(cast).informed()
    assert appeals(story, seen=1)
    story.informed(by="zhaolei")
    story.at += DAY
    assert "有了新进展" in refusal(story, lambda: appeals(story, seen=1))
    assert (story.case.round, db.session.query(Appeal).count()) == (2, 1)
    assert appeals(story, seen=2)


def test_an_appeal_says_why(cast: Cast) -> None:
    story = begin(cast).informed()
    assert "原因" in refusal(story, lambda: appeals(story, text="  "))


def test_t36_an_appeal_comes_within_the_days_of_the_policy(cast: Cast) -> None:
    story = begin(cast).closed()
    story.at += 31 * DAY
    assert not appeal.can_appeal(story.case, story.at)
    assert "不能申诉" in refusal(story, lambda: appeals(story))


def test_before_the_result_was_told_nobody_appeals(cast: Cast) -> None:
    story = begin(cast).completed()
    assert "不能申诉" in refusal(story, lambda: appeals(story))
