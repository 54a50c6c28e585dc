"""The ledger in a browser: bonuses by keyboard alone, a month on one sheet, and pages that fit and are read aloud."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Desk
from tests.browser.looking import what_is_wrong_on
from tests.cast import MONDAY
from tests.ledger import Ledger

Open = Callable[..., Page]
pytestmark = pytest.mark.usefixtures("that_monday")


@pytest.fixture
def entry_id(desk: Desk) -> int:
    """Of 王强 something was found on each of twelve days, and the first was decided; gives the last."""
    with desk.app.app_context():
        ledger = Ledger(desk.cast)
        (first,) = ledger.find("disobedience", "wangqiang")
        ledger.decide(first, 200)
        for day in range(11):
            (last,) = ledger.find("not_calmed", "wangqiang", at=MONDAY + timedelta(hours=day))
        return last.id


def test_gz_20_bonuses_are_typed_from_row_to_row_by_keyboard(desk: Desk, staff: Open) -> None:
    page = staff("hemei")
    page.goto("/staff/assessment/bonuses?month=202603")
    page.get_by_label("李敏").focus()
    page.keyboard.type("500")
    page.keyboard.press("Tab")
    expect(page.get_by_label("杨波")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("300")
    page.keyboard.press("Enter")
    expect(page.get_by_text("已保存 2 个人的奖金")).to_be_visible()
    expect(page.get_by_label("王强")).to_have_value("300")


def test_a_month_is_printed_on_one_sheet(desk: Desk, staff: Open, entry_id: int) -> None:
    page = staff("hemei")
    page.goto("/staff/assessment/statement?person=wangqiang&month=202603")
    assert len(re.findall(rb"/Type /Page\b", page.pdf(format="A4"))) == 1


def test_the_pages_of_the_ledger_are_read_aloud_and_fit_a_narrow_phone(
    desk: Desk, staff: Open, entry_id: int
) -> None:
    page = staff("hemei", PHONE, bypass_csp=True, has_touch=True, is_mobile=True)
    found = {}
    for address in (
        "/staff/assessment?show=all",
        f"/staff/assessment/{entry_id}",
        "/staff/assessment/new?rule=methods",
        "/staff/assessment/statement?person=wangqiang&month=202603",
    ):
        page.goto(address)
        if faults := what_is_wrong_on(page):
            found[address] = faults
    assert not found
