"""A real Chromium against a real server on a real port; each person in a browser context of their own."""

import atexit
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright
from werkzeug.serving import make_server

from tests.cast import Cast
from tests.critic import CriticalClient
from tools.chromium import engine

PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
LOBBY: ViewportSize = {"width": 1920, "height": 1080}
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

OFTEN = 0.05  # seconds until a server sees that its story is over

# What the desk answers 4xx is no fault of the page: Chromium says so in its words, htmx in its own.
REFUSED = re.compile("status of 4|Status Error Code 4")


@dataclass
class Desk:
    """The running product: its address, the application behind it and the people in it."""

    url: str
    app: Flask
    cast: Cast


UNTIL = """async said => {
  const end = performance.now() + 10000;
  let found;
  while (!(found = await (PROMISED))) {
    if (performance.now() > end) throw new Error("it never came true: " + said);
    await new Promise(done => setTimeout(done, 20));  // frames stand still in a window nobody sees
  }
  return found;
}"""


def until(page: Page, promised: str) -> Any:
    """Wait until what the script promises is true; gives it. `wait_for_function` takes the promise itself for true."""
    return page.evaluate(UNTIL.replace("PROMISED", promised), promised)


@cache
def _launched() -> Browser:
    """One for the whole process: stories of other folders ask for it too, and playwright begins only once in each."""
    playwright = sync_playwright().start()
    browser = playwright.chromium.launch(executable_path=engine(), args=ARGUMENTS)
    atexit.register(playwright.stop)
    atexit.register(browser.close)  # the last that is entered is the first that is done
    return browser


@pytest.fixture(scope="session")
def chromium() -> Browser:
    return _launched()


@pytest.fixture
def desk(settled: str, app: Flask) -> Iterator[Desk]:
    """The product on a port of its own, many threads, as gunicorn runs it."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, args=[OFTEN], daemon=True)
    thread.start()
    yield Desk(f"http://127.0.0.1:{server.port}", app, Cast(settled))
    server.shutdown()
    thread.join()


@pytest.fixture
def browse(chromium: Browser, desk: Desk) -> Iterator[Callable[..., Page]]:
    """`browse(PHONE)` opens a stranger's browser of that size at the desk; errors on the page fail the test."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def new(viewport: ViewportSize, **options: Any) -> Page:
        context = chromium.new_context(
            base_url=desk.url, viewport=viewport, locale="zh-CN", reduced_motion="reduce", **options
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        page.on(
            "console",
            lambda message: (
                faults.append(f"{page.url}: {message.text}")
                if message.type == "error" and not REFUSED.search(message.text)
                else None
            ),
        )
        return page

    yield new
    for context in contexts:
        context.close()
    assert not faults, faults


@pytest.fixture
def staff(browse: Callable[..., Page], signed_in: Callable[[str], CriticalClient]) -> Callable[..., Page]:
    """`staff("limin")` is that person's browser at their desk, a session begun for it: the form, its page and a slow
    check of the password are a third of a second each time (test_two_at_a_case signs in, with script and without)."""

    def sit_down(username: str, viewport: ViewportSize = DESKTOP, **options: Any) -> Page:
        page = browse(viewport, **options)
        kept = signed_in(username).get_cookie("staff_session", path="/staff")
        assert kept is not None
        page.context.add_cookies(
            [
                {
                    "name": kept.key,
                    "value": kept.value,
                    "domain": "127.0.0.1",
                    "path": kept.path,
                    "httpOnly": bool(kept.http_only),
                    "secure": bool(kept.secure),
                    "sameSite": "Strict",
                }
            ]
        )
        page.goto("/staff/")
        return page

    return sit_down
