"""The lobby's screen: what is handled and how fast, and never whose it is (decision 18, T27, F42)."""

from datetime import timedelta
from typing import Any

import pytest

from shared.cases import handling, scope
from shared.cases.vocabulary import Outcome
from shared.database import transaction
from shared.notices import publishing
from shared.notices.publishing import Text
from shared.notices.stages import Kind
from shared.ownership import claiming, dispatching
from shared.register import board, figures
from shared.register.so_far import KEPT
from tests.cast import MONDAY, file

pytestmark = pytest.mark.usefixtures("monday")

HOUR = timedelta(hours=1)
PERSONAL: dict[str, Any] = {
    "name": "欧阳建国",
    "phone": "139 8765 4321",
    "unit": "3-2-1101",
    "email": "jianguo@example.com",
    "description": "隔壁天天吵架摔东西",
    "demands": "要求书面道歉",
    "spot": "2单元1101门口",
    "about": "门岗的人",
}
QUERIES, OF_THE_PAST = 14, 5


def _handle(cast, case, at):
    """Claimed, dispatched, signed for and completed at once."""
    with transaction():
        found = scope.lock_by_id(case.id)
        claiming.claim(found, by=cast.person("limin"), at=at)
        dispatching.dispatch(
            found,
            by=cast.person("limin"),
            at=at,
            department=cast.department("工程部"),
            handler=cast.person("wangqiang"),
            requirements="",
        )
        dispatching.accept(found, by=cast.person("wangqiang"), at=at)
        handling.complete(
            found, by=cast.person("wangqiang"), at=at, outcome=Outcome.RESOLVED, result="欧阳先生家门口修好了"
        )


def _of_a_neighbour(cast, n):
    """Another owner each time: whoever comes back a third time has a major case, which is handled otherwise."""
    return file(cast, phone=f"138 0000 {n:04}", unit=f"3-2-{n + 1}01")


def _rows(page):
    return [
        [cell.get_text(" ", strip=True) for cell in row.find_all(attrs={"role": "cell"})]
        for row in page.soup.select(".board-row")
        if not row.find(attrs={"role": "columnheader"})
    ]


def test_nothing_personal_hangs_in_the_lobby(cast, client):
    case, *_others = [file(cast, **PERSONAL) for _ in range(4)]
    _handle(cast, case, MONDAY)
    for address in (
        "/board/jinxiu",
        "/board/jinxiu/fragment",
        "/board/jinxiu?layout=portrait&screen=a&name=1",
    ):
        text = client.get(address).get_data(as_text=True)
        for personal in (
            *PERSONAL.values(),
            "欧阳",
            "13987654321",
            "4321",
            "1101",
            case.reference,
            case.shown_reference,
            "王强",
            "李敏",
        ):
            assert personal not in text, (address, personal)
        assert case.archive_number in text


def test_only_the_allowed_columns_are_read(cast, client):
    for _ in range(3):
        file(cast, **PERSONAL)
    statements = " ".join(client.get("/board/jinxiu").statements)
    for forbidden in ("parties", "statements.", "words", "cases.spot", "cases.reference", "users."):
        assert forbidden not in statements, forbidden


def test_a_building_with_few_cases_is_not_named(cast, client):
    alone = file(cast, building_id=cast.building("7号楼").id)
    for _ in range(3):
        together = file(cast, building_id=cast.building("3号楼").id)
    page = client.get("/board/jinxiu")
    text = page.get_data(as_text=True)
    assert alone.archive_number not in text
    assert "7号楼" not in text
    assert "其他楼栋" in page.words
    assert together.archive_number in text
    assert "3号楼" in text


def test_a_row_says_where_it_stands_and_until_when(cast, client):
    for _ in range(3):
        case = file(cast)
    row = _rows(client.get("/board/jinxiu"))[-1]
    assert row[:4] == [case.archive_number, "设施设备", "3号楼", "待受理 今天"]
    assert "4 日 10:00 前" in row[4]


def test_a_broken_promise_is_shown_as_one(cast, client, monday):
    for _ in range(3):
        file(cast)
    monday.shift(timedelta(hours=49))
    assert "已超时" in _rows(client.get("/board/jinxiu"))[0][4]


def test_what_is_finished_says_how_long_it_took(cast, client, monday):
    cases = [file(cast) for _ in range(3)]
    monday.shift(5 * HOUR)
    _handle(cast, cases[0], MONDAY + 5 * HOUR)
    finished = [row for row in _rows(client.get("/board/jinxiu")) if "守时" in " ".join(row)]
    assert finished
    assert finished[0][0] == cases[0].archive_number
    assert "5 小时" in finished[0][3]


def test_an_estate_where_nothing_fell_due_says_so_in_words(cast, client):
    page = client.get("/board/jinxiu")
    assert "这几周没有到期的承诺。" in page.words
    assert not page.soup.select(".board-trend"), "six zeros on an empty wall"
    assert "占未结" not in page.words, "of no open case there is no share"
    cases = [_of_a_neighbour(cast, n) for n in range(2)]
    _handle(cast, cases[0], MONDAY)
    page = client.get("/board/jinxiu")
    assert len(page.soup.select(".board-trend li")) == 6
    assert "占未结 0%" in page.words


def test_a_rate_of_too_few_is_not_told(cast, client):
    cases = [_of_a_neighbour(cast, n) for n in range(5)]
    for case in cases[:4]:
        _handle(cast, case, MONDAY)
    page = client.get("/board/jinxiu")
    assert "暂无数据" in page.words
    _handle(cast, cases[4], MONDAY)
    words = client.get("/board/jinxiu").words
    assert "100 %" in words
    assert "达标 · 目标 ≥ 95%" in words


def test_a_rate_counts_each_clock_once_and_is_never_rounded_up(cast, monday):
    cases = [_of_a_neighbour(cast, n) for n in range(7)]
    for case in cases[:6]:
        _handle(cast, case, MONDAY)
    at = MONDAY + 49 * HOUR
    rate = board.read(cast.estate, at).figures.on_time
    assert (rate.good, rate.of, rate.percent) == (6, 7, 85)
    with_late_one = cases[6]
    _handle(cast, with_late_one, at)
    rate = board.read(cast.estate, at + HOUR).figures.on_time
    assert (rate.good, rate.of) == (6, 7)


def test_the_month_is_the_estates_month():
    start = figures.month_start(MONDAY, "Asia/Shanghai")
    assert start.isoformat() == "2026-02-28T16:00:00+00:00"


def test_an_urgent_notice_comes_first_and_between(cast, client):
    file(cast)
    with transaction():
        notice = publishing.write(
            cast.estate.id,
            Text(Kind.URGENT, "停水", "1–3 号楼停水检修", MONDAY, MONDAY + 3 * HOUR),
            by=cast.person("limin"),
            at=MONDAY,
            submit=True,
        )
        publishing.approve(notice, by=cast.person("hemei"), at=MONDAY, read=publishing.seen(notice))
    pages = [p["data-page"] for p in client.get("/board/jinxiu").soup.select(".board-page")]
    assert pages[0].startswith("urgent-")
    assert pages.index("week") < pages.index("running-1")
    assert sum(p.startswith("urgent-") for p in pages) == 2
    assert "10:00 — 13:00" in client.get("/board/jinxiu").words


def _hung_up(cast, kind, title, body, until=None):
    with transaction():
        text = Text(kind, title, body, MONDAY, until)
        notice = publishing.write(cast.estate.id, text, by=cast.person("limin"), at=MONDAY, submit=True)
        publishing.approve(notice, by=cast.person("hemei"), at=MONDAY, read=publishing.seen(notice))


def test_a_long_notice_ends_with_a_whole_sentence(cast, client):
    body = "水箱周三清洗。\n\n当天 9 点停水，请提前储水。\n" + "清洗后水色会发黄，请先放水再用。" * 8
    _hung_up(cast, Kind.NOTICE, "清洗水箱", body)
    words = client.get("/board/jinxiu").one('[data-page^="notice-"] .words').get_text()
    assert words.startswith("水箱周三清洗。当天 9 点停水，请提前储水。清洗后"), "no gaps where paragraphs met"
    assert words.endswith("请先放水再用。")
    assert "全文扫码看公告栏" in client.get("/board/jinxiu").words


def test_a_notice_of_one_endless_sentence_is_broken_off_visibly(cast, client):
    _hung_up(cast, Kind.NOTICE, "清洗水箱", "请提前储水，" * 40)
    assert client.get("/board/jinxiu").one('[data-page^="notice-"] .words').get_text().endswith("…")


def test_of_a_period_each_end_keeps_to_one_line(cast, client):
    _hung_up(cast, Kind.URGENT, "停水", "1–3 号楼停水检修", MONDAY + 24 * HOUR)
    parts = client.get("/board/jinxiu").soup.select_one(".board-notice .when").select("span")
    assert [part.get_text() for part in parts] == ["3 月 2 日 10:00 —", "3 月 3 日 10:00"]


def test_hotline_and_the_way_to_the_portal_are_always_there(cast, client):
    page = client.get("/board/jinxiu")
    assert "020-8888 6666" in page.soup.find("footer").get_text()
    code = page.one("footer img")["src"]
    assert page.one('[data-page="how"][data-safe] img')["src"] == code
    drawing = client.get(code)
    assert (drawing.mimetype, "immutable" in drawing.headers["Cache-Control"]) == ("image/svg+xml", True)
    assert "12345" in page.words


def test_the_fragment_is_not_sent_again_when_nothing_changed(cast, client):
    file(cast)
    page = client.get("/board/jinxiu")
    known = f'"{page.soup.find("body")["data-etag"]}"'
    again = client.get("/board/jinxiu/fragment", headers={"If-None-Match": known})
    assert (again.status_code, again.data) == (304, b"")
    file(cast)
    assert client.get("/board/jinxiu/fragment", headers={"If-None-Match": known}).status_code == 200


def test_the_screen_gets_no_cookie(cast, client):
    for address in ("/board/jinxiu", "/board/jinxiu/fragment", "/board/nowhere"):
        assert "Set-Cookie" not in client.get(address).headers


@pytest.mark.parametrize(
    "odd", ["?screen=../../etc", "?layout=%00", "?screen=" + "x" * 3000, "?estate=yunhe"]
)
def test_odd_parameters_change_nothing(cast, client, odd):
    assert client.get(f"/board/jinxiu{odd}").status_code == 200


def test_an_unknown_estate_is_a_page_that_tries_again(cast, client):
    page = client.get("/board/nowhere")
    assert page.status_code == 404
    assert page.soup.find("meta", attrs={"http-equiv": "refresh"})


def test_without_a_script_all_pages_are_there_and_renew_themselves(cast, client):
    page = client.get("/board/jinxiu")
    plain = page.soup.find("noscript").decode_contents()
    assert "board-plain.css" in plain
    assert "refresh" in plain
    assert not page.soup.select(".board-page[hidden]")


def test_an_estate_shows_its_own_cases_only(cast, elsewhere, client):
    theirs = [file(elsewhere) for _ in range(3)]
    page = client.get("/board/jinxiu")
    assert theirs[0].archive_number not in page.get_data(as_text=True)
    assert "现在没有正在处理的诉求" in page.words


def test_the_screen_asks_the_database_as_often_for_one_case_as_for_a_dozen(cast, client, monday):
    asked = []
    for more in (1, 11):
        for _ in range(more):
            file(cast)
        monday.shift(KEPT)  # so that the days that are over are counted anew
        asked.append([len(client.get("/board/jinxiu/fragment").statements) for _look in range(2)])
    assert asked[0] == asked[1]
    first, again = asked[0]
    assert first <= QUERIES + OF_THE_PAST
    assert again <= QUERIES
