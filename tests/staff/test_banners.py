"""What every page of the staff face warns of: the next year's calendar from December, and clocks that stand still."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import delete, update

from shared.calendars.models import CalendarYear
from shared.cases.models import Case
from shared.database import db, transaction
from tests.cast import MONDAY, Cast, file
from tests.critic import CriticalClient, Page

SignIn = Callable[[str], CriticalClient]
CALENDAR = "/staff/settings/calendar"
EVERY_PAGE = ("/staff/", "/staff/cases", "/staff/notices", CALENDAR)
DECEMBER = datetime(2026, 11, 30, 16, 30, tzinfo=UTC)  # 1 December, 0:30 in Shanghai


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


def year_is(status: str | None) -> None:
    with transaction():
        if status is None:
            db.session.execute(delete(CalendarYear).where(CalendarYear.year == 2027))
        else:
            db.session.execute(update(CalendarYear).where(CalendarYear.year == 2027).values(status=status))


def banners(page: Page) -> str:
    return " ".join(" ".join(b.get_text(" ").split()) for b in page.soup.select(".page-banners .banner"))


@pytest.mark.parametrize("status", [None, "provisional"])
def test_from_december_every_page_warns_of_a_year_that_is_not_certain(
    cast: Cast, signed_in: SignIn, clock: Any, status: str | None
) -> None:
    year_is(status)
    clock.move_to(DECEMBER - timedelta(hours=1))
    assert banners(signed_in("limin").get("/staff/")) == ""
    clock.move_to(DECEMBER)
    dispatcher, director = signed_in("limin"), signed_in("hemei")
    words = "2027 年的放假安排还是暂定" if status else "还没有 2027 年的工作日历"
    for address in EVERY_PAGE:
        told = banners(dispatcher.get(address))
        assert words in told, address
        assert "请提醒服务中心主任" in told
    page = director.get("/staff/")
    assert words in banners(page)
    link = page.one(".page-banners a")
    assert str(link["href"]) == f"{CALENDAR}?year=2027#years"
    assert director.get(f"{CALENDAR}?year=2027").status_code == 200


def test_an_official_year_is_not_warned_of_and_january_is_another_year(
    cast: Cast, signed_in: SignIn, clock: Any
) -> None:
    year_is("official")
    clock.move_to(DECEMBER)
    assert banners(signed_in("limin").get("/staff/")) == ""
    year_is("provisional")
    clock.move_to(datetime(2026, 12, 31, 15, 59, tzinfo=UTC))
    assert "2027 年" in banners(signed_in("limin").get("/staff/"))
    clock.move_to(datetime(2026, 12, 31, 16, 0, tzinfo=UTC))
    assert banners(signed_in("limin").get("/staff/")) == ""


def test_parked_clocks_are_told_on_every_page_with_their_reason(
    cast: Cast, elsewhere: Cast, signed_in: SignIn
) -> None:
    for _ in range(2):
        file(cast)
    file(elsewhere)
    with transaction():
        db.session.execute(update(Case).values(clocks_parked="calendar:2027"))
    assert "有 2 件诉求的时限待核定：缺少 2027 年的工作日历" in banners(signed_in("limin").get("/staff/"))
    page = signed_in("hemei").get("/staff/cases")
    assert page.one(".page-banners a")["href"] == "/staff/operations"
    assert "有 1 件" in banners(signed_in("yunhe-limin").get("/staff/"))


def test_the_warning_costs_no_query(cast: Cast, signed_in: SignIn, clock: Any) -> None:
    clock.move_to(DECEMBER)
    client = signed_in("limin")
    client.get("/staff/cases")
    year_is("official")
    quiet = client.get("/staff/cases")
    assert banners(quiet) == ""
    year_is("provisional")
    loud = client.get("/staff/cases")
    assert banners(loud)
    assert len(loud.statements) == len(quiet.statements)
