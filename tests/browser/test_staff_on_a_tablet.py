"""Lists on a tablet held upright and on a small window: nothing lies beyond the right edge, in either language."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from shared.cases import scope
from shared.clock import now
from shared.database import transaction
from shared.ownership import claiming
from tests import cast as company
from tests.browser.conftest import Desk
from tests.browser.looking import too_wide

Staff = Callable[..., Page]
TABLET: ViewportSize = {"width": 768, "height": 1024}
SMALL: ViewportSize = {"width": 1024, "height": 768}
LISTS = ("/staff/cases", "/staff/?view=unclaimed", "/staff/revisits/statistics", "/staff/supervision/duties")


@pytest.mark.parametrize("size", [TABLET, SMALL], ids=["tablet", "small"])
@pytest.mark.parametrize("language", ["zh_Hans", "en"])
def test_no_list_is_wider_than_its_window(
    desk: Desk, staff: Staff, size: ViewportSize, language: str
) -> None:
    with desk.app.app_context():
        company.file(desk.cast, now())
    page = staff("hemei", size)
    page.context.add_cookies([{"name": "lang", "value": language, "url": desk.url}])
    wide = []
    for address in LISTS:
        page.goto(address)
        if too_wide(page):
            wide.append(address)
    assert not wide


def test_the_search_stays_wide_enough_to_read_where_the_menu_is_long(desk: Desk, staff: Staff) -> None:
    page = staff("hemei")
    page.context.add_cookies([{"name": "lang", "value": "en", "url": desk.url}])
    page.goto("/staff/")
    box = page.locator("#q").bounding_box()
    assert box is not None
    assert box["width"] >= 100


def test_a_file_may_be_asked_for_again_where_the_browser_only_saves_it(desk: Desk, staff: Staff) -> None:
    """Phones keep the page and save the sheet; the button is no dead one afterwards."""
    with desk.app.app_context():
        filed = company.file(desk.cast, now())
        with transaction():
            claiming.claim(scope.lock_by_id(filed.id), by=desk.cast.person("limin"), at=now())
        number = filed.archive_number
    page = staff("limin")
    page.goto(f"/staff/cases/{number}")
    saved = {"Content-Disposition": "attachment", "Content-Type": "application/pdf"}
    page.route("**/record-sheet*", lambda route: route.fulfill(status=200, headers=saved, body="%PDF-"))
    button = page.get_by_role("button", name="记录表，电话写全")
    for _ in range(2):
        with page.expect_download():
            button.click()
    expect(button).to_be_enabled()
