"""What was typed outlives the telephone's battery and the network (F14, F43)."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import ARGUMENTS, PHONE, Desk, until
from tests.browser.test_filing_photos import noise
from tools.chromium import engine

Open = Callable[..., Page]

WORDS = "地下二层的灯坏了三天，晚上走路很怕"


@contextmanager
def telephone(chromium: Browser, desk: Desk, folder: Path) -> Iterator[BrowserContext]:
    """One owner's telephone: what it keeps stays in *folder* when it goes off."""
    context = chromium.browser_type.launch_persistent_context(
        str(folder),
        executable_path=engine(),
        args=ARGUMENTS,
        base_url=desk.url,
        viewport=PHONE,
        locale="zh-CN",
    )
    context.set_default_timeout(10_000)
    yield context
    context.close()


def kept(page: Page) -> str:
    return str(page.evaluate("localStorage.getItem('shouwen-draft')") or "")


def until_kept(page: Page, words: str) -> None:
    """What is typed is kept after a moment."""
    until(page, f"(localStorage.getItem('shouwen-draft') || '').includes({json.dumps(words)})")


def details(page: Page) -> None:
    page.goto("/file")
    page.get_by_role("button", name="公共设施").click()
    page.wait_for_url("**/details")


def test_f43_words_category_and_photos_are_there_again_after_the_battery_died(
    chromium: Browser, desk: Desk, tmp_path: Path
) -> None:
    with telephone(chromium, desk, tmp_path) as before:
        page = before.new_page()
        details(page)
        page.locator("[name=photos]").set_input_files([noise("1.jpg", (400, 300))])
        expect(page.locator(".photos img")).to_have_count(1)
        page.get_by_label("发生了什么").type(WORDS)
        until_kept(page, WORDS)
    with telephone(chromium, desk, tmp_path) as after:
        page = after.new_page()
        page.goto("/")
        page.get_by_role("link", name="继续上次没填完的").click()
        page.wait_for_url("**/details")
        expect(page.get_by_label("发生了什么")).to_have_value(WORDS)
        expect(page.locator(".step")).to_contain_text("公共设施")
        expect(page.locator(".photos img")).to_have_count(1)


def test_f43_words_typed_in_a_cellar_without_network_are_there_again(
    chromium: Browser, desk: Desk, tmp_path: Path
) -> None:
    with telephone(chromium, desk, tmp_path) as before:
        page = before.new_page()
        details(page)
        before.set_offline(True)
        page.get_by_label("发生了什么").type(WORDS)
        page.get_by_label("手机号").type("13800138000")
        page.get_by_role("button", name="下一步").click()
        expect(page.locator(".offline")).to_contain_text("现在没有网络")
    with telephone(chromium, desk, tmp_path) as after:
        page = after.new_page()
        page.goto("/file/details")
        expect(page.get_by_label("发生了什么")).to_have_value(WORDS)
        expect(page.get_by_label("手机号")).to_have_value("13800138000")
        expect(page.get_by_text("已恢复上次写的内容")).to_be_visible()
        page.get_by_role("button", name="下一步").click()
        page.wait_for_url("**/check")
        expect(page.locator("dl.summary")).to_contain_text(WORDS)
        page.get_by_role("button", name="确认提交").click()
        expect(page.locator("[data-reference]")).to_be_visible()
        until(page, "localStorage.getItem('shouwen-draft') === null")  # its script comes after the page


def test_co_m5_of_an_anonymous_owner_the_telephone_keeps_no_contact(browse: Open) -> None:
    page = browse(PHONE)
    details(page)
    page.get_by_label("发生了什么").fill(WORDS)
    page.get_by_label("手机号").fill("13800138000")
    page.get_by_label("匿名，不留电话").check()
    page.get_by_role("button", name="下一步").click()
    page.wait_for_url("**/check")
    assert WORDS in kept(page)
    assert "13800138000" not in kept(page)


def test_a_draft_that_is_not_wanted_leaves_the_telephone_too(browse: Open) -> None:
    page = browse(PHONE)
    details(page)
    page.get_by_label("发生了什么").fill(WORDS)
    until_kept(page, WORDS)
    page.goto("/")
    page.get_by_role("button", name="不要了").click()
    expect(page.get_by_role("link", name="继续上次没填完的")).to_have_count(0)
    assert not kept(page)
    details(page)
    expect(page.get_by_label("发生了什么")).to_have_value("")


def test_f43_where_the_server_has_no_draft_the_telephone_offers_its_own(browse: Open) -> None:
    page = browse(PHONE)
    details(page)
    page.get_by_label("发生了什么").fill(WORDS)
    until_kept(page, WORDS)
    page.context.clear_cookies()
    page.goto("/")
    page.get_by_role("link", name="接着写上次的内容").click()
    page.wait_for_url("**/file")
    page.get_by_role("button", name="公共设施").click()
    expect(page.get_by_label("发生了什么")).to_have_value(WORDS)


def test_f43_words_reach_the_server_when_the_page_is_left(browse: Open) -> None:
    page = browse(PHONE)
    details(page)
    page.get_by_label("发生了什么").fill(WORDS)
    page.goto("/policy")
    page.evaluate("localStorage.clear()")
    said = f"fetch('/file/details').then(answer => answer.text()).then(text => text.includes('{WORDS}'))"
    until(page, said)  # they travel while the next page is opened
    page.goto("/file/details")
    expect(page.get_by_label("发生了什么")).to_have_value(WORDS)
