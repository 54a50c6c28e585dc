"""From the poster in the lift to the receipt: what it costs an owner, counted (experience.md, B3)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Desk

Open = Callable[..., Page]

TAPS, FIELDS = 4, 2


class Owner:
    """Somebody who only sees words on a screen; every tap and every field they type in is counted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.taps: list[str] = []
        self.fields: list[str] = []

    def tap(self, words: str) -> None:
        self.taps.append(words)
        control = self.page.get_by_role("link", name=words).or_(self.page.get_by_role("button", name=words))
        control.first.tap()

    def write(self, label: str, words: str) -> None:
        self.fields.append(label)
        self.page.get_by_label(label).fill(words)


@pytest.fixture
def owner(browse: Open) -> Owner:
    return Owner(browse(PHONE, has_touch=True, is_mobile=True))


def test_four_taps_and_two_fields_from_a_poster_to_the_receipt(
    owner: Owner, desk: Desk, record_property: Callable[[str, object], None]
) -> None:
    owner.page.goto("/?place=jinxiu-3-2-lift")
    owner.tap("我要反映")
    owner.tap("电梯")
    owner.page.wait_for_url("**/details")
    owner.write("发生了什么", "早上异响，停了两次")
    owner.write("手机号", "138 0013 8000")
    owner.tap("下一步")
    expect(owner.page.locator("dl.summary")).to_contain_text("3号楼 2单元电梯")
    owner.tap("确认提交")
    expect(owner.page.locator("[data-reference]")).to_be_visible()
    record_property("filing from a poster: taps", len(owner.taps))
    record_property("filing from a poster: typed fields", len(owner.fields))
    assert len(owner.taps) <= TAPS
    assert len(owner.fields) <= FIELDS


def test_please_call_me_takes_a_telephone_and_nothing_else(owner: Owner) -> None:
    owner.page.goto("/?place=jinxiu-3-2-lift")
    owner.tap("我要反映")
    owner.tap("其他、说不清")
    owner.page.wait_for_url("**/details")
    owner.page.get_by_label("请给我打电话").check()
    owner.write("手机号", "13800138000")
    owner.tap("下一步")
    owner.tap("确认提交")
    expect(owner.page.locator("[data-reference]")).to_be_visible()


def test_the_last_tap_counts_once_and_says_so(owner: Owner) -> None:
    owner.page.goto("/?place=jinxiu-3-2-lift")
    owner.tap("我要反映")
    owner.tap("电梯")
    owner.page.wait_for_url("**/details")
    owner.write("发生了什么", "早上异响，停了两次")
    owner.write("手机号", "13800138000")
    owner.tap("下一步")
    button = owner.page.get_by_role("button", name="确认提交")
    expect(button).to_be_visible()
    sent: list[str] = []
    owner.page.on("request", lambda r: sent.append(r.url) if r.method == "POST" else None)
    said = button.evaluate(
        "b => { b.click(); b.click(); return [b.textContent, b.getAttribute('aria-disabled')]; }"
    )
    assert said == ["正在提交", "true"]
    expect(owner.page.locator("[data-reference]")).to_be_visible()
    assert len(sent) == 1
