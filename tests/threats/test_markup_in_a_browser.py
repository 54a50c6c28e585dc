"""Chromium opens the pages that do most with words, with no policy to stop a script: none runs, and nobody is asked.

What the server has escaped a script of ours could still put into a page as markup; only a browser shows that (T14).
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Dialog, Page, Request, expect

from shared.cases import links
from tests.architecture.test_access import Estate
from tests.browser.conftest import DESKTOP, LOBBY, PHONE, Desk
from tests.life import begin
from tests.threats.hostile import PAYLOADS, poison

Open = Callable[..., Page]

STAFF = (
    "",
    "cases",
    "cases?q=alert",
    "cases/{number}",
    "cases/{number}/dispatch",
    "cases/{number}/progress",
    "cases/new",
    "incidents",
    "incidents/{incident}",
    "notices/{notice}",
    "mails/{mail}",
    "supervision",
    "assessment",
    "reports/{report}",
    "improvement/meetings/{meeting}",
    "settings/people",
    "settings/places",
)


class Trap:
    """Everything that a script of somebody else's would do in these browsers."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self.caught = desk, list[str]()

    def set_in(self, page: Page) -> Page:
        page.on("dialog", self._dismiss)
        page.context.on("request", self._look)
        return page

    def _dismiss(self, dialog: Dialog) -> None:
        self.caught.append(f"said {dialog.message}")
        dialog.dismiss()

    def _look(self, request: Request) -> None:
        """No page asks another host for anything (T43), and none asks for what a payload names."""
        at_home = request.url.startswith((self._desk.url + "/", "data:", "blob:"))
        if not at_home or "/fired" in request.url:
            self.caught.append(f"asked for {request.url}")


@pytest.fixture
def trap(desk: Desk) -> Trap:
    return Trap(desk)


def test_no_word_runs_on_the_pages_of_staff(desk: Desk, here: Estate, staff: Open, trap: Trap) -> None:
    page = trap.set_in(staff("hemei", DESKTOP, bypass_csp=True))
    poison()
    names = {
        "number": here.number,
        "incident": here.incident_id,
        "notice": here.notice_id,
        "mail": here.mail_id,
        "report": here.report_id,
        "meeting": here.meeting_id,
    }
    for address in STAFF:
        page.goto(f"/staff/{address.format(**names)}")
        expect(page.locator("h1")).to_have_count(1)
    assert trap.caught == []


def test_no_word_runs_on_the_pages_of_owners_and_in_the_lobby(
    desk: Desk, here: Estate, browse: Open, trap: Trap
) -> None:
    story = begin(desk.cast, description="电梯停了", demands="请说明").informed()
    token = links.current_token(story.case)
    poison()
    phone = trap.set_in(browse(PHONE, bypass_csp=True))
    for address in ("/", "/notices", f"/c/{token}", f"/c/{token}/data/copy", f"/c/{token}/receipt", "/file"):
        phone.goto(address)
        expect(phone.locator("h1")).to_have_count(1)
    wall = trap.set_in(browse(LOBBY, bypass_csp=True))
    wall.goto("/board/jinxiu")
    expect(wall.locator("h1")).to_have_count(1)
    assert trap.caught == []


WRITTEN = "words => { document.querySelector('main').innerHTML = words }"


def test_the_trap_closes_on_a_page_that_takes_words_for_markup(desk: Desk, chromium: Browser) -> None:
    context = chromium.new_context(base_url=desk.url, bypass_csp=True)
    trap = Trap(desk)
    page = trap.set_in(context.new_page())
    page.goto("/privacy")
    with page.expect_event("dialog"):
        page.evaluate(WRITTEN, PAYLOADS[3])
    context.close()
    assert trap.caught


def test_the_policy_of_a_page_stops_what_nothing_else_did(desk: Desk, chromium: Browser) -> None:
    context = chromium.new_context(base_url=desk.url)
    trap = Trap(desk)
    page = trap.set_in(context.new_page())
    page.goto("/privacy")
    with page.expect_console_message(lambda message: "Content Security Policy" in message.text):
        page.evaluate(WRITTEN, PAYLOADS[3])
    context.close()
    assert trap.caught == []
