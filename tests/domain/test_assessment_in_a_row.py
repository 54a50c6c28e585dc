"""Violations in a row (GZ-19): what is doubled, for whom, what is recommended, and what ends with what it rests on."""

from datetime import timedelta

import pytest
from flask import Flask

from shared.assessment import queries
from shared.assessment.models import Entry
from shared.assessment.standing import State
from shared.database import db
from tests.at_once import at_once
from tests.cast import MONDAY, Cast
from tests.ledger import Ledger, refused
from tests.life import begin

DAY = timedelta(days=1)


@pytest.fixture
def ledger(cast: Cast) -> Ledger:
    return Ledger(cast)


def doubled(ledger: Ledger) -> tuple[Entry, Entry]:
    """The second in a row of 王强, decided, and what 高峰 is to pay of it."""
    ledger.decide(ledger.find("disobedience", "wangqiang")[0], 200)
    (second,) = ledger.find("not_calmed", "wangqiang", at=MONDAY + DAY)
    ledger.decide(second, 50)
    return second, ledger.only(origin="doubling")


def test_gz_19_the_second_in_a_row_is_doubled_for_the_person_and_the_head(ledger: Ledger) -> None:
    (first,) = ledger.find("disobedience", "wangqiang")
    (second,) = ledger.find("not_calmed", "wangqiang", at=MONDAY + 30 * DAY)
    ledger.decide(first, 200)
    ledger.decide(second, 50)
    assert ledger.month("wangqiang", 202604).fines == 100
    share = ledger.only(origin="doubling")
    assert (share.person, share.least, share.about_id) == (ledger.cast.person("gaofeng"), 50, second.id)
    ledger.decide(share, 50)
    assert ledger.month("gaofeng", 202604).fines == 100


def test_gz_19_a_day_more_between_them_and_they_are_not_in_a_row(ledger: Ledger) -> None:
    (first,) = ledger.find("disobedience", "wangqiang")
    (second,) = ledger.find("not_calmed", "wangqiang", at=MONDAY + 30 * DAY + timedelta(seconds=1))
    ledger.decide(first, 200)
    ledger.decide(second, 50)
    assert ledger.month("wangqiang", 202604).fines == 50
    assert ledger.all(origin="doubling") == []


def test_gz_19_the_third_in_a_row_is_a_recommendation_beside(ledger: Ledger) -> None:
    for n, rule in enumerate(("disobedience", "not_calmed", "methods")):
        for entry in ledger.find(rule, "wangqiang", at=MONDAY + n * DAY):
            ledger.decide(entry, entry.most)
    advice = ledger.only(origin="advice")
    assert (advice.kind, advice.most, advice.person) == ("advice", None, ledger.cast.person("wangqiang"))
    assert "没有金额" in refused(ledger.decide, advice, 1, reason="谈话")
    ledger.decide(advice)
    assert ledger.month("wangqiang").fines == 200 + 2 * 50 + 2 * 100


def test_gz_19_what_is_annulled_takes_the_heads_share_along(ledger: Ledger) -> None:
    ledger.decide(ledger.find("disobedience", "wangqiang")[0], 200)
    (second,) = ledger.find("not_calmed", "wangqiang", at=MONDAY + DAY)
    ledger.decide(second, 50)
    share = ledger.only(origin="doubling")
    ledger.decide(share, 50)
    ledger.appeal(second, "wangqiang")
    ledger.hear(second, "annulled")
    counter = ledger.only(origin="counter")
    assert (counter.about_id, counter.most, counter.proposed_by) == (share.id, -100, None)
    assert ledger.month("gaofeng").fines == 100  # until somebody decides that too
    ledger.decide(counter, -100)
    assert (ledger.state(share), ledger.month("gaofeng").fines) == (State.COUNTERED, 0)


def test_an_undecided_share_lapses_with_what_it_doubles(ledger: Ledger) -> None:
    ledger.decide(ledger.find("disobedience", "wangqiang")[0], 200)
    (second,) = ledger.find("not_calmed", "wangqiang", at=MONDAY + DAY)
    ledger.decide(second, 50)
    share = ledger.only(origin="doubling")
    ledger.appeal(second, "wangqiang")
    assert "正在申诉" in refused(ledger.decide, share, 50)
    ledger.hear(second, "annulled")
    assert ledger.state(share) is State.LAPSED
    waiting = queries.to_decide(ledger.cast.person("xufei"), ledger.cast.estate.id)
    assert share.id not in [line.entry.id for line in waiting]


def test_gz_19_two_violations_decided_at_once_do_not_miss_each_other(app: Flask, ledger: Ledger) -> None:
    (first,) = ledger.find("disobedience", "wangqiang")
    (second,) = ledger.find("not_calmed", "wangqiang", at=MONDAY + DAY)
    assert first.id < second.id
    db.session.commit()  # nothing of it is read again by the threads, whose sessions are their own
    at_once(app, lambda: ledger.decide(first, 200).id, lambda: ledger.decide(second, 50, by="xufei").id)
    db.session.rollback()
    # Whichever comes first: the later violation is the second in a row only if the earlier is decided by then.
    fines = ledger.month("wangqiang").fines
    assert fines in (200 + 100, 200 + 50)
    assert (len(ledger.all(origin="doubling")) == 1) == (fines == 300)


def test_a_share_lapses_too_when_what_it_doubles_is_taken_back(ledger: Ledger) -> None:
    second, share = doubled(ledger)
    counter = ledger.counter(second)
    assert ledger.state(share) is State.PROPOSED
    ledger.decide(counter, -100)
    assert ledger.state(share) is State.LAPSED
    assert "不用处理" in refused(ledger.decide, share, 50)
    waiting = queries.counts(ledger.cast.person("xufei"), ledger.cast.estate.id)
    assert waiting == {"proposed": 0, "appealed": 0}


def test_who_took_the_share_back_before_stands_in_nobodys_way(ledger: Ledger) -> None:
    second, share = doubled(ledger)
    ledger.decide(share, 50)
    ledger.counter(share)  # not decided yet
    ledger.appeal(second, "wangqiang")
    ledger.hear(second, "annulled")
    assert len(ledger.all(origin="counter")) == 1


def test_gz_14_the_head_who_pays_for_the_same_matter_pays_their_own_twice(ledger: Ledger) -> None:
    """Their own hundred stands beside the hundred that doubles it, not two more."""
    story = begin(ledger.cast).in_handling()
    ledger.decide(ledger.find("disobedience", "wangqiang", at=MONDAY - DAY)[0], 200)
    found = ledger.find("methods", "wangqiang", "strong_complaint", case=story.case)
    paid = {entry.person.username: entry for entry in found if entry.person is not None}
    assert {name: entry.most for name, entry in paid.items()} == {
        "wangqiang": 200,
        "gaofeng": 100,
        "xufei": 100,
    }
    ledger.decide(paid["gaofeng"], 100)
    ledger.decide(paid["wangqiang"], 200)
    share = ledger.only(origin="doubling")
    ledger.decide(share, share.most)
    assert ledger.month("gaofeng").fines == 200
    assert ledger.month("wangqiang").fines == 200 + 2 * 200


def test_gz_19_who_appeals_after_the_first_was_annulled_is_no_longer_in_a_row(ledger: Ledger) -> None:
    """What was doubled stays so until it is heard: no decision changes by itself."""
    (first,) = ledger.find("disobedience", "wangqiang")
    ledger.decide(first, 200)
    (second,) = ledger.find("not_calmed", "wangqiang", at=MONDAY + DAY)
    ledger.decide(second, 50)
    for entry in (first, second):
        ledger.appeal(entry, "wangqiang")
    ledger.hear(first, "annulled")
    ledger.hear(second, "changed", 50)
    assert ledger.month("wangqiang").fines == 50


def test_gz_19_a_head_who_has_not_paid_yet_pays_of_what_the_hearing_left(ledger: Ledger) -> None:
    second, share = doubled(ledger)
    ledger.appeal(second, "wangqiang")
    ledger.hear(second, "changed", 20)
    assert "写明理由" in refused(ledger.decide, share, 50)
    ledger.decide(share, 20)
    assert ledger.month("gaofeng").fines == 40


@pytest.mark.parametrize("has_paid", [True, False])
def test_gz_19_a_head_pays_nothing_where_there_was_no_row(ledger: Ledger, has_paid: bool) -> None:
    """The first of the two fell, and the person pays the second once."""
    second, share = doubled(ledger)
    (first,) = ledger.all(rule="disobedience", origin="finding")
    if has_paid:
        ledger.decide(share, 50)
    ledger.appeal(first, "wangqiang")
    ledger.hear(first, "annulled")
    ledger.appeal(second, "wangqiang")
    ledger.hear(second, "changed", 50)
    if has_paid:
        counter = ledger.only(origin="counter")
        assert (counter.about_id, counter.most) == (share.id, -100)
        ledger.decide(counter, -100)
    else:
        assert "写明理由" in refused(ledger.decide, share, 50)
        ledger.decide(share, 0)
    assert ledger.month("gaofeng").fines == 0
