"""First responsibility (首问责任, GZ-15): whoever takes the matter first answers for it to the end."""

from datetime import timedelta

import pytest

from shared.cases import ending
from shared.cases.filing import file_case
from shared.cases.vocabulary import Channel
from shared.database import transaction
from shared.ownership import claiming, transferring
from tests.cast import MONDAY, Cast, report
from tests.life import NOT_CONTENT, begin


def test_whoever_claims_a_case_is_its_first_responder(cast: Cast) -> None:
    story = begin(cast).claimed(by="limin")
    assert story.case.state == "claimed"
    assert story.case.first_responder_id == cast.person("limin").id
    assert story.acts == ["filing", "claim"]


def test_who_comes_second_is_told_who_has_it_and_since_when(cast: Cast) -> None:
    story = begin(cast).claimed(by="limin")  # at 10:10 in Shanghai
    assert "李敏" in (told := story.refused("zhouqi", claiming.claim))
    assert "10:10" in told


def test_the_hour_told_is_the_hour_of_the_claim_however_much_has_happened_since(cast: Cast) -> None:
    story = begin(cast).in_handling()
    assert "10:10" in story.refused("zhouqi", claiming.claim)


def test_of_a_claim_on_another_day_the_day_is_told_too(cast: Cast) -> None:
    story = begin(cast).claimed(by="limin")
    story.at += timedelta(days=1)
    assert "03-02 10:10" in story.refused("zhouqi", claiming.claim)


def test_after_a_transfer_the_next_in_vain_is_told_of_the_present_first_responder(cast: Cast) -> None:
    story = begin(cast).claimed(by="limin")
    story.act("limin", transferring.ask, to=cast.person("zhouqi"), reason="下周休假")
    story.act("zhouqi", transferring.answer, accepted=True)  # at 10:30
    told = story.refused("chenjing", claiming.claim)
    assert "周琪" in told
    assert "10:30" in told


def test_claiming_ones_own_case_again_changes_nothing(cast: Cast) -> None:
    story = begin(cast).claimed(by="limin")
    assert "李敏" in story.refused("limin", claiming.claim)


def test_a_withdrawn_case_cannot_be_claimed_and_nobody_is_named(cast: Cast) -> None:
    story = begin(cast)
    with transaction():
        ending.withdraw(story.case, at=MONDAY)
    assert "不能领取" in story.refused("limin", claiming.claim)


@pytest.mark.parametrize("username", ["tangwen", "yangbo", "xufei"])
def test_who_only_looks_on_cannot_claim(cast: Cast, username: str) -> None:
    assert "GZ-15" in begin(cast).refused(username, claiming.claim)


def test_taken_at_the_desk_it_is_the_takers_own_in_the_same_change(cast: Cast) -> None:
    with transaction():
        clerk = cast.person("liujie")
        case, _ = file_case(
            report(channel=Channel.HOTLINE), cast.estate, submission_key="call", at=MONDAY, by=clerk
        )
        claiming.claim(case, by=clerk, at=MONDAY)
        number = case.archive_number
    story = begin(cast)
    story.number = number
    assert story.case.first_responder_id == cast.person("liujie").id
    assert "刘洁" in story.refused("limin", claiming.claim)


def test_the_first_responder_stays_when_the_handler_changes(cast: Cast) -> None:
    story = begin(cast).in_handling(to="wangqiang").dispatched(to="zhaolei", by="zhouqi")
    assert story.case.handler_id == cast.person("zhaolei").id
    assert story.case.first_responder_id == cast.person("limin").id


def test_the_first_responder_stays_in_the_next_round(cast: Cast) -> None:
    story = begin(cast).informed().revisited(NOT_CONTENT)
    assert (story.case.round, story.case.state) == (2, "claimed")
    assert story.case.first_responder_id == cast.person("limin").id
    assert "李敏" in story.refused("zhouqi", claiming.claim)


def test_the_claim_is_counted_from_the_instant_of_the_act(cast: Cast) -> None:
    story = begin(cast).claimed()
    assert story.rows[-1].at == MONDAY + timedelta(minutes=10)
