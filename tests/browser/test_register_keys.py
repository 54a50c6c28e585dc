"""The register by keyboard alone: rows are ticked, claimed and dispatched together, and the switch turns it off."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from shared.cases import scope
from shared.cases.models import Case
from shared.clock import now
from shared.database import db, transaction
from shared.ownership import claiming
from tests import cast as company
from tests.browser.conftest import PHONE, Desk

Staff = Callable[..., Page]
WORDS = "请先停梯，再通知维保到场"


@pytest.fixture
def numbers(desk: Desk) -> list[str]:
    """Four cases that nobody has claimed; the newest, which stands first, last."""
    with desk.app.app_context():
        return [company.file(desk.cast, now()).archive_number for _ in range(4)]


def _handlers(desk: Desk) -> list[str]:
    with desk.app.app_context():
        found = db.session.query(Case).order_by(Case.id).populate_existing()
        return [case.handler.name if case.handler else "" for case in found]


def test_three_are_claimed_and_dispatched_without_a_mouse(
    desk: Desk, staff: Staff, numbers: list[str]
) -> None:
    page = staff("limin")
    page.goto("/staff/cases")
    bar = page.locator("#bulk")
    expect(bar.get_by_role("button", name="派单")).to_be_disabled()
    for key in "jxjxjx":
        page.keyboard.press(key)
    expect(bar).to_contain_text("已选 3 件")
    expect(page.locator("tr[aria-selected=true]")).to_have_count(3)
    page.keyboard.press("c")
    expect(page.locator("main")).to_contain_text("已办 3 件。")
    page.get_by_role("link", name="回到台账").press("Enter")
    page.wait_for_url("**/staff/cases*")  # keys are heard once the page is there
    for key in "jxjxjx":
        page.keyboard.press(key)
    expect(bar).to_contain_text("已选 3 件")
    page.keyboard.press("a")
    expect(page.get_by_role("heading", name="批量派单")).to_be_visible()
    expect(page.locator("[name=handler]")).to_be_focused()
    option = page.locator("[name=handler] option", has_text="王强").get_attribute("value")
    page.select_option("[name=handler]", option)
    page.keyboard.press("Tab")
    page.keyboard.type(WORDS)
    page.get_by_role("button", name="办 3 件").press("Enter")
    expect(page.locator("main tbody tr")).to_have_count(3)
    expect(page.locator("main")).to_contain_text("已派给工程部王强。")
    assert _handlers(desk) == ["", "王强", "王强", "王强"]
    assert not Axe().run(page).response["violations"]


def test_a_alone_opens_the_one_form_of_the_row_one_stands_on_and_x_twice_unticks(
    staff: Staff, numbers: list[str]
) -> None:
    page = staff("limin")
    page.goto("/staff/cases")
    for key in "jxx":
        page.keyboard.press(key)
    expect(page.locator("tr[aria-selected=true]")).to_have_count(0)
    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(page.get_by_role("heading", name="研判并派单")).to_be_visible()
    expect(page.locator("aside")).to_contain_text(numbers[-2])


def test_the_overlay_names_the_keys_and_its_switch_turns_them_off(staff: Staff, numbers: list[str]) -> None:
    """WCAG 2.1.4."""
    page = staff("limin")
    page.goto("/staff/cases")
    page.keyboard.press("?")
    dialog = page.locator("#keys")
    for key in ("j", "k", "o", "c", "x", "a", "r", "n", "e", "g", "m", "/", "?"):
        expect(dialog.locator("kbd", has_text=key).first).to_be_visible()
    dialog.locator("#keys-on").uncheck()
    dialog.get_by_role("button", name="关上").click()
    for key in "jx":
        page.keyboard.press(key)
    expect(page.locator("tr[aria-selected=true]")).to_have_count(0)
    page.reload()
    page.keyboard.press("?")
    expect(dialog).to_be_hidden()


def test_one_case_after_the_other_is_claimed_with_one_key_each(
    desk: Desk, staff: Staff, numbers: list[str]
) -> None:
    page = staff("limin")
    page.keyboard.press("g")
    page.keyboard.press("u")
    page.wait_for_url("**/staff/?view=unclaimed")
    page.keyboard.press("j")
    for left in (3, 2, 1):
        page.keyboard.press("c")
        expect(page.locator("[data-row]")).to_have_count(left)
        expect(page.locator("tr.here [data-open]")).to_be_focused()
    with desk.app.app_context():
        me = desk.cast.person("limin").id
        held = db.session.query(Case).filter_by(first_responder_id=me).count()
    assert held == 3


def test_an_act_on_the_row_one_stands_on_leads_back_to_that_row(
    desk: Desk, staff: Staff, numbers: list[str]
) -> None:
    """`r` writes to the owner, `n` notes, `u` leads from the case to the list; none of them needs the mouse."""
    with desk.app.app_context(), transaction():
        for number in numbers:
            claiming.claim(
                scope.lock(desk.cast.person("limin"), number), by=desk.cast.person("limin"), at=now()
            )
    page = staff("limin")
    page.keyboard.press("g")
    page.keyboard.press("r")
    page.wait_for_url("**/staff/cases")
    for key in "jj":
        page.keyboard.press(key)
    second = page.locator("tr.here")
    expect(second).to_contain_text(numbers[-2])
    page.keyboard.press("n")
    page.wait_for_url(f"**/{numbers[-2]}/note?**")
    note = page.locator("textarea[name=note]")
    expect(note).to_be_focused()
    page.keyboard.type("r n u c a")
    expect(note).to_have_value("r n u c a")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/staff/cases")
    expect(second).to_contain_text(numbers[-2])
    expect(second.locator("[data-open]")).to_be_focused()
    page.keyboard.press("o")
    page.wait_for_url(f"**/staff/cases/{numbers[-2]}")
    page.keyboard.press("u")
    page.wait_for_url("**/staff/cases")
    expect(second).to_contain_text(numbers[-2])


def test_all_of_a_page_are_ticked_with_one_box_and_the_page_is_sound(
    staff: Staff, numbers: list[str]
) -> None:
    page = staff("limin")
    page.goto("/staff/cases")
    page.get_by_label("选择这一页").check()
    expect(page.locator("#bulk")).to_contain_text("已选 4 件")
    assert not Axe().run(page).response["violations"]


def test_a_file_can_be_taken_twice_from_one_page(staff: Staff, numbers: list[str]) -> None:
    page = staff("limin")
    page.goto("/staff/cases")
    page.get_by_text("导出", exact=True).click()
    for name in ("Excel", "CSV"):
        with page.expect_download() as file:
            page.get_by_role("button", name=name).click()
        assert file.value.suggested_filename.startswith("register-")


def test_without_scripts_boxes_and_buttons_do_the_same(staff: Staff, desk: Desk, numbers: list[str]) -> None:
    page = staff("limin", PHONE, java_script_enabled=False)
    page.goto("/staff/cases")
    page.locator("td.pick input").first.check()
    page.locator("#bulk").get_by_role("button", name="领取").click()
    expect(page.locator("main")).to_contain_text("已办 1 件。")
