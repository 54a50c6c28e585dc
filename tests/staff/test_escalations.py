"""What waits for my answer: on the desk, on its page, on the case; answered with one click."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
import time_machine

from shared.cases import participation
from shared.database import db, transaction
from shared.deadlines.sweep import sweep
from shared.escalation import acknowledging, climbing, queries
from shared.identity.models import Appointment, User
from shared.ownership import dispatching
from tests.cast import MONDAY, Cast
from tests.critic import CriticalClient, Page
from tests.life import Life, begin

SignIn = Callable[[str], CriticalClient]
HOUR = timedelta(hours=1)
PAGE = "/staff/escalations"
QUERIES = 14


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


def passes(clock: time_machine.Traveller, at: datetime) -> None:
    clock.move_to(at)
    sweep(at)
    climbing.climb_due(at)


@pytest.fixture
def late(cast: Cast, clock: time_machine.Traveller) -> Life:
    """Nobody has relayed it: the dispatcher on duty is asked."""
    story = begin(cast)
    passes(clock, MONDAY + timedelta(minutes=6))
    return story


def waiting(user: User) -> int:
    """How much waits for this person's answer."""
    return len(queries.breaches(user)) + len(queries.reports(user))


def counted(page: Page) -> str:
    for link in page.soup.select(".views a"):
        if "待我知悉" in link.get_text():
            found = link.find(class_="count")
            assert found is not None
            return found.get_text()
    return ""


def test_the_desk_leads_to_what_waits_and_one_click_answers_it(late: Life, signed_in: SignIn) -> None:
    client = signed_in("limin")
    desk = client.get("/staff/")
    assert counted(desk) == "1"
    page = client.get(desk.link("待我知悉"))
    row = page.one("tbody tr").get_text()
    assert late.number in row
    assert "GZ-8" in row
    after = page.submit(PAGE)
    assert f"已记下您知悉 {late.number}" in after.words
    assert "没有等您知悉的提醒和上报" in after.words
    assert counted(client.get("/staff/")) == ""
    assert "最近 30 天知悉的 1 项" in after.words


def test_the_case_shows_who_was_told_and_when_they_answered(
    late: Life, cast: Cast, signed_in: SignIn, clock: time_machine.Traveller
) -> None:
    passes(clock, MONDAY + 5 * HOUR)
    case = f"/staff/cases/{late.number}"
    told = signed_in("zhouqi").get(case).one("section[aria-labelledby=told]").get_text(" ")
    for words in ("调度员 李敏", "服务中心主任 何梅", "督导专员 唐文", "还没有知悉"):
        assert words in told, told
    client = signed_in("hemei")
    page = client.get(case)
    assert "有 1 项等您知悉" in page.words
    after = page.submit(PAGE)
    assert after.where.startswith(case)
    assert "何梅 今天 15:00 知悉" in after.words
    assert "等您知悉" not in after.one("section[aria-labelledby=told]").get_text()


def test_several_clocks_of_a_case_are_answered_together(
    late: Life, cast: Cast, signed_in: SignIn, clock: time_machine.Traveller
) -> None:
    passes(clock, MONDAY + 13 * HOUR)
    limin = cast.person("limin")
    assert waiting(limin) > 1
    page = signed_in("limin").get(PAGE)
    assert len(page.soup.select("tbody tr")) == 1
    rungs = [str(field["value"]) for field in page.soup.select("input[name=rung]")]
    assert len(rungs) > 1
    page.submit(PAGE, rung=rungs)
    db.session.expire_all()
    assert waiting(cast.person("limin")) == 0


def test_a_persons_escalation_stands_there_in_their_words(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast).in_handling()
    story.act("wangqiang", dispatching.escalate, to=cast.person("gaofeng"), reason="<b>配件</b>要等三天")
    page = signed_in("gaofeng").get(PAGE)
    assert "王强上报：<b>配件</b>要等三天" in page.words
    assert "已记下" in page.submit(PAGE).words
    page = signed_in("wangqiang").get(f"/staff/cases/{story.number}")
    assert "高峰 今天 10:00 知悉" in page.one("section[aria-labelledby=told]").get_text(" ")


def test_nobody_answers_for_another_or_for_what_is_about_them(
    late: Life, cast: Cast, signed_in: SignIn
) -> None:
    (asked,) = queries.breaches(cast.person("limin"))
    for person in ("wangqiang", "hemei", "admin"):
        client = signed_in(person)
        client.reads_pages = False
        token = client.get("/staff/").one("input[name=csrf_token]")["value"]
        answer = client.post(PAGE, data={"rung": str(asked.rung.id), "csrf_token": str(token)})
        assert answer.status_code == 404
    client = signed_in("limin")
    token = client.get(PAGE).one("input[name=csrf_token]")["value"]
    with transaction():
        participation.enter(late.case, participation.ABOUT, MONDAY, user_id=cast.person("limin").id)
    assert counted(client.get("/staff/")) == ""
    for fields in ({"rung": str(asked.rung.id)}, {"rung": "x"}, {"escalation": "9"}, {}):
        answer = client.post(PAGE, data={**fields, "csrf_token": str(token)})
        assert answer.status_code == 404


def test_what_a_colleague_answered_first_is_said_by_name(
    late: Life, cast: Cast, signed_in: SignIn, clock: time_machine.Traveller
) -> None:
    with transaction():
        db.session.add(
            Appointment(
                user_id=cast.person("zhouqi").id, estate_id=cast.estate.id, role="director", since=MONDAY
            )
        )
    passes(clock, MONDAY + 5 * HOUR)
    page = signed_in("zhouqi").get(PAGE)
    (asked,) = queries.breaches(cast.person("hemei"))
    with transaction():
        acknowledging.answer_rung(asked.rung.id, by=cast.person("hemei"), at=MONDAY + 5 * HOUR)
    assert "何梅已经知悉" in page.submit(PAGE).words


def test_the_page_asks_the_database_no_more_for_more(
    cast: Cast, signed_in: SignIn, clock: time_machine.Traveller
) -> None:
    for _ in range(6):
        begin(cast)
    passes(clock, MONDAY + timedelta(minutes=6))
    page = signed_in("limin").get(PAGE)
    assert len(page.soup.select("tbody tr")) == 6
    assert len(page.statements) <= QUERIES
