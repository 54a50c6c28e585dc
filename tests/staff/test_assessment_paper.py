"""A person's month of the ledger on paper: what stands, what the bonus pays, and to whom it is not shown (GZ-20)."""

from collections.abc import Callable

import pytest

from tests.cast import Cast
from tests.critic import CriticalClient
from tests.ledger import Ledger
from tests.paper import fonts_of, pages_of, text_of

SignIn = Callable[[str], CriticalClient]


@pytest.fixture
def ledger(cast: Cast) -> Ledger:
    """李敏 was told off twice: one is decided and one waits; the bonus pays less than the fine."""
    ledger = Ledger(cast)
    (first,) = ledger.find("telephone", "limin")
    ledger.decide(first, 30)
    ledger.find("reception", "limin")
    ledger.set_bonus("limin", 20)
    return ledger


def _read(client: CriticalClient, **asked: str) -> str:
    answer = client.get("/staff/assessment/statement.pdf", query_string={"month": "202603", **asked})
    assert (answer.status_code, pages_of(answer.data)) == (200, 1)
    named, inside = fonts_of(answer.data)
    assert named == inside > 0
    return "".join(text_of(answer.data).split())


def test_gz_20_the_month_on_paper_says_what_stands_and_what_the_bonus_pays(
    ledger: Ledger, signed_in: SignIn
) -> None:
    said = _read(signed_in("limin"))
    for words in (
        "考核月结单",
        "2026年3月",
        "姓名李敏",
        "待处理1条",
        "GZ-7",
        "已决定",
        "30元",
        "20元",
        "10元",
    ):
        assert words in said, words
    assert "扣工资不是在哪里都合法" in said
    assert "李敏" in _read(signed_in("hemei"), person="limin")


def test_a_month_without_entries_says_so(ledger: Ledger, signed_in: SignIn) -> None:
    assert "这个月没有考核记录" in _read(signed_in("zhouqi"))


@pytest.mark.parametrize("asked", [{"person": "limin"}, {"person": "nobody"}, {"estate": "yunhe"}])
def test_the_month_of_another_is_not_there(ledger: Ledger, signed_in: SignIn, asked: dict[str, str]) -> None:
    page = signed_in("zhouqi").get("/staff/assessment/statement.pdf", query_string=asked)
    assert page.status_code == 404
