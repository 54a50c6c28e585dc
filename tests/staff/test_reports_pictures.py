"""The page of pictures: what each says, the numbers beside it, and the cases behind every number."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine

from shared.database import transaction
from shared.improvement import causes
from tests.cast import MONDAY, Cast
from tests.critic import CriticalClient
from tests.life import begin

SignIn = Callable[[str], CriticalClient]
A_YEAR = timedelta(days=364)  # to the same day of the week
MARCH = "/staff/reports/analysis?from=2026-02-26&to=2026-03-25"


def test_every_picture_says_what_it_shows_and_every_number_opens_its_cases(
    cast: Cast, elsewhere: Cast, signed_in: SignIn
) -> None:
    third = cast.building("3号楼").id
    ours = [begin(cast, phone=f"1390000000{n}", unit=f"{n}-101", building_id=third) for n in range(5)]
    other = begin(cast, MONDAY + timedelta(hours=2), category="security", phone="13900000009")
    theirs, inside = begin(elsewhere), begin(cast, channel="internal", building_id=third)
    with time_machine.travel(MONDAY + timedelta(days=5), tick=False):
        client = signed_in("hemei")
        page = client.get(MARCH)
        assert "受理 6 件" in page.one("#trend h2").get_text()
        assert "设施设备占 83%" in page.one("#categories h2").get_text()
        assert "3号楼的设施设备最多，5 件" in page.one("#places h2").get_text()
        assert page.one("#trend svg title").get_text() in page.one("#trend h2").get_text()
        hottest = page.one("#hours .heat-5 a")
        assert hottest.get_text() == "5"
        for link in (hottest["href"], page.one("#places .heat-5 a")["href"]):
            cases = client.get(link)
            assert "共 5 件" in cases.words
            assert all(story.number in cases.words for story in ours)
        cases = client.get(page.one("#trend td a")["href"])
        assert "共 6 件" in cases.words
        year = client.get("/staff/reports/analysis").soup.select("#trend tbody tr")
        assert [row.select("th")[0].get_text() for row in year] == ["2026 年 3 月 不满一期"], (
            "before that there was no record"
        )
        assert other.number in cases.words
        assert theirs.number not in cases.words
        assert inside.number not in cases.words


def test_what_was_closed_is_told_by_stage_holder_and_cause_and_of_too_few_no_time_is_said(
    cast: Cast, signed_in: SignIn
) -> None:
    story = begin(cast).closed()
    begin(cast, phone="13900000002").dispatched()
    with transaction():
        causes.record(story.case, by=cast.person("liujie"), at=story.at, code="ageing", words_id=None)
    with time_machine.travel(story.at + timedelta(hours=1), tick=False):
        client = signed_in("hemei")
        page = client.get(MARCH)
        assert "不足 5 件，不算" in page.one("#stages tbody").get_text()
        lines = page.one("#holders tbody").get_text(" ", strip=True)
        assert "工程部" in lines
        assert "设备老化" in page.one("#causes tbody").get_text()
        for part in ("#stages", "#holders", "#causes"):
            cases = client.get(page.one(f"{part} td a")["href"])
            assert "共 1 件" in cases.words, part
            assert story.number in cases.words


def test_the_year_before_stands_beside_only_where_it_is_known(cast: Cast, signed_in: SignIn) -> None:
    begin(cast)
    begin(cast, MONDAY + A_YEAR, phone="13900000002")
    with time_machine.travel(MONDAY + A_YEAR + timedelta(hours=1), tick=False):
        client = signed_in("hemei")
        page = client.get("/staff/reports/analysis?from=2027-03-01&to=2027-03-14")
        assert "受理 1 件，和上年同期一样多" in page.one("#trend h2").get_text()
        this, later = (row.get_text(" ", strip=True) for row in page.soup.select("#trend tbody tr"))
        assert this.endswith("不满一期 1 1")
        assert later.endswith("— —")
        page = client.get("/staff/reports/analysis?from=2026-02-26&to=2027-03-25")
        assert "没有完整的上年同期可比" in page.one("#trend h2").get_text()


def test_what_has_not_come_yet_is_not_compared_with_the_year_before(cast: Cast, signed_in: SignIn) -> None:
    begin(cast)
    begin(cast, MONDAY + timedelta(days=1), phone="13900000003")  # of a day that this year has yet to come
    begin(cast, MONDAY + A_YEAR, phone="13900000002")
    with time_machine.travel(MONDAY + A_YEAR + timedelta(hours=1), tick=False):
        client = signed_in("hemei")
        page = client.get("/staff/reports/analysis?from=2027-03-01&to=2027-03-14")
        first = page.one("#trend tbody tr")
        assert first.get_text(" ", strip=True).endswith("不满一期 1 1")
        assert "共 1 件" in client.get(first.select("td a")[1]["href"]).words


@pytest.mark.parametrize(
    "asked",
    [
        "of=nothing",
        "hour=7-1",
        "category=x",
        "building=0",
        "of=stage&key=closed",
        "of=holder&key=handler-0",
        "since=0001-01-01&until=0001-01-02",
        "since=2026-03-01&until=9999-12-31",
    ],
)
def test_what_names_no_number_is_not_found(cast: Cast, signed_in: SignIn, asked: str) -> None:
    assert signed_in("hemei").get(f"/staff/reports/analysis/cases?{asked}").status_code == 404


def test_a_page_without_matters_says_so_and_a_wrong_date_too(cast: Cast, signed_in: SignIn) -> None:
    page = signed_in("hemei").get("/staff/reports/analysis?from=2026-03-31&to=2026-03-01")
    assert "日期没有看懂" in page.words
    assert "这段时间没有受理诉求" in page.words
    assert signed_in("limin").get("/staff/reports/analysis").status_code == 403
