"""Reports on pages that need no script: read, analysed, signed, received (GZ-3, AH-5.2, VK-4l)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from shared.cases.vocabulary import Category, Channel
from shared.reports import making
from tests.cast import MONDAY, Cast, file
from tests.critic import CriticalClient, Page
from tests.life import Life, begin

SignIn = Callable[[str], CriticalClient]
THE_26TH = datetime(2026, 3, 25, 16, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def story(cast: Cast) -> Life:
    return begin(cast, MONDAY, building_id=cast.building("3号楼").id).closed()


def _month(client: CriticalClient) -> Page:
    page = client.get("/staff/reports?kind=monthly")
    return client.get(page.link("2026 年 3 月月度汇总"))


def test_gz_3_the_summary_goes_from_the_desk_to_supervision(
    cast: Cast, story: Life, signed_in: SignIn
) -> None:
    making.make_due(THE_26TH)
    with time_machine.travel(THE_26TH, tick=False):
        page = _month(signed_in("hemei"))
        assert "受理 1 件" in page.words
        assert "签发" in page.words
        assert "等督导接收" in page.submit("/signature").words
        page = _month(signed_in("tangwen"))
        assert "督导已接收" in page.submit("/receipt").words
        assert "何梅" in _month(signed_in("gaofeng")).words


def test_ah_5_2_two_who_write_the_analysis_lose_nothing(cast: Cast, story: Life, signed_in: SignIn) -> None:
    making.make_due(THE_26TH)
    with time_machine.travel(THE_26TH, tick=False):
        mine, theirs = _month(signed_in("chenjing")), _month(signed_in("tangwen"))
        assert "分析已保存" in mine.submit("/analysis", analysis="电梯投诉多在早高峰").words
        page = theirs.submit("/analysis", analysis="维保改到夜间")
        assert page.status_code == 409
        assert "同事现在写的是 电梯投诉多在早高峰" in page.words
        assert page.one("textarea").get_text().strip() == "维保改到夜间"
        both = page.submit("/analysis", analysis="早高峰多，维保改到夜间")
        assert "分析已保存" in both.words


def test_f44_what_is_typed_of_an_analysis_waits_for_whoever_comes_back(
    cast: Cast, story: Life, signed_in: SignIn
) -> None:
    making.make_due(THE_26TH)
    with time_machine.travel(THE_26TH, tick=False):
        client = signed_in("chenjing")
        form = _month(client).form("/analysis")
        token = form.find("input", attrs={"name": "csrf_token"})
        typed = {"place": form["data-unsent"], "analysis": "电梯投诉多在早高峰", "seen": ""}
        client.post("/staff/unsent", data={**typed, "csrf_token": token["value"]})  # type: ignore[index]
        page = _month(client)
        assert "没有发出的文字，已放回" in page.words
        assert "分析已保存" in page.submit("/analysis").words
        assert "没有发出的文字" not in _month(client).words


def test_every_number_opens_its_cases(cast: Cast, story: Life, signed_in: SignIn) -> None:
    making.make_due(THE_26TH)
    with time_machine.travel(THE_26TH, tick=False):
        client = signed_in("hemei")
        page = _month(client)
        links = [str(a["href"]) for a in page.soup.find_all("a") if "/cases?of=" in str(a["href"])]
        assert len(links) > 15
        for link in dict.fromkeys(links):
            assert client.get(link).status_code == 200
        assert story.number in client.get(page.link("3号楼")).words
        assert story.number in client.get(page.link("1 件")).words
        assert client.get(page.link("3号楼").replace("of=building", "of=nonsense")).status_code == 404


def test_gz_17b_what_the_month_lacks_is_seen_while_it_can_be_put_right(cast: Cast, signed_in: SignIn) -> None:
    silent = file(cast, MONDAY, channel=Channel.HOTLINE, category=Category.SECURITY, phone="", email="")
    with time_machine.travel(MONDAY + HOUR, tick=False):
        client = signed_in("hemei")
        page = client.get(client.get("/staff/reports").link("记录质量"))
        assert f"登记时没有留联系方式 GZ-6 1 {silent.archive_number}" in page.words
        assert silent.archive_number not in signed_in("gaofeng").get(page.where).words, (
            "of another's cases only how many"
        )


def test_the_page_of_a_comparison_says_what_differs(cast: Cast, story: Life, signed_in: SignIn) -> None:
    making.make_due(THE_26TH)
    with time_machine.travel(THE_26TH, tick=False):
        client = signed_in("tangwen")
        address = _month(client).link("重新统计")
        assert "每个数都一样" in client.get(address).words
        late = file(cast, THE_26TH + HOUR, received_at=MONDAY, phone="13900139000", channel=Channel.HOTLINE)
        words = client.get(address).words
        assert f"报告生成以后才补录的 {late.archive_number}" in words
        assert "渠道 · 热线电话 — 1" in words


def test_co_m8_the_year_stands_for_the_owners_as_it_was_signed(
    cast: Cast, story: Life, signed_in: SignIn, client: CriticalClient
) -> None:
    new_year = datetime(2027, 1, 1, 1, tzinfo=UTC)
    making.make_due(new_year)
    with time_machine.travel(new_year, tick=False):
        director = signed_in("hemei")
        page = director.get(director.get("/staff/reports?kind=annual").link("2026 年年度报告"))
        assert not page.soup.select("form[action$='/publication']"), "nothing is shown that nobody signed"
        page = page.submit("/analysis", analysis="这一年主要是电梯。").submit("/signature")
        assert "年度报告已向业主公布" in page.submit("/publication").words
        before = client.get("/openness/2026").words
        assert "公布后数字不再变动" in before
        assert "这一年主要是电梯" not in before, "the analysis is for ourselves"
        begin(cast, datetime(2026, 6, 1, tzinfo=UTC), phone="13900139000")
        assert client.get("/openness/2026").words == before
        assert "合计,1,1," in client.get("/openness/2026.csv").get_data(as_text=True)
