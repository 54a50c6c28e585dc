"""The rule book on the staff face: which article demands a clock, and what makes it happen."""

import re
from collections.abc import Callable

import pytest

from shared.policies.clauses import known_clauses
from tests.cast import Cast
from tests.critic import CriticalClient, Page

SignIn = Callable[[str], CriticalClient]


def _row(page: Page, clause: str) -> str:
    found = page.soup.find("tr", id=clause)
    assert found is not None, f"no {clause} on {page.where}"
    return " ".join(found.get_text(" ").split())


def test_every_clause_has_a_line_that_says_what_makes_it_happen(cast: Cast, signed_in: SignIn) -> None:
    page = signed_in("tangwen").get("/staff/settings/clauses")
    assert {str(row["id"]) for row in page.soup.select("tbody tr")} == known_clauses()
    late = _row(page, "GZ-9")
    for told in ("紧急立即转达", "第九条", "系统执行", "时限", "紧急转达", "标准", "派单"):
        assert told in late, late
    assert "页面 我们的承诺" in _row(page, "GZ-21")
    assert "规则 连续违规加倍" in _row(page, "GZ-19")


def test_all_that_makes_a_clause_happen_is_called_by_words_of_the_trade(
    cast: Cast, signed_in: SignIn
) -> None:
    page = signed_in("tangwen").get("/staff/settings/clauses")
    told = [cell.get_text(" ") for cell in page.soup.select("tbody td:nth-of-type(2)")]
    assert len(told) == len(known_clauses())
    assert [words for words in told if re.search("[a-z]", words)] == []


def test_one_status_can_be_looked_at_alone(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("hemei")
    page = client.get("/staff/settings/clauses?status=shown")
    assert page.soup.find("tr", id="VK-7") is not None
    assert page.soup.find("tr", id="GZ-8") is None
    assert {row.get_text(" ").count("系统执行") for row in page.soup.select("tbody tr")} == {0}
    still_open = client.get("/staff/settings/clauses?status=open")
    assert "尚未完成 0" in " ".join(still_open.one(".views [aria-current=page]").get_text(" ").split())
    assert still_open.soup.select("tbody tr") == [], "nothing of the six regulations is left out"


def test_a_status_nobody_knows_shows_all(cast: Cast, signed_in: SignIn) -> None:
    page = signed_in("hemei").get("/staff/settings/clauses?status=绝密")
    assert len(page.soup.select("tbody tr")) == len(known_clauses())


@pytest.mark.parametrize(
    ("language", "title"), [("en", "Urgent ones relayed at once"), ("zh_Hant", "緊急立即轉達")]
)
def test_titles_are_in_the_readers_language(cast: Cast, signed_in: SignIn, language: str, title: str) -> None:
    client = signed_in("hemei")
    client.set_cookie("lang", language)
    assert title in _row(client.get("/staff/settings/clauses"), "GZ-9")


def test_a_handler_is_not_asked_to_read_the_settings(cast: Cast, signed_in: SignIn) -> None:
    assert signed_in("wangqiang").get("/staff/settings/clauses").status_code == 403


def test_the_settings_lead_there_and_the_page_asks_nothing_of_the_database(
    cast: Cast, signed_in: SignIn
) -> None:
    client = signed_in("hemei")
    address = client.get("/staff/settings").link("规则条款")
    assert address == "/staff/settings/clauses"
    bare = len(client.get("/staff/settings").statements)
    assert len(client.get(address).statements) == bare
