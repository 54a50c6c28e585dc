"""The page of the machine (运行) and the banner that leads to it: what has stopped, and what to do about it."""

import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import structlog
import time_machine
from structlog.testing import capture_logs

from shared import schedule
from shared.clock import now
from shared.database import transaction
from shared.heartbeats import beating
from shared.operations import alarms, alarms_wording
from tests.cast import MONDAY, Cast, file
from tests.critic import CriticalClient, Page

SignIn = Callable[[str], CriticalClient]
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def clock(cast: Cast) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


def a_minute_of_the_schedule() -> None:
    """It says that it lives, and what is wrong."""
    with transaction():
        beating.beat(beating.SCHEDULE, "here", now())
    found = alarms.current(now())
    with transaction():
        alarms.note(found, now())


@pytest.fixture
def lines(cast: Cast) -> Iterator[list[Any]]:
    """What is logged of each request, which the tests are otherwise spared."""
    before = structlog.get_config()["wrapper_class"]
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.INFO))
    with capture_logs() as heard:
        yield heard
    structlog.configure(wrapper_class=before)


def banners(page: Page) -> str:
    return " ".join(" ".join(b.get_text(" ").split()) for b in page.soup.select(".page-banners .banner"))


def test_f41_a_dead_schedule_is_told_on_every_page_to_those_who_look_after_the_machine(
    signed_in: SignIn, clock: time_machine.Traveller
) -> None:
    a_minute_of_the_schedule()
    director, dispatcher = signed_in("hemei"), signed_in("limin")
    quiet = director.get("/staff/")
    assert banners(quiet) == ""
    words = director.get("/staff/operations").words
    assert "没有。每分钟查一次" in words
    assert "定时任务 1 分钟不到前 最近的备份 还没有过" in words
    clock.shift(4 * MINUTE)
    for address in ("/staff/", "/staff/cases", "/staff/reports"):
        loud = director.get(address)
        assert "系统有故障：定时任务停了。" in banners(loud), address
    assert loud.one(".page-banners a")["href"] == "/staff/operations"
    assert banners(dispatcher.get("/staff/")) == ""
    page = director.get("/staff/operations")
    assert banners(page) == ""
    assert "定时任务停了（已经 4 分钟） 超时登记、催办和消息都停了。" in page.words
    a_minute_of_the_schedule()
    assert banners(director.get("/staff/")) == ""


def test_the_banner_costs_no_statement(signed_in: SignIn, clock: time_machine.Traveller) -> None:
    a_minute_of_the_schedule()
    director = signed_in("hemei")
    director.get("/staff/cases")
    quiet = director.get("/staff/cases")
    clock.shift(4 * MINUTE)
    director.get("/staff/cases")  # marks the session as used
    loud = director.get("/staff/cases")
    assert banners(loud)
    assert not banners(quiet)
    assert len(loud.statements) == len(quiet.statements)


def test_what_the_schedule_found_is_told_until_it_finds_it_mended(signed_in: SignIn) -> None:
    with transaction():
        beating.beat(beating.LINE, "deadlines", MONDAY - timedelta(hours=1), "15")
    a_minute_of_the_schedule()
    director = signed_in("hemei")
    assert "系统有故障：有定时任务卡住了。" in banners(director.get("/staff/"))
    assert "有定时任务卡住了（时限登记和催办，已经 1 小时）" in director.get("/staff/operations").words
    with transaction():
        beating.beat(beating.LINE, "deadlines", MONDAY, "15")
    a_minute_of_the_schedule()
    assert banners(director.get("/staff/")) == ""


def test_t44_the_line_of_a_request_says_who_asked_for_which_case_and_of_an_owner_neither(
    cast: Cast, signed_in: SignIn, client: CriticalClient, lines: list[dict[str, Any]]
) -> None:
    case = file(cast)
    director = signed_in("hemei")
    lines.clear()
    answered = director.get(f"/staff/cases/{case.archive_number}")
    director.get("/staff/cases/13800138000")
    client.get(f"/track/{case.shown_reference}?from=13800138000")
    seen, typed, owner = lines
    wanted = ("route", "method", "status", "actor", "case", "request_id")
    assert [seen[fact] for fact in wanted] == [
        "/staff/cases/<number>",
        "GET",
        200,
        cast.person("hemei").id,
        case.archive_number,
        answered.headers["X-Request-ID"],
    ]
    assert seen["ms"] >= 0
    assert "case" not in typed
    assert set(owner) == {"route", "method", "status", "ms", "request_id", "event", "log_level"}
    assert case.reference not in str(lines).replace("-", "")
    assert "13800138000" not in str(lines)


def test_every_alarm_and_every_line_of_the_timetable_has_words() -> None:
    assert set(alarms_wording.TITLES) == set(alarms_wording.ADVICE) == set(alarms.Name)
    assert set(alarms_wording.LINES) == {line.name for line in schedule.TIMETABLE}
