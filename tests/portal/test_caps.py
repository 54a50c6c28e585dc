"""Enough for one day is said plainly, with another way to reach us; what was written stays (T24, F24)."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from shared import clock
from shared.cases import caps, notice
from shared.cases.models import Draft, Statement
from shared.cases.vocabulary import Channel
from shared.database import db
from tests import cast as company
from tests.cast import MONDAY, Cast
from tests.critic import CriticalClient, Page
from tests.portal.test_filing import WORDS, cases, check_page, count, receipt_of


@pytest.fixture(autouse=True)
def settled(cast: Cast) -> None:
    """Every story happens at 锦绣花园."""


def send(app: Flask, **answers: str) -> Page:
    """A browser of its own files from the first door to the last."""
    client = app.test_client()
    assert isinstance(client, CriticalClient)
    return check_page(client, **answers).submit("/file/check")


def test_t24_the_eleventh_of_a_telephone_is_held_back_politely_and_its_draft_kept(
    app: Flask, client: CriticalClient, cast: Cast
) -> None:
    for number in range(caps.PER_DAY):
        company.file(cast, clock.now(), description=f"第 {number} 件事，楼道灯不亮", phone="13800138000")
    held = check_page(client, description="第十一件事：门口有积水", phone="138-0013-8000").submit(
        "/file/check"
    )
    assert held.status_code == 429
    assert "今天网上先收到这里" in held.words
    assert "020-8888 6666" in held.words
    assert 0 < int(held.headers["Retry-After"]) <= 24 * 3600
    assert len(cases()) == caps.PER_DAY
    assert not [
        case for case in cases() if case.shown_reference in held.words or case.archive_number in held.words
    ]
    assert "第十一件事" in client.get("/file/check").words
    assert receipt_of(send(app, description="另一个电话的事：门口积水", phone="13900139000"))


def test_t24_the_next_day_the_kept_draft_is_filed(client: CriticalClient, cast: Cast) -> None:
    with time_machine.travel(MONDAY, tick=False) as travel:
        for number in range(caps.PER_DAY):
            company.file(cast, MONDAY, description=f"第 {number} 件事，楼道灯不亮", phone="13800138000")
        held = check_page(client, description="第十一件事：门口有积水").submit("/file/check")
        assert held.status_code == 429
        travel.shift(timedelta(seconds=int(held.headers["Retry-After"])))
        assert receipt_of(client.get("/file/check").submit("/file/check"))


def test_f24_the_same_words_within_ten_minutes_are_asked_about_and_allowed(app: Flask) -> None:
    first = receipt_of(send(app))
    asked = send(app, description=f" {WORDS}！！ ")
    assert asked.status_code == 409
    assert "是否重复" in asked.words
    assert first[0] not in asked.words
    assert len(cases()) == 1
    second = asked.submit("/file/check")
    assert receipt_of(second)[0] != first[0]
    assert len(cases()) == 2


def test_f24_what_was_a_repetition_is_dropped_with_one_tap(app: Flask) -> None:
    send(app)
    home = send(app).submit("/file/discard")
    assert home.where == "/"
    assert len(cases()) == 1
    assert count(Draft) == 0


def test_t24_the_same_words_a_third_time_are_held_back(app: Flask) -> None:
    with time_machine.travel(MONDAY, tick=False) as travel:
        for _time in range(caps.SAME_WORDS_PER_DAY):
            assert receipt_of(send(app))
            travel.shift(timedelta(minutes=11))
        held = send(app)
        assert held.status_code == 429
        assert "同样的内容今天已经收到" in held.words
        assert "020-8888 6666" in held.words
        assert receipt_of(send(app, description=f"{WORDS}，而且灯也不亮"))


def test_t24_neighbours_write_the_same_words_from_their_own_telephones(app: Flask) -> None:
    for number in range(5):
        assert receipt_of(send(app, description="没有热水了", phone=f"1380013800{number}"))


def test_t24_the_same_words_of_nobody_come_to_an_end_too(app: Flask, cast: Cast) -> None:
    for _time in range(caps.SAME_WORDS_OF_NOBODY):
        company.file(cast, clock.now(), description=WORDS, anonymous=True)
    assert send(app, anonymous="1").status_code == 429
    assert receipt_of(send(app, anonymous="1", description="没有热水了"))


def test_what_staff_took_down_counts_against_nobody(app: Flask, cast: Cast) -> None:
    for _time in range(caps.PER_DAY):
        company.file(cast, clock.now(), description=WORDS, phone="13800138000", channel=Channel.HOTLINE)
    assert receipt_of(send(app))


def test_t24_the_words_are_found_again_by_a_keyed_digest_of_every_channel(cast: Cast) -> None:
    company.file(cast, description="电梯 坏了！", channel=Channel.LETTER)
    company.file(cast, description="电梯坏了", channel=Channel.PORTAL)
    company.file(cast, description="", channel=Channel.PORTAL, call_me=True)
    first, second, third = (s.text_index for s in db.session.query(Statement).order_by(Statement.case_id))
    assert first == second
    assert len(first or b"") == 16
    assert third is None


def test_a_portal_case_says_under_which_notice_it_was_filed(cast: Cast) -> None:
    assert company.file(cast, channel=Channel.PORTAL).notice_version == notice.CURRENT
    assert company.file(cast, channel=Channel.HOTLINE).notice_version is None


def test_co_m5_reports_from_inside_are_counted_apart_from_what_the_same_telephone_files_outside(
    app: Flask, cast: Cast
) -> None:
    """Whoever knows a colleague's number could else file in it until it is enough, and learn from one fewer."""
    for number in range(2):
        company.file(
            cast,
            clock.now(),
            channel=Channel.INTERNAL,
            description=f"发票对不上 {number}",
            phone="13800138000",
        )
    for number in range(caps.PER_DAY - 1):
        company.file(cast, clock.now(), description=f"第 {number} 件事，楼道灯不亮", phone="13800138000")
    assert receipt_of(send(app, description="第十件事：门口积水", phone="13800138000"))
    assert send(app, description="第十一件事：门口积水", phone="13800138000").status_code == 429
