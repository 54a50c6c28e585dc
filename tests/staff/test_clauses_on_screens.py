"""Wherever staff read a deadline, the clause it rests on stands beside it; the rule book goes by its title."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from tests.cast import MONDAY, Cast
from tests.critic import CriticalClient, Page
from tests.domain.test_incidents import join_all, lift
from tests.life import begin

SignIn = Callable[[str], CriticalClient]


@pytest.fixture(autouse=True)
def afternoon() -> Iterator[Any]:
    with time_machine.travel(MONDAY + timedelta(hours=4), tick=False) as traveller:
        yield traveller


def _clauses(page: Page) -> list[str]:
    """The clause that each row of the list names beside its time."""
    return [
        cell.get_text()
        for time in page.soup.select(".queue td.time")
        for cell in time.select(".promise-clause")
    ]


@pytest.mark.parametrize("address", ["/staff/", "/staff/cases"])
def test_a_row_of_the_desk_and_of_the_register_names_the_clause(
    cast: Cast, signed_in: SignIn, address: str
) -> None:
    begin(cast).claimed()
    assert _clauses(signed_in("limin").get(address)) == ["GZ-8"]


@pytest.mark.parametrize("address", ["/staff/", "/staff/cases"])
def test_rows_that_are_fetched_again_name_it_too(cast: Cast, signed_in: SignIn, address: str) -> None:
    begin(cast).claimed()
    again = signed_in("limin").get(address, headers={"HX-Request": "true"})
    assert _clauses(again) == ["GZ-8"]


def test_every_case_of_an_incident_names_it(cast: Cast, signed_in: SignIn) -> None:
    incident_id = join_all(cast, [story.claimed() for story in lift(cast, 3)])
    page = signed_in("limin").get(f"/staff/incidents/{incident_id}")
    rows = page.soup.select(".queue tbody tr")
    assert len(rows) == len(_clauses(page)) == 3
    assert all(_clauses(page))


def test_what_comes_next_names_it_in_print_and_not_only_under_the_pointer(
    cast: Cast, signed_in: SignIn
) -> None:
    story = begin(cast).in_handling()
    page = signed_in("wangqiang").get(f"/staff/cases/{story.number}")
    said = page.one(".next-act").get_text(" ", strip=True)
    assert "48 小时内办结" in said
    assert page.one(".next-act .promise-clause").get_text() == "MS-3"


def test_who_dispatches_is_told_until_when_and_by_which_clause(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).claimed()
    form = signed_in("limin").get(f"/staff/cases/{story.number}/dispatch")
    offered = form.one("select[name=handler]").find_all("option")
    engineer = next(str(option["value"]) for option in offered if "王强" in option.get_text())
    page = form.submit("/dispatch", handler=engineer, requirements="先到现场")
    assert "，时限 4 日 10:00 前（MS-3）。" in page.words


def test_the_rule_book_a_case_lives_by_is_called_by_its_title(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).claimed()
    page = signed_in("limin").get(f"/staff/cases/{story.number}")
    assert "适用规则 诉求办理标准规则 第 1 版" in page.words
