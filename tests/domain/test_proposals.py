"""The owner's own answer on the progress page is the written evidence of an agreed time (GZ-12)."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from shared.cases import handling
from shared.cases.models import Words
from shared.cases.vocabulary import Outcome
from shared.database import db, transaction
from shared.deadlines import proposing, sweep
from shared.deadlines.models import Deadline
from shared.deadlines.postponing import postponements_of
from shared.errors import Refused
from shared.notifications.models import Message
from shared.policies.versions import publish
from tests.cast import MONDAY, Cast
from tests.life import Life, begin

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LIMIT = MONDAY + 48 * HOUR
LATER = MONDAY + 4 * DAY
WHY = "配件从外地发货，周五才到"


def propose(story: Life, until: datetime = LATER, by: str = "wangqiang") -> None:
    story.act(by, proposing.propose, until=until, reason=WHY)


def answers(story: Life, agrees: bool, seen: int | None = None) -> bool:
    story.at += timedelta(minutes=10)
    with transaction():
        return proposing.answer(story.case, at=story.at, agrees=agrees, seen=seen)


def refusal(story: Life, agrees: bool, seen: int | None = None) -> str:
    before = story.case.version
    with pytest.raises(Refused) as refused:
        answers(story, agrees, seen)
    assert story.case.version == before
    return f"{refused.value.message} {refused.value.clause}"


def clock(story: Life, rule: str) -> Deadline:
    found = db.session.query(Deadline).filter_by(case_id=story.case.id, rule=rule, round=story.case.round)
    return found.populate_existing().one()


def told(story: Life, about: str) -> list[tuple[str, str]]:
    found = db.session.query(Message).filter_by(case_id=story.case.id, about=about).order_by(Message.id)
    return [(message.user.username if message.user else "", message.to_role) for message in found]


def test_gz_12_the_clock_moves_with_the_owners_consent_and_not_before(cast: Cast) -> None:
    story = begin(cast).in_handling()
    propose(story)
    assert clock(story, "completion").due_at == LIMIT
    assert postponements_of(story.case) == []
    assert answers(story, True)
    moved = clock(story, "completion")
    assert (moved.due_at, moved.original_due_at, moved.moved_by) == (LATER, LIMIT, "agreement")
    (record,) = postponements_of(story.case)
    assert (record.act, record.by_id, record.evidence, record.until) == ("agreement", None, "portal", LATER)


def test_gz_12_under_the_guangzhou_rules_the_handlers_twelve_hours_move_with_consent(cast: Cast) -> None:
    with transaction():
        publish(cast.estate, "guangzhou", MONDAY - DAY)
    story = begin(cast).in_handling()
    accepted = story.at
    propose(story)
    assert clock(story, "handling").due_at == accepted + 12 * HOUR
    answers(story, True)
    assert (clock(story, "handling").due_at, clock(story, "escalation").due_at) == (LATER, LATER)


def test_gz_12_under_the_guangzhou_rules_declining_leaves_the_twelve_hours(cast: Cast) -> None:
    with transaction():
        publish(cast.estate, "guangzhou", MONDAY - DAY)
    story = begin(cast).in_handling()
    accepted = story.at
    propose(story)
    answers(story, False)
    assert clock(story, "handling").due_at == accepted + 12 * HOUR
    sweep.sweep(accepted + 13 * HOUR)
    assert clock(story, "handling").breached_at == accepted + 12 * HOUR


def test_gz_12_declining_leaves_the_clock(cast: Cast) -> None:
    story = begin(cast).in_handling()
    propose(story)
    assert answers(story, False)
    assert clock(story, "completion").due_at == LIMIT
    assert (story.rows[-1].act, story.rows[-1].actor_id) == ("decline", None)
    assert postponements_of(story.case) == []
    sweep.sweep(LIMIT + HOUR)
    assert clock(story, "completion").breached_at == LIMIT


def test_gz_12_silence_is_no_consent(cast: Cast) -> None:
    story = begin(cast).in_handling()
    propose(story)
    sweep.sweep(LIMIT + HOUR)
    assert clock(story, "completion").breached_at == LIMIT


def test_t38_a_breach_is_not_agreed_away(cast: Cast) -> None:
    story = begin(cast).in_handling()
    propose(story)
    story.at = LIMIT + HOUR
    answers(story, True)
    late = clock(story, "completion")
    assert (late.breached_at, late.due_at) == (LIMIT, LATER)


def test_gz_12_the_agreement_holds_the_very_words_that_were_agreed_to(cast: Cast) -> None:
    story = begin(cast).in_handling()
    propose(story)
    answers(story, True)
    asked, agreed = story.rows[-2:]
    assert (asked.act, agreed.act, agreed.actor_id) == ("proposal", "agreement", None)
    assert asked.data["words"] == agreed.data["words"]
    assert asked.data["digest"] == agreed.data["digest"]
    assert db.session.scalars(select(Words.text).where(Words.id == agreed.data["words"])).one() == WHY


def test_the_owner_is_asked_and_those_who_asked_hear_the_answer(cast: Cast) -> None:
    story = begin(cast).in_handling()
    propose(story, by="gaofeng")
    assert told(story, "proposed") == [("", "party")]
    answers(story, False)
    assert told(story, "proposal_answered") == [
        ("wangqiang", "handler"),
        ("limin", "first_responder"),
        ("gaofeng", "proposer"),
    ]


def test_a_second_tap_is_harmless(cast: Cast) -> None:
    story = begin(cast).in_handling()
    propose(story)
    assert [answers(story, True), answers(story, True)] == [True, False]
    assert len(postponements_of(story.case)) == 1


def test_an_answer_is_given_once(cast: Cast) -> None:
    story = begin(cast).in_handling()
    propose(story)
    answers(story, False)
    assert "不用答复" in refusal(story, True)


def test_nobody_agrees_to_what_was_put_in_its_place_meanwhile(cast: Cast) -> None:
    story = begin(cast).in_handling()
    propose(story)
    first = proposing.pending(story.case, story.at)
    assert first is not None
    propose(story, LATER + DAY)
    assert "请看清楚" in refusal(story, True, seen=first.id)
    second = proposing.pending(story.case, story.at)
    assert second is not None
    assert answers(story, True, seen=second.id)
    assert clock(story, "completion").due_at == LATER + DAY


def test_a_time_that_has_passed_is_asked_no_more(cast: Cast) -> None:
    story = begin(cast).in_handling()
    propose(story)
    story.at = LATER
    assert proposing.pending(story.case, story.at) is None
    assert "GZ-12" in refusal(story, True)


def test_what_is_done_is_asked_no_more(cast: Cast) -> None:
    story = begin(cast).in_handling()
    propose(story)
    story.act("wangqiang", handling.complete, outcome=Outcome.RESOLVED, result="已更换门锁继电器")
    assert proposing.pending(story.case, story.at) is None
    assert "GZ-12" in refusal(story, True)


def test_who_speaks_with_the_owner_proposes_with_a_reason(cast: Cast) -> None:
    story = begin(cast).in_handling()
    assert "GZ-12" in story.refused("tangwen", proposing.propose, until=LATER, reason=WHY)
    assert "为什么" in story.refused("wangqiang", proposing.propose, until=LATER, reason=" ")
    assert "还没有到" in story.refused("wangqiang", proposing.propose, until=MONDAY, reason=WHY)
