"""Whoever sits down at the computer next and goes back a page reads nothing of who sat there before (T29)."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from shared import clock
from tests.browser.conftest import PHONE, Desk
from tests.cast import file

Open = Callable[..., Page]
WORDS = "困了我半个小时"


def test_back_after_signing_out_is_the_sign_in_page(desk: Desk, staff: Open) -> None:
    with desk.app.app_context():
        number = file(desk.cast, clock.now()).archive_number
    page = staff("limin")
    page.goto(f"/staff/cases/{number}")
    expect(page.get_by_text(WORDS).first).to_be_visible()
    page.goto("/staff/")
    page.get_by_role("button", name="退出").click()
    page.wait_for_url("**/sign-in*")
    for _ in range(3):
        page.go_back()
        expect(page.locator("[name=password]")).to_be_visible()
        expect(page.get_by_text(WORDS)).to_have_count(0)


def test_back_after_locking_shows_an_owners_words_no_more(desk: Desk, browse: Open) -> None:
    with desk.app.app_context():
        reference = file(desk.cast, clock.now()).shown_reference
    page = browse(PHONE)
    page.goto(f"/track/{reference}")
    page.fill("[name=code]", "8000")
    page.press("[name=code]", "Enter")
    expect(page.get_by_text(WORDS).first).to_be_visible()
    page.locator("form[action$='/lock'] button").click()
    expect(page.locator("[name=code]")).to_be_visible()
    page.go_back()
    expect(page.locator("[name=code]")).to_be_visible()
    expect(page.get_by_text(WORDS)).to_have_count(0)
