"""The pages of filing that not every owner meets: a repair, a repetition, enough for today, photos that failed."""

from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import Desk
from tests.browser.looking import faults_on, too_wide

Open = Callable[..., Page]


def checked(page: Page, words: str = "没有热水了，家里有老人") -> None:
    """As far as the last step of a repair."""
    page.goto("/file")
    page.get_by_role("button", name="家里要修").click()
    page.wait_for_url("**/details")
    page.get_by_label("发生了什么").fill(words)
    page.get_by_label("手机号").fill("13800138000")
    page.get_by_role("button", name="下一步").click()
    page.wait_for_url("**/check")


def submitted(page: Page) -> None:
    checked(page)
    page.get_by_role("button", name="确认提交").click()


def repair(page: Page) -> None:
    page.goto("/file")
    page.get_by_role("button", name="家里要修").click()
    page.wait_for_url("**/details")
    page.get_by_label("哪天上门方便").select_option(index=2)
    page.get_by_label("晚上").check()


def repetition(page: Page) -> None:
    submitted(page)
    page.wait_for_url("**/receipt")
    submitted(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("是否重复？")


def enough(page: Page) -> None:
    repetition(page)
    page.get_by_role("button", name="不是重复").click()
    page.wait_for_url("**/receipt")
    submitted(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("同样的内容今天已经收到")


def refused_photo(page: Page) -> None:
    page.goto("/file")
    page.get_by_role("button", name="电梯").click()
    page.wait_for_url("**/details")  # its script is there then, and listens
    text: FilePayload = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"}
    page.locator("[name=photos]").set_input_files([text])
    expect(page.locator(".photo.failed")).to_have_count(1)


@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
@pytest.mark.parametrize("reach", [repair, repetition, enough, refused_photo])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    browse: Open, desk: Desk, reach: Callable[[Page], None], large: bool
) -> None:
    page = browse({"width": 320, "height": 640}, bypass_csp=True)
    if large:
        page.goto("/")
        page.get_by_role("button", name="长辈版").click()
        page.locator("html.large").wait_for()
    reach(page)
    assert not faults_on(page)
    assert not too_wide(page)


def test_the_way_out_when_enough_has_come_is_a_telephone_and_the_draft(browse: Open, desk: Desk) -> None:
    page = browse({"width": 360, "height": 640})
    enough(page)
    expect(page.get_by_role("link", name="打电话")).to_have_attribute("href", "tel:02088886666")
    page.get_by_role("link", name="改一改内容").click()
    expect(page.get_by_label("发生了什么")).to_have_value("没有热水了，家里有老人")
