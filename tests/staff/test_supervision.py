"""Supervision draws, calls and writes down what it finds, on pages that need no script (GZ-4, GZ-17B)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from shared.audit.models import Access
from shared.database import db
from shared.duties import keeping
from shared.supervision.models import SpotCheck
from tests.cast import MONDAY, Cast
from tests.critic import CriticalClient, Page
from tests.life import Life, begin

SignIn = Callable[[str], CriticalClient]
NEXT_WEEK = MONDAY + timedelta(days=7)
MARCH_ENDS = datetime(2026, 3, 31, 16, 0, tzinfo=UTC)


@pytest.fixture
def closed(cast: Cast) -> Life:
    return begin(cast).closed()


def _draw(client: CriticalClient, **answers: Any) -> Page:
    page = client.get("/staff/supervision")
    return page.submit("/supervision/draw", **answers)


def _find(client: CriticalClient, drawn: Page) -> None:
    """That what was drawn first is as the record says."""
    item = client.get(drawn.link("电梯"))
    assert "已记下" in item.submit(item.where, found="agrees").words


def _at(when: datetime) -> time_machine.travel:
    return time_machine.travel(when, tick=False)


def test_gz_17b_a_month_with_too_few_checks_is_said_until_there_are_two(
    closed: Life, signed_in: SignIn
) -> None:
    with _at(NEXT_WEEK):
        client = signed_in("tangwen")
        page = client.get("/staff/supervision")
        assert "3 月应抽查 2 次，核对完的有 0 次" in page.words
        assert "2 月应抽查" not in page.words, "in February there was nothing to draw from"
        drawn, more = _draw(client), _draw(client, kind="cases")
        told = client.get("/staff/supervision").words
        assert "核对完的有 0 次" in told, "to draw is not to check"
        _find(client, drawn)
        assert "3 月应抽查 2 次，核对完的有 1 次" in client.get("/staff/supervision").words
        _find(client, more)
        assert "应抽查" not in client.get("/staff/supervision").words


def test_gz_17b_a_month_that_ended_with_too_few_checks_is_said(closed: Life, signed_in: SignIn) -> None:
    with _at(NEXT_WEEK + timedelta(days=28)):
        page = signed_in("tangwen").get("/staff/supervision")
        assert "3 月应抽查 2 次，核对完的只有 0 次" in page.words
        assert "4 月应抽查 2 次，核对完的有 0 次" in page.words


def test_gz_4_drawn_called_and_found_otherwise(cast: Cast, closed: Life, signed_in: SignIn) -> None:
    with _at(NEXT_WEEK):
        client = signed_in("tangwen")
        page = _draw(client)
        assert "抽到 1 件" in page.words
        assert "现在重抽一遍，结果一样" in page.words
        check = db.session.query(SpotCheck).one()
        assert check.seed in page.words
        page = client.get(page.link("电梯"))
        assert "刘洁" in page.words
        assert "对结果满意 是" in page.words
        assert "138****8000" in page.words
        page = page.submit("/phone")
        assert "13800138000" in page.words
        (seen,) = db.session.query(Access).all()
        assert (seen.what, seen.user_id) == ("spot_check", cast.person("tangwen").id)
        assert "13800138000" not in client.get(f"/staff/supervision/{check.id}").words
        item = f"/staff/supervision/{check.id}/{check.items[0].id}"
        page = client.get(item).submit(item, found="differs", note="")
        assert page.status_code == 409
        assert "请写明哪里与记录不符" in page.words
        page = client.get(item).submit(item, found="differs", note="业主说没有人打过电话")
        assert "核对到 1 件，不符 1 件（100%）" in page.words
        page = client.get(item)
        assert "业主说没有人打过电话" in page.words
        assert page.soup.select("form[action$='/phone']") == [], "what is found is found"
        assert "抽查：与记录不符" in client.get(f"/staff/cases/{closed.number}").words
        assert "1 件与记录不符" in client.get("/staff/supervision").words


def test_the_owner_and_the_people_of_the_centre_are_not_told_what_was_drawn(
    closed: Life, signed_in: SignIn
) -> None:
    with _at(NEXT_WEEK):
        _draw(signed_in("tangwen"))
        assert "抽查" not in signed_in("limin").get(f"/staff/cases/{closed.number}").words
        assert signed_in("limin").get("/staff/supervision").status_code == 403
        assert signed_in("hemei").get("/staff/supervision").status_code == 403


def test_of_a_sealed_case_words_and_number_stay_shut(closed: Life, signed_in: SignIn) -> None:
    with _at(NEXT_WEEK):
        client = signed_in("tangwen")
        _draw(client)
        closed.case.sealed_at = NEXT_WEEK
        db.session.commit()
        check = db.session.query(SpotCheck).one()
        item = f"/staff/supervision/{check.id}/{check.items[0].id}"
        page = client.get(item)
        assert "已封存" in page.words
        assert "困了我半个小时" not in page.words
        assert "8000" not in page.words


def test_the_day_that_has_not_ended_is_not_drawn_from_and_what_was_chosen_stays(
    closed: Life, signed_in: SignIn
) -> None:
    with _at(NEXT_WEEK):
        page = _draw(signed_in("tangwen"), last="2026-03-09", size="7")
        assert page.status_code == 409
        assert "最晚到昨天" in page.words
        assert page.one("#draw-size")["value"] == "7"


def test_of_a_complaint_about_staff_managers_are_not_told_whom_to_call(cast: Cast, signed_in: SignIn) -> None:
    begin(cast, about="孙丽收钱不办事", topic="attitude", category="attitude").closed()
    with _at(NEXT_WEEK):
        client = signed_in("yangbo")
        _draw(client)
        check = db.session.query(SpotCheck).one()
        item = f"/staff/supervision/{check.id}/{check.items[0].id}"
        page = client.get(item)
        assert "身份保密" in page.words
        assert "王秀兰" not in page.words
        assert page.soup.select("form[action$='/phone']") == []


# The own department (GZ-18)


def test_gz_18_a_head_checks_the_own_department_and_sees_its_handling_rate(
    cast: Cast, signed_in: SignIn
) -> None:
    begin(cast).in_handling()
    with _at(NEXT_WEEK):
        head = signed_in("gaofeng")
        page = head.get("/staff/supervision")
        assert "工程部这一期应自查 1 次" in page.words
        drawn = page.submit("/supervision/draw", kind="cases")
        assert "工程部：登记的诉求" in drawn.words
        assert "1 件里办完 0 件（0%）" in drawn.words
        _find(head, drawn)
        again = head.get("/staff/supervision").words
        assert "工程部这一期应自查" not in again
        assert "现在搁着的" not in again
        page = signed_in("tangwen").get("/staff/supervision")
        assert "工程部：登记的诉求" in page.words, "supervision sees what heads check"
        assert "3 月应抽查 2 次，核对完的有 0 次" in page.words, "and it is no check of theirs"


# What lies, and what comes of a finding


def test_gz_4_what_is_late_or_nobodys_is_a_click_away(cast: Cast, signed_in: SignIn) -> None:
    begin(cast)
    with _at(NEXT_WEEK):
        client = signed_in("tangwen")
        page = client.get("/staff/supervision")
        counted = {
            each.text.lstrip("01"): (each.text[0], str(each["href"]))
            for each in page.soup.select(".counts a")
        }
        assert {label: n for label, (n, _url) in counted.items()} == {
            "已超时": "1",
            "停滞": "0",
            "未领取": "1",
            "待补录": "0",
        }
        assert "电梯" in client.get(counted["未领取"][1]).words


def test_gz_6_what_differs_is_proposed_with_one_click_and_stands_in_the_rate_of_the_month(
    closed: Life, signed_in: SignIn
) -> None:
    with _at(NEXT_WEEK):
        client = signed_in("tangwen")
        item = client.get(_draw(client).link("电梯"))
        item.submit(item.where, found="differs", note="业主说没有人打过电话")
        page = client.get(item.where)
        assert closed.number in client.get(page.link("提出考核")).words
        rates = client.get("/staff/supervision").one("#rates").parent
        assert rates is not None
        assert "2026-03" in rates.text
        assert "1 100%" in rates.text


# What comes round


def test_gz_17b_duties_stand_with_article_what_was_done_and_until_when(
    closed: Life, signed_in: SignIn
) -> None:
    with _at(MONDAY):
        client = signed_in("tangwen")
        assert "还没有排出来" in client.get("/staff/supervision/duties").words
        keeping.sweep(MONDAY)
        page = client.get(client.get("/staff/supervision").link("周期任务"))
        assert "督导抽查 GZ-17B" in page.words
        assert "0 / 2 2026-03-31" in page.words
    with _at(MARCH_ENDS):
        keeping.sweep(MARCH_ENDS)
        past = signed_in("hemei").get("/staff/supervision/duties").one("#past")
        assert "项没有做到" in past.text
        assert "督导抽查" in past.text
        assert "没有做到" in past.text
        assert signed_in("limin").get("/staff/supervision/duties").status_code == 403
