"""The screen on the wall over an accelerated life: server gone, power cut, night, morning (F42, B1.3)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import update
from werkzeug.serving import make_server

from shared.clock import now
from shared.database import db, transaction
from shared.identity.models import Estate
from shared.notices import publishing, screens
from shared.notices.models import Screen
from shared.notices.publishing import Text
from shared.notices.stages import Kind
from tests.browser.conftest import LOBBY, until
from tests.cast import Cast, file

SECOND, MINUTE, HOUR = 1_000, 60_000, 3_600_000
A_POLL = 31 * SECOND  # the time between two, without its chance, and a little
NO_CHANCE = "Math.random = () => 0.5"  # or four polls could fall into the time of three
BOARD = "/board/jinxiu"
HEAP = 300_000  # bytes that 50 polls may leave; the 10,000 of tests.bench.board_soak are held to 5 MB


class Lobby:
    """A server that can be switched off and on at one address, and a screen whose clock the test moves."""

    def __init__(self, app: Flask, context: BrowserContext) -> None:
        self.app, self.context = app, context
        self.port, self.running = 0, False
        self.switch_on()

    def switch_on(self) -> None:
        self.server = make_server("127.0.0.1", self.port, self.app, threaded=True)
        self.port = self.server.port
        self.thread = Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        self.running = True

    def switch_off(self) -> None:
        if self.running:
            self.server.shutdown()
            self.server.server_close()
            self.thread.join()
            self.running = False

    def hang(self, address: str = BOARD, at: datetime | None = None) -> Page:
        """Open the board on a new page; *at* is what its machine takes the time to be."""
        page = self.context.new_page()
        page.set_default_timeout(10_000)
        page.clock.install(time=at or datetime.now(UTC))
        page.goto(f"http://127.0.0.1:{self.port}{address}")
        return page

    def poll(self, page: Page, times: int = 1) -> None:
        """Let the screen ask for news, whether or not anybody answers."""
        for _ in range(times):
            event = "requestfinished" if self.running else "requestfailed"
            with page.expect_event(event, lambda request: "/fragment" in request.url):
                page.clock.run_for(A_POLL)

    def until_kept(self, page: Page) -> None:
        until(
            page,
            """caches.open('board-1').then(kept => kept.keys())
               .then(found => found.length > 5 && found.some(one => one.url === location.href))""",
        )


@pytest.fixture
def lobby(app: Flask, cast: Cast, chromium: Browser) -> Iterator[Lobby]:
    """The estate's screens never sleep here, whatever hour the tests run at."""
    with transaction():
        db.session.execute(update(Estate).values(dark_from=0, dark_until=0))
    for _ in range(3):
        file(cast, now() - timedelta(hours=1))
    context = chromium.new_context(viewport=LOBBY, locale="zh-CN", reduced_motion="reduce")
    context.add_init_script(NO_CHANCE)
    found = Lobby(app, context)
    yield found
    context.close()
    found.switch_off()


def fresh(page: Page) -> Any:
    return expect(page.locator("#fresh"))


def shown(page: Page) -> str:
    return str(page.eval_on_selector(".board-page:not([hidden])", "page => page.dataset.page"))


def keys(page: Page) -> list[str]:
    found: list[str] = page.eval_on_selector_all(".board-page", "all => all.map(page => page.dataset.page)")
    return found


def test_the_pages_turn_by_themselves_and_a_space_holds_them(lobby: Lobby) -> None:
    page = lobby.hang()
    assert keys(page) == ["week", "month", "trend", "running-1", "how"]
    assert shown(page) == "week"
    page.clock.run_for(11 * SECOND)
    assert shown(page) == "week", "nobody has read it in so short a time"
    page.clock.run_for(40 * SECOND)
    assert shown(page) != "week"
    page.keyboard.press("Space")
    held = shown(page)
    expect(page.locator("#paused")).to_be_visible()
    page.clock.run_for(5 * MINUTE)
    assert shown(page) == held
    page.clock.run_for(6 * MINUTE)
    assert shown(page) != held, "nobody came back to let it go on"
    expect(page.locator("#paused")).to_be_hidden()


def test_a_page_stands_as_long_as_it_takes_to_read(lobby: Lobby) -> None:
    page = lobby.hang()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.clock.run_for(SECOND)
    stands = page.evaluate(
        """() => { const page = document.querySelector('.board-page:not([hidden])').cloneNode(true);
           page.querySelectorAll('.vh').forEach(unseen => unseen.remove());
           return Math.max(12, 2 + .35 * (page.textContent.match(/[\u4e00-\u9fff]/g) || []).length); }"""
    )
    key = shown(page)
    page.clock.run_for((stands - 3) * SECOND)
    assert shown(page) == key
    page.clock.run_for(4 * SECOND)
    assert shown(page) != key


def test_f42_without_a_server_the_screen_says_its_age_then_only_the_telephone_and_comes_back(
    lobby: Lobby,
) -> None:
    page = lobby.hang()
    fresh(page).to_contain_text("更新于")
    lobby.switch_off()
    lobby.poll(page, 3)
    fresh(page).to_contain_text("更新于")  # three misses may happen to anybody
    lobby.poll(page)
    fresh(page).to_contain_text("▲ 离线")
    fresh(page).to_contain_text("的内容")
    assert len(keys(page)) == 5
    page.clock.fast_forward(16 * MINUTE)
    fresh(page).to_contain_text("请直接打电话")
    assert shown(page) == "how"
    tall = page.locator(".board-how .phone").evaluate("phone => parseFloat(getComputedStyle(phone).fontSize)")
    assert tall > 150  # of 1080
    page.clock.fast_forward(24 * HOUR)
    fresh(page).to_contain_text("离线 24 小时")
    assert keys(page) == ["how"], "what is a day old is not kept"
    lobby.switch_on()
    lobby.poll(page, 2)
    fresh(page).to_contain_text("更新于")
    page.clock.run_for(MINUTE)
    assert "week" in keys(page)
    expect(page.locator("html.lost")).to_have_count(0)


def test_a_screen_without_power_and_network_shows_what_it_last_knew_and_from_when(lobby: Lobby) -> None:
    page = lobby.hang()
    lobby.until_kept(page)
    newcomer = _file_one_more(lobby)
    lobby.poll(page)
    page.wait_for_function(
        "number => Object.keys(localStorage).some(key => localStorage[key].includes(number))",
        arg=newcomer,
    )
    page.close()
    lobby.switch_off()
    again = lobby.hang()
    fresh(again).to_contain_text("▲ 离线 1 分钟，显示的是")
    assert newcomer in again.content(), "the pages that came after the page are known too"
    assert again.locator("#pages img").evaluate("code => code.complete && code.naturalWidth > 0")
    again.close()
    next_evening = lobby.hang(at=datetime.now(UTC) + timedelta(hours=20))
    fresh(next_evening).to_contain_text("离线 20 小时")
    assert shown(next_evening) == "how"
    next_evening.close()
    lost_clock = lobby.hang(at=datetime(2015, 1, 1, tzinfo=UTC))
    expect(lost_clock.locator(".board-page:not([hidden])")).to_have_attribute("data-page", "how")
    lobby.switch_on()
    lobby.poll(lost_clock)
    fresh(lost_clock).to_contain_text("更新于")


def _file_one_more(lobby: Lobby) -> str:
    with lobby.app.app_context():
        return str(file(Cast("jinxiu"), now()).archive_number)


def test_a_server_that_answers_with_an_error_is_no_page_for_the_wall(
    lobby: Lobby, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = lobby.hang()
    lobby.until_kept(page)
    monkeypatch.setitem(lobby.app.view_functions, "board.show", lambda slug: ("no", 503))
    page.reload()
    expect(page.locator(".board-page:not([hidden])")).to_be_visible()
    fresh(page).to_contain_text("▲ 离线")


def test_at_night_it_is_dark_but_for_what_is_urgent(lobby: Lobby, cast: Cast) -> None:
    hour = now().astimezone(ZoneInfo("Asia/Shanghai")).hour
    with transaction():
        db.session.execute(update(Estate).values(dark_from=hour * 60, dark_until=(hour + 3) % 24 * 60))
    page = lobby.hang()
    expect(page.locator(".board")).to_be_hidden()
    lobby.poll(page)
    expect(page.locator(".board")).to_be_hidden()
    awake = lobby.hang("/board/jinxiu?night=show")
    expect(awake.locator(".board")).to_be_visible()
    _publish(lobby, cast)
    lobby.poll(page)
    expect(page.locator(".board")).to_be_visible()
    assert shown(page).startswith("urgent-")
    page.clock.run_for(5 * MINUTE)
    assert shown(page).startswith("urgent-")


def _publish(lobby: Lobby, cast: Cast) -> None:
    at = now()
    with transaction():
        words = Text(Kind.URGENT, "1 号楼停水", "抢修水管", at - timedelta(hours=1), at + timedelta(hours=3))
        notice = publishing.write(cast.estate.id, words, by=cast.person("limin"), at=at, submit=True)
        publishing.approve(notice, by=cast.person("hemei"), at=at, read=publishing.seen(notice))


def test_what_is_urgent_takes_over_at_once(lobby: Lobby, cast: Cast) -> None:
    page = lobby.hang()
    assert shown(page) == "week"
    _publish(lobby, cast)
    page.keyboard.press("Space")  # held, so that nothing else could turn the page
    lobby.poll(page)
    expect(page.locator(".board-page:not([hidden])")).to_contain_text("1 号楼停水")


def test_at_four_it_begins_anew_but_never_into_an_error(lobby: Lobby) -> None:
    page = lobby.hang()
    at = datetime.now(ZoneInfo("Asia/Shanghai"))
    four = (at + timedelta(days=1)).replace(hour=4, minute=5)
    lobby.switch_off()
    page.evaluate("window.before = true")
    page.clock.fast_forward((four - at) // timedelta(milliseconds=1))
    with page.expect_event("requestfailed", lambda request: "/fragment" not in request.url):
        page.clock.fast_forward(25 * MINUTE)
    assert page.evaluate("window.before"), "the page stays where there is none to go to"
    lobby.switch_on()
    with page.expect_event("load"):
        page.clock.fast_forward(HOUR)
        page.clock.fast_forward(23 * HOUR)
        page.clock.fast_forward(30 * MINUTE)
    assert not page.evaluate("window.before")


def test_nothing_stands_still_long_enough_to_burn_in(lobby: Lobby) -> None:
    page = lobby.hang()
    places = set()
    for _ in range(4):
        page.clock.run_for(5 * MINUTE)
        places.add(page.locator(".board").evaluate("board => getComputedStyle(board).transform"))
    assert len(places) == 4
    first = page.locator("html.inverted").count()
    page.clock.fast_forward(24 * HOUR)
    assert page.locator("html.inverted").count() != first


def test_staff_know_the_screen_by_its_name(lobby: Lobby, cast: Cast) -> None:
    said = screens.introduction(cast.estate.id, "大堂屏")
    db.session.rollback()  # what was read until now is old
    page = lobby.hang(f"/board/jinxiu?screen={said}&layout=portrait")
    screen = db.session.query(Screen).one()
    assert (screen.name, screen.layout) == (said, "portrait")
    assert not page.context.cookies()


def test_fifty_polls_leave_nothing_behind(lobby: Lobby, cast: Cast) -> None:
    page = lobby.hang()
    lobby.poll(page, 10)
    before = heap(page)
    lobby.poll(page, 50)
    assert heap(page) - before < HEAP


def heap(page: Page) -> int:
    """What the page holds once the browser has tidied up."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    used = session.send("Runtime.getHeapUsage")["usedSize"]
    session.detach()
    return int(used)
