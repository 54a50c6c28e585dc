"""A board left alone over a server restart and a network cut, then 10,000 polls at speed.

`python -m tests.bench.board_soak [--minutes 30] [--polls 10000]`. A real gunicorn, a real Chromium, real minutes in the
first half. Prints what hangs on the wall and the heap; ends with 1 when the board did not say its age, did not come
back by itself, or kept more than 5 MB.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright

from shared.clock import now
from tests.bench.server import Server
from tests.browser.conftest import ARGUMENTS, LOBBY
from tests.cast import Cast, file
from tests.databases import fresh
from tools.chromium import engine
from wsgi import create_app

ADDRESS = "/board/jinxiu?night=show"
MOST = 5_000_000  # bytes that 10,000 polls may leave (experience.md, B3)
A_POLL = 40_000  # ms, longer than any
NEWS_EVERY = 50  # polls: a case is filed, so that the pages are drawn anew
# What happens, and for which share of the minutes.
STORY = (("up", 0.1), ("server down", 0.15), ("up again", 0.1), ("network cut", 0.53), ("back", 0.12))
AGED, SAFE = 3.5, 16.0  # minutes after which ▲ must stand, and only the telephone be left


@contextmanager
def lobby() -> Iterator[tuple[Cast, Server, Browser]]:
    """An estate with a few cases, its server, and a browser."""
    with fresh("sqlite", settled=True) as config:
        app, server = create_app(config), Server(config)
        with app.app_context(), sync_playwright() as playwright:
            cast = Cast("jinxiu")
            for _ in range(9):
                file(cast, now())
            browser = playwright.chromium.launch(executable_path=engine(), args=ARGUMENTS)
            server.start()
            try:
                yield cast, server, browser
            finally:
                browser.close()
                server.stop()


def heap(page: Page) -> int:
    """What the page holds once the browser has tidied up."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    used = session.send("Runtime.getHeapUsage")["usedSize"]
    session.detach()
    return int(used)


def wall(page: Page) -> str:
    """What hangs there: the page and the line that says how fresh it is."""
    shown = page.eval_on_selector(".board-page:not([hidden])", "page => page.dataset.page")
    return f"{shown:12} {page.inner_text('#fresh')}"


def left_alone(page: Page, context: BrowserContext, server: Server, minutes: float) -> list[str]:
    """Live through the story in real time; gives what was wrong."""
    wrong: list[str] = []
    for what, share in STORY:
        _befall(what, context, server)
        length = share * minutes
        _watch(page, what, length)
        shown, _space, text = wall(page).partition(" ")
        if what in ("server down", "network cut"):
            if length >= AGED and "▲" not in text:
                wrong.append(f"{what}: no age after {length:.1f} minutes")
            if length >= SAFE and shown != "how":
                wrong.append(f"{what}: {shown} still hangs there")
        elif length >= 1 and "▲" in text:
            wrong.append(f"{what}: it did not come back")
    return wrong


def _befall(what: str, context: BrowserContext, server: Server) -> None:
    if what == "server down":
        server.stop()
    elif what == "up again":
        server.start()
    elif what in ("network cut", "back"):
        context.set_offline(what == "network cut")


def _watch(page: Page, what: str, minutes: float) -> None:
    end = time.monotonic() + minutes * 60
    while time.monotonic() < end:
        page.wait_for_timeout(min(60.0, max(0.0, end - time.monotonic())) * 1000)
        print(
            f"{datetime.now(UTC):%H:%M:%S} {what:12} {wall(page):60} {heap(page) / 1e6:5.2f} MB", flush=True
        )


def at_speed(browser: Browser, cast: Cast, server: Server, polls: int) -> int:
    """So many polls, as fast as the server answers; gives by how many bytes the heap grew."""
    context = browser.new_context(viewport=LOBBY, locale="zh-CN")
    page = context.new_page()
    page.clock.install()
    page.goto(f"http://127.0.0.1:{server.port}{ADDRESS}")
    first, began = 0, time.monotonic()
    for n in range(1, polls + 101):
        if n % NEWS_EVERY == 0:
            file(cast, now())
        with page.expect_event("requestfinished", lambda request: "/fragment" in request.url):
            page.clock.fast_forward(A_POLL)
        if n == 100:  # what it needs to run at all is not growth
            first = heap(page)
        if n % 1000 == 100:
            print(
                f"{n - 100:6} polls {heap(page) / 1e6:5.2f} MB {time.monotonic() - began:6.0f} s", flush=True
            )
    grown = heap(page) - first
    context.close()
    return grown


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--minutes", type=float, default=30)
    asked.add_argument("--polls", type=int, default=10_000)
    given = asked.parse_args()
    with lobby() as (cast, server, browser):
        wrong: list[str] = []
        if given.minutes:
            context = browser.new_context(viewport=LOBBY, locale="zh-CN")
            page = context.new_page()
            page.goto(f"http://127.0.0.1:{server.port}{ADDRESS}")
            page.wait_for_timeout(5_000)
            before = heap(page)
            wrong = left_alone(page, context, server, given.minutes)
            print(f"heap over {given.minutes:g} minutes: {(heap(page) - before) / 1e6:+.2f} MB")
            context.close()
        if given.polls:
            grown = at_speed(browser, cast, server, given.polls)
            print(f"heap over {given.polls:,} polls: {grown / 1e6:+.2f} MB (at most {MOST / 1e6:g})")
            wrong += [f"{grown} bytes kept"] if grown > MOST else []
    print("\n".join(wrong) or "it came through")
    return bool(wrong)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Error as error:
        sys.exit(f"the browser: {error}")
