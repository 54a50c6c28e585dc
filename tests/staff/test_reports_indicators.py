"""The page of the indicators: a number, its target and its definition side by side, and the cases behind it."""

from collections.abc import Callable
from datetime import timedelta

import time_machine

from tests.cast import MONDAY, Cast
from tests.critic import CriticalClient
from tests.life import begin

SignIn = Callable[[str], CriticalClient]
MARCH = "/staff/reports/indicators?from=2026-03-01&to=2026-03-31"


def test_ms_t_every_number_says_what_it_counts_and_opens_its_cases(
    cast: Cast, elsewhere: Cast, signed_in: SignIn
) -> None:
    late = [begin(cast, phone=f"1390000000{n}", unit=f"{n}-101") for n in range(5)]
    theirs = begin(elsewhere)
    inside = begin(cast, channel="internal")
    with time_machine.travel(MONDAY + timedelta(days=5), tick=False):
        client = signed_in("hemei")
        page = client.get(MARCH)
        line = page.one("#indicator-overdue").get_text(" ", strip=True)
        assert "100%" in line
        assert "未达标 目标 ≤ 5%" in line
        assert "怎么算" in line
        assert "改期以前已经超时的仍算超时" in line
        assert "没有" in page.one("#indicator-satisfaction").get_text()
        page = client.get(page.one("#indicator-overdue .behind a")["href"])
        assert "共 5 件" in page.words
        for story in late:
            assert story.number in page.words
        assert theirs.number not in page.words
        assert inside.number not in page.words


def test_what_is_too_few_is_said_to_be(cast: Cast, signed_in: SignIn) -> None:
    begin(cast).claimed().dispatched()
    with time_machine.travel(MONDAY + timedelta(hours=1), tick=False):
        page = signed_in("hemei").get(MARCH)
        assert "不足 5 件，不算" in page.one("#indicator-classification").get_text()
        page = signed_in("hemei").get("/staff/reports/indicators?from=2026-03-31&to=2026-03-01")
        assert "日期没有看懂" in page.words


def test_a_department_head_sees_the_numbers_and_of_the_cases_only_their_own(
    cast: Cast, signed_in: SignIn
) -> None:
    ours, other = begin(cast).dispatched(), begin(cast, category="security", phone="13900000002")
    with time_machine.travel(MONDAY + timedelta(hours=1), tick=False):
        page = signed_in("gaofeng").get(MARCH)
        assert "2" in page.one("#indicator-openness .behind").get_text()
        page = signed_in("gaofeng").get(page.one("#indicator-openness .behind a")["href"])
        assert ours.number in page.words
        assert other.number not in page.words
        assert signed_in("limin").get(MARCH).status_code == 403
