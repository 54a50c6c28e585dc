"""The owner asks us to hurry: once a day, to those who can, and counted (GZ-15)."""

from datetime import timedelta

from shared.cases import urging
from shared.cases.models import Case
from shared.database import db, transaction
from shared.deadlines.queries import waiting_in_round
from shared.errors import Refused
from shared.notifications.models import Message
from tests.cast import MONDAY, Cast
from tests.life import Life, begin

HOUR = timedelta(hours=1)


def urge(story: Life) -> bool:
    """The owner taps 催办 at the hour of the story."""
    with transaction():
        return urging.urge(story.case, at=story.at)


def refusal(story: Life) -> str:
    before = story.case.version
    try:
        urge(story)
    except Refused as refused:
        assert story.case.version == before
        return refused.message
    raise AssertionError("urging was not refused")


def told(case: Case, about: str = "urged") -> list[tuple[str, str]]:
    """Who was told, and as what."""
    found = db.session.query(Message).filter_by(case_id=case.id, about=about).order_by(Message.id)
    return [(message.user.username if message.user else "", message.to_role) for message in found]


def test_gz_15_an_urge_goes_to_the_handler_and_the_first_responder(cast: Cast) -> None:
    story = begin(cast).in_handling()
    assert urge(story)
    assert told(story.case) == [("wangqiang", "handler"), ("limin", "first_responder")]
    row = story.rows[-1]
    assert (row.act, row.actor_id, row.public, row.data) == ("urge", None, True, {"nth": 1})
    assert story.case.state == "handling"


def test_while_nobody_has_it_whoever_is_on_duty_hears_of_the_urge(cast: Cast) -> None:
    story = begin(cast)
    assert urge(story)
    assert told(story.case) == [("limin", "dispatcher")]


def test_who_has_claimed_it_hears_alone_before_anybody_handles_it(cast: Cast) -> None:
    story = begin(cast).claimed(by="zhouqi")
    assert urge(story)
    assert told(story.case) == [("zhouqi", "first_responder")]


def test_once_in_24_hours_and_each_time_is_counted(cast: Cast) -> None:
    story = begin(cast).in_handling()
    urge(story)
    story.at += 23 * HOUR
    assert "一天可以催一次" in refusal(story)
    story.at += HOUR
    assert urge(story)
    assert urging.times(story.case) == 2
    assert story.rows[-1].data["nth"] == 2
    assert urging.next_urge(story.case) == story.at + 24 * HOUR


def test_a_second_tap_is_harmless(cast: Cast) -> None:
    story = begin(cast).in_handling()
    assert [urge(story), urge(story)] == [True, False]
    assert (urging.times(story.case), len(told(story.case))) == (1, 2)


def test_nobody_is_urged_once_the_result_was_told(cast: Cast) -> None:
    assert "不用催" in refusal(begin(cast).informed())
    assert "不用催" in refusal(begin(cast).closed())


def test_gz_15_an_urge_meets_no_duty_of_ours(cast: Cast) -> None:
    story = begin(cast, MONDAY).in_handling()
    before = [(clock.rule, clock.due_at) for clock in waiting_in_round(story.case)]
    urge(story)
    assert [(clock.rule, clock.due_at) for clock in waiting_in_round(story.case)] == before
