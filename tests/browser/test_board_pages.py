"""Every page of the board at every size: nothing cut off, nothing to scroll, letters as large as promised (B2.3)."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize, expect

from shared.cases.vocabulary import Category
from shared.clock import now
from shared.database import transaction
from shared.notices import publicity, publishing
from shared.notices.publishing import Text
from shared.notices.stages import Kind
from tests.browser.conftest import LOBBY, Desk
from tests.cast import Cast, file
from tests.critic import CriticalClient
from tests.life import begin

Open = Callable[..., Page]
BOARD = "/board/jinxiu?night=show"
SIZES: dict[str, tuple[ViewportSize, str]] = {
    "720p": ({"width": 1280, "height": 720}, ""),
    "1080p": (LOBBY, ""),
    "4K": ({"width": 3840, "height": 2160}, ""),
    "upright": ({"width": 1080, "height": 1920}, ""),
    "upright 720p": ({"width": 720, "height": 1280}, "&layout=portrait"),
    "turned": (LOBBY, "&layout=portrait"),
    "old television": ({"width": 1024, "height": 768}, ""),
}
WEIGHT, POLL = 40_000, 2_000  # bytes as sent, without the code and its picture (experience.md, B3)
LEAST = 0.048  # of the picture's height a letter of a row must have; of its width when it hangs upright
CONTRAST = {
    "runOnly": {"type": "rule", "values": ["color-contrast-enhanced"]},
    "resultTypes": ["violations"],
}

# What sticks out of the picture or of its page, and what is cut off within its box.
ASTRAY = """() => {
  const picture = document.querySelector('.board').getBoundingClientRect(), found = [];
  const page = document.querySelector('.board-page:not([hidden])');
  for (const part of document.querySelectorAll('.board-head *, .board-foot *, .board-page:not([hidden]) *')) {
    const box = part.getBoundingClientRect();
    const drawn = part.closest('svg');
    if (part.closest('.vh, [hidden]') || (drawn && drawn !== part) || !box.width) continue;
    const out = [box.left - picture.left, box.top - picture.top,
                 picture.right - box.right, picture.bottom - box.bottom];
    if (Math.min(...out) < -1) found.push('outside: ' + part.className + ' ' + part.textContent.slice(0, 20));
    if (getComputedStyle(part).overflow === 'hidden' && part.scrollWidth > part.clientWidth + 1)
      found.push('cut off: ' + part.className + ' ' + part.textContent.slice(0, 20));
  }
  const tall = page.scrollHeight - page.clientHeight, root = document.documentElement;
  if (tall > 1) found.push('too tall by ' + tall);
  if (root.scrollWidth > innerWidth || root.scrollHeight > innerHeight) found.push('scrolls');
  return found;
}"""


@pytest.fixture(scope="module")
def shelf() -> Iterator[sqlite3.Connection]:
    """Holds the full desk once it has been made: eighty acts for each picture would take longer than the picture."""
    with closing(sqlite3.connect(":memory:")) as shelf:
        yield shelf


@pytest.fixture
def full(desk: Desk, shelf: sqlite3.Connection) -> None:
    """More than the board can show, lines of the full length, an urgent notice and a long one."""
    with closing(sqlite3.connect(desk.app.extensions["shouwen"].data_dir / "shouwen.db")) as live:
        if shelf.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
            shelf.backup(live)
        else:
            _fill(desk)
            live.backup(shelf)


def _fill(desk: Desk) -> None:
    with desk.app.app_context():
        cast = desk.cast
        for n in range(24):
            category = list(Category)[n % 4]
            file(cast, now() - timedelta(hours=9 * n), category=category, phone=f"139 0000 {n:04}")
        for n in range(6):
            story = begin(
                cast, now() - timedelta(hours=60 if n % 2 else 3), phone=f"138 0000 {n:04}"
            ).informed()
            story.act(
                "limin",
                publicity.decide,
                shown=True,
                line="已更换主板并试运行三天，请继续监督谢谢",
                reason="",
            )
            decision = publicity.standing(story.case.id)
            assert decision is not None
            story.act("hemei", publicity.approve, read=decision.id)
        _publish(cast, Kind.URGENT, "1 号楼 2 单元电梯停运检修", "请走楼梯，有困难请打电话，我们派人协助。")
        _publish(
            cast, Kind.NOTICE, "关于二次供水水箱清洗消毒以及期间分时段停水安排的通知", "本月清洗水箱。" * 30
        )


def _publish(cast: Cast, kind: Kind, title: str, body: str) -> None:
    at = now()
    with transaction():
        ends = at + timedelta(hours=30) if kind is Kind.URGENT else None
        text = Text(kind, title, body, at - timedelta(hours=1), ends)
        notice = publishing.write(cast.estate.id, text, by=cast.person("limin"), at=at, submit=True)
        publishing.approve(notice, by=cast.person("hemei"), at=at, read=publishing.seen(notice))


def turn(page: Page) -> Iterator[str]:
    """Show one page after the other; gives the name of each."""
    total = page.locator(".board-page").count()
    for _ in range(total):
        key = page.locator(".board-page:not([hidden])").get_attribute("data-page")
        yield str(key)
        page.keyboard.press("ArrowRight")
        page.wait_for_function(
            "key => document.querySelector('.board-page:not([hidden])').dataset.page !== key", arg=key
        )


@pytest.mark.parametrize("size", SIZES)
def test_every_page_fits_its_screen(desk: Desk, full: None, browse: Open, size: str) -> None:
    viewport, layout = SIZES[size]
    page = browse(viewport)
    page.goto(BOARD + layout)
    wrong = {key: astray for key in turn(page) if (astray := page.evaluate(ASTRAY))}
    assert wrong == {}


TOUCHING = """() => {
  const boxes = [...document.querySelectorAll('.board-foot > *')].map(part => part.getBoundingClientRect());
  return boxes.some((one, n) => boxes.slice(n + 1).some(other =>
    one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom));
}"""


@pytest.mark.parametrize("size", SIZES)
def test_the_age_of_an_unheard_screen_has_room_beside_the_telephone(
    desk: Desk, full: None, browse: Open, size: str
) -> None:
    viewport, layout = SIZES[size]
    page = browse(viewport)
    page.clock.install()
    page.goto(BOARD + layout)
    page.route("**/fragment*", lambda route: route.fulfill(status=404))
    for _ in range(4):
        with page.expect_event("requestfinished", lambda request: "/fragment" in request.url):
            page.clock.run_for(40_000)
    page.keyboard.press(" ")
    expect(page.locator("#fresh")).to_contain_text("离线")
    assert page.evaluate(ASTRAY) == []
    assert not page.evaluate(TOUCHING)


def test_a_long_name_never_hides_what_the_screen_is(desk: Desk, browse: Open) -> None:
    with desk.app.app_context(), transaction():
        desk.cast.estate.name = "锦绣花园国际社区第三期东苑及配套商业广场"
    page = browse(LOBBY)
    page.goto(BOARD)
    title = page.locator(".board-title")
    assert title.inner_text() == "投诉处理公示"
    assert title.evaluate("part => part.scrollWidth <= part.clientWidth")
    assert page.evaluate("document.querySelector('.board-clock').getBoundingClientRect().right <= innerWidth")


@pytest.mark.parametrize("size", ["1080p", "upright"])
def test_a_number_stands_right_above_its_column(desk: Desk, full: None, browse: Open, size: str) -> None:
    viewport, layout = SIZES[size]
    page = browse(viewport)
    page.goto(BOARD + layout)
    for key in turn(page):
        if key == "trend":
            gaps = page.eval_on_selector_all(
                ".trend-bar",
                "all => all.map(bar => { const drawn = bar.querySelector(':scope > svg');"
                " const floor = drawn ? drawn.getBoundingClientRect().top : bar.getBoundingClientRect().bottom;"
                " return floor - bar.querySelector('.trend-number').getBoundingClientRect().bottom; })",
            )
            assert all(0 <= gap < 8 for gap in gaps), gaps
            return
    raise AssertionError("no page of the weeks")


@pytest.mark.parametrize("size", ["720p", "1080p", "4K", "upright", "turned"])
def test_a_row_is_read_from_five_metres(desk: Desk, full: None, browse: Open, size: str) -> None:
    viewport, layout = SIZES[size]
    page = browse(viewport)
    page.goto(BOARD + layout)
    short = min(viewport["width"], viewport["height"])
    for selector in (".board-row:not(.head) [role=cell]", ".target-label", ".words", ".trend-number", "dd"):
        sizes = page.eval_on_selector_all(
            selector, "all => all.map(part => parseFloat(getComputedStyle(part).fontSize))"
        )
        assert sizes, selector
        assert min(sizes) >= LEAST * short - 0.01, (selector, min(sizes))


def test_at_most_seven_rows_stand_on_a_page_and_no_row_stands_alone(
    desk: Desk, full: None, browse: Open
) -> None:
    page = browse(LOBBY)
    page.goto(BOARD)
    rows = page.eval_on_selector_all(
        ".board-rows", "all => all.map(rows => rows.querySelectorAll('.board-row:not(.head)').length)"
    )
    assert rows == [7, 7, 3, 3]


def test_every_letter_stands_out_seven_to_one(desk: Desk, full: None, browse: Open) -> None:
    page = browse(LOBBY)
    page.goto(BOARD)
    for key in turn(page):
        found = Axe().run(page, options=CONTRAST)
        assert found.violations_count == 0, (key, found.generate_report())


@pytest.mark.parametrize("shown", ["nothing", "full"])
def test_the_board_is_light_and_a_poll_lighter(
    desk: Desk, browse: Open, request: pytest.FixtureRequest, shown: str
) -> None:
    if shown == "full":
        request.getfixturevalue("full")
    page = browse(LOBBY)
    sent = _weigh(page)
    page.goto(BOARD)
    page.wait_for_load_state("networkidle")
    weight = sum(size for url, size in sent.items() if "code.svg" not in url and "service-worker" not in url)
    request.node.user_properties.append((f"board bytes: {shown}", weight))
    assert weight <= WEIGHT, sent
    client = desk.app.test_client()
    assert isinstance(client, CriticalClient)
    client.reads_pages = False  # what is packed is weighed, not read
    poll = client.get("/board/jinxiu/fragment", headers={"Accept-Encoding": "br"})
    request.node.user_properties.append((f"poll bytes: {shown}", len(poll.data)))
    assert len(poll.data) <= POLL
    known = {"If-None-Match": poll.headers["ETag"], "Accept-Encoding": "br"}
    assert client.get("/board/jinxiu/fragment", headers=known).status_code == 304


def _weigh(page: Page) -> dict[str, int]:
    """The bytes that each address takes on its way, filled while the page loads."""
    session: Any = page.context.new_cdp_session(page)
    session.send("Network.enable")
    names: dict[str, str] = {}
    sent: dict[str, int] = {}

    def note(event: dict[str, Any]) -> None:
        names[event["requestId"]] = event["response"]["url"]

    def add(event: dict[str, Any]) -> None:
        sent[names.get(event["requestId"], "?")] = int(event["encodedDataLength"])

    session.on("Network.responseReceived", note)
    session.on("Network.loadingFinished", add)
    return sent


def test_without_a_script_every_page_is_there_to_scroll(desk: Desk, full: None, browse: Open) -> None:
    page = browse(LOBBY, java_script_enabled=False)
    page.goto(BOARD)
    boxes = {
        str(section.get_attribute("data-page")): section.bounding_box()
        for section in page.locator(".board-page").all()
    }
    there = {key: box for key, box in boxes.items() if box}
    tops = [box["y"] for box in there.values()]
    assert tops == sorted(tops)
    assert all(box["height"] > 100 for box in there.values())
    again = boxes.keys() - there.keys()
    assert all(key.startswith("urgent-") for key in again)
    assert len(again) == 3, "what is urgent is read once, first"
