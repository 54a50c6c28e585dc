"""Staff by keyboard and screen reader: what comes in the place of what one pressed has the focus."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from shared.cases import handling, scope
from shared.clock import now
from shared.database import transaction
from shared.ownership import claiming
from tests import cast as company
from tests.browser.conftest import Desk

Staff = Callable[..., Page]
WITHIN = "panel => panel.contains(document.activeElement)"


@pytest.fixture
def number(desk: Desk) -> str:
    """A case that 李敏 has claimed."""
    with desk.app.app_context():
        filed = company.file(desk.cast, now())
        with transaction():
            claiming.claim(scope.lock_by_id(filed.id), by=desk.cast.person("limin"), at=now())
        return filed.archive_number


def _open(page: Page, number: str, act: str) -> None:
    page.goto(f"/staff/cases/{number}")
    page.locator(f'a[hx-get$="/{act}"]').first.press("Enter")
    expect(page.locator(f"#panel-{act} :focus")).to_have_count(1)


def test_a_form_that_opens_in_its_place_has_the_focus(staff: Staff, number: str) -> None:
    page = staff("limin")
    _open(page, number, "contact")
    expect(page.get_by_role("heading", name="联系诉求人")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.locator("#panel-contact").evaluate(WITHIN)


def test_a_field_that_is_written_at_once_keeps_it(staff: Staff, number: str) -> None:
    page = staff("limin")
    _open(page, number, "note")
    expect(page.locator("#panel-note textarea")).to_be_focused()


def test_what_is_wrong_is_read_first_as_on_a_whole_page(staff: Staff, number: str) -> None:
    page = staff("limin")
    _open(page, number, "note")
    page.keyboard.press("Control+Enter")
    alert = page.locator("#panel-note [role=alert].errors")
    expect(alert).to_be_focused()
    alert.get_by_role("link").press("Enter")
    expect(page.locator("#panel-note textarea")).to_be_focused()


def test_who_is_overtaken_stands_where_it_is_said(desk: Desk, staff: Staff, number: str) -> None:
    page = staff("limin")
    _open(page, number, "note")
    page.keyboard.type("备件在库")
    with desk.app.app_context(), transaction():
        colleague = desk.cast.person("zhouqi")
        handling.progress(
            scope.lock(colleague, number), by=colleague, at=now(), text="已电话告知", public=True
        )
    page.keyboard.press("Control+Enter")
    expect(page.locator("#panel-note .banner", has_text="周琪刚刚")).to_be_focused()


def test_the_filter_of_the_timeline_keeps_its_place(staff: Staff, number: str) -> None:
    page = staff("limin")
    page.goto(f"/staff/cases/{number}")
    link = page.locator("#entries nav a", has_not_text="全部").first
    label = link.inner_text()
    link.press("Enter")
    expect(page.locator("#entries nav a[aria-current]")).to_have_text(label)
    expect(page.locator("#entries nav a[aria-current]")).to_be_focused()


def test_a_number_that_is_shown_is_read(staff: Staff, number: str) -> None:
    page = staff("limin")
    page.goto(f"/staff/cases/{number}")
    page.get_by_role("button", name="显示（会登记） 电话").press("Enter")
    expect(page.locator("#party a[href^='tel:']")).to_be_focused()


def test_new_figures_do_not_throw_anybody_out_of_the_views(desk: Desk, staff: Staff, number: str) -> None:
    page = staff("limin")
    mine = page.locator("#desk-counts a", has_text="我的")
    mine.focus()
    with desk.app.app_context():
        company.file(desk.cast, now())
    with page.expect_response("**/desk/counts?*"):
        page.evaluate(
            "htmx.ajax('GET', document.querySelector('#desk-counts').getAttribute('hx-get'), '#desk-counts')"
        )
    expect(page.locator("#desk-counts a", has_text="未领取")).to_contain_text("1")
    expect(mine).to_be_focused()


def test_what_was_done_is_read_first_on_the_page_that_comes(staff: Staff, number: str) -> None:
    page = staff("limin")
    _open(page, number, "note")
    page.keyboard.type("备件在库")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toasts[role=status]")).to_contain_text("备注")
    expect(page.locator("#toasts")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.locator("main").evaluate(WITHIN)
