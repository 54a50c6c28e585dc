"""Filing and tracking as a screen reader meets them: names, roles, order, and what is said without being asked."""

import re
from collections.abc import Callable

from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.browser.conftest import PHONE, Desk
from tests.browser.test_every_page import Numbers, numbers
from tests.browser.test_filing_photos import noise

Open = Callable[..., Page]

__all__ = ["numbers"]
HEAD = ("link 跳到正文", "banner", "link 锦绣花园 首问", "button 长辈版")
FOOT = ("contentinfo", "link 020-8888 6666", "navigation 语言和说明")
NO_PHOTO: FilePayload = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"}


def spoken(page: Page) -> list[str]:
    """What the accessibility tree holds, line by line: role and name, from top to bottom."""
    lines = page.locator("body").aria_snapshot().splitlines()
    found = []
    for line in lines:
        role_name = re.match(r"\s*- (?P<role>[a-z]+)(?: \"(?P<name>.*?)\")?(?P<rest>.*)", line)
        if role_name:
            role, name, rest = role_name["role"], role_name["name"] or "", role_name["rest"]
            level = re.search(r"\[level=(\d)\]", rest)
            found.append(f"{role}{level[1] if level else ''} {name}".strip())
    return found


def in_order(page: Page, *wanted: str) -> None:
    """Each of *wanted* is there, after the one before it; between them there may be more."""
    lines, at = spoken(page), 0
    for part in wanted:
        places = [n for n, line in enumerate(lines) if n >= at and line.startswith(part)]
        assert places, f"{part!r} is not there, or too early:\n" + "\n".join(lines)
        at = places[0] + 1


def unnamed(page: Page) -> list[str]:
    """What can be operated and has no name."""
    roles = {"button", "checkbox", "combobox", "img", "link", "radio", "textbox"}
    return [line for line in spoken(page) if line in roles]


class Ear:
    """A live region that was there before anything was said in it; one that is made with its words stays silent."""

    def __init__(self, region: Locator) -> None:
        expect(region).to_have_count(1)
        assert region.get_attribute("role") in ("status", "alert") or region.get_attribute("aria-live")
        self.region = region
        region.evaluate("region => { region.wasHere = true; }")

    def hears(self, words: str) -> None:
        expect(self.region).to_contain_text(words)
        assert self.region.evaluate("region => region.wasHere === true")


def details(page: Page) -> None:
    page.goto("/?place=jinxiu-3-2-lift")
    page.get_by_role("link", name="我要反映").click()
    page.wait_for_url("**/file")
    page.get_by_role("button", name="电梯").click()
    page.wait_for_url("**/details")


def test_filing_is_read_from_top_to_bottom(desk: Desk, browse: Open) -> None:
    page = browse(PHONE, has_touch=True, is_mobile=True)  # a mouse is offered no camera
    page.goto("/?place=jinxiu-3-2-lift")
    in_order(
        page,
        *HEAD,
        "complementary 紧急情况",
        "link 拨打 020-8888 6667",
        "main",
        "heading1",
        "link 我要反映",
        "link 查进度",
        *FOOT,
    )
    page.get_by_role("link", name="我要反映").click()
    page.wait_for_url("**/file")
    in_order(page, *HEAD, "main", "link 返回", "heading1 什么问题", "button 电梯", "button 其他", *FOOT)
    page.get_by_role("button", name="电梯").click()
    page.get_by_role("button", name="拍照").wait_for()  # a script makes it
    in_order(
        page,
        *HEAD,
        "main",
        "heading1 说说情况",
        "textbox 发生了什么",
        "checkbox 请给我打电话",
        "button 拍照",
        "button 选照片",
        "group 怎么联系您",
        "textbox 手机号",
        "textbox 怎么称呼您",
        "checkbox 匿名",
        "button 下一步",
        *FOOT,
    )
    assert unnamed(page) == []
    page.get_by_label("发生了什么").fill("早上异响，停了两次")
    page.get_by_label("手机号").fill("13800138000")
    page.get_by_role("button", name="下一步").last.click()
    page.wait_for_url("**/check")
    in_order(page, "main", "heading1", "link 修改 问题", "link 修改 发生了什么", "button 确认提交", *FOOT)
    page.get_by_role("button", name="确认提交").click()
    page.wait_for_url("**/receipt")
    in_order(
        page,
        *HEAD,
        "heading1 已收到您的诉求",
        "link 查看进度",
        "button 复制查询号",
        "heading2 接下来",
        "heading2 怎么查进度",
        "img 专属链接的二维码",
        "heading2 着急",
        "link 再反映一件",
        *FOOT,
    )
    assert unnamed(page) == []


def test_tracking_is_read_from_top_to_bottom(desk: Desk, browse: Open, numbers: Numbers) -> None:
    page = browse(PHONE)
    page.goto("/")
    page.get_by_role("link", name="查进度").click()
    page.wait_for_url("**/track")
    in_order(page, *HEAD, "main", "link 返回", "heading1 查进度", "textbox 查询号", "button 查询", *FOOT)
    page.get_by_label("查询号").fill(numbers.reference)
    page.get_by_role("button", name="查询").click()
    page.wait_for_url("**/track/*")
    in_order(page, *HEAD, "heading1", "heading2 我们的承诺", "heading2 是您的诉求", "button 查看详情", *FOOT)
    page.goto(f"/c/{numbers.link}")
    in_order(
        page,
        *HEAD,
        "main",
        "heading1 电梯",
        "heading2 我们的承诺",
        "heading2 谁负责",
        "link 020-8888 6666",
        "button 催办",
        "heading2 经过",
        "heading2 补充说明或照片",
        "textbox 补充说明",
        "button 提交补充",
        "heading2 这一页",
        *FOOT,
    )
    assert unnamed(page) == []


def test_photos_are_told_as_they_arrive_and_when_they_do_not(desk: Desk, browse: Open) -> None:
    page = browse(PHONE)
    details(page)
    ear = Ear(page.locator("#photos-field .said"))
    page.locator("[name=photos]").set_input_files([noise("1.jpg", (400, 300))])
    ear.hears("照片都传好了")
    assert "button 删除 照片 1" in spoken(page)
    page.locator("[name=photos]").set_input_files([NO_PHOTO])
    expect(page.locator(".photo.failed")).to_have_count(1)
    expect(ear.region).not_to_be_empty()
    expect(ear.region).not_to_contain_text("照片都传好了")
    ear.hears("照片")


def test_what_is_wrong_is_read_first_and_again_beside_its_field(desk: Desk, browse: Open) -> None:
    page = browse(PHONE)
    details(page)
    page.get_by_role("button", name="下一步").last.click()
    expect(page).to_have_title(re.compile("^错误："))
    expect(page.get_by_role("alert")).to_be_focused()
    in_order(page, "main", "alert", "heading2 有", "link", "heading1 说说情况", "textbox 发生了什么")
    for field in ("发生了什么", "手机号"):
        box = page.get_by_label(field)
        if box.get_attribute("aria-invalid"):
            expect(box).to_have_accessible_description(re.compile("错误：.+"))
    link = page.get_by_role("alert").get_by_role("link").first
    link.press("Enter")
    assert page.evaluate("document.activeElement.getAttribute('aria-invalid')") == "true"


def test_a_mistyped_reference_is_told_while_one_types(desk: Desk, browse: Open) -> None:
    page = browse(PHONE)
    page.goto("/track")
    ear = Ear(page.locator("form [role=status]"))
    page.get_by_label("查询号").press_sequentially("K7Q3-9FWM-2X")
    ear.hears("查询号")


def test_a_copied_reference_and_a_lost_line_are_said(desk: Desk, browse: Open, numbers: Numbers) -> None:
    page = browse(PHONE, permissions=["clipboard-read", "clipboard-write"])
    page.goto(f"/c/{numbers.link}/receipt")
    copy = page.get_by_role("button", name="复制查询号")
    ear = Ear(page.locator("main > .vh[role=status]"))
    copy.click()
    ear.hears("已复制")
    details(page)
    page.get_by_label("发生了什么").fill("早上异响，停了两次")
    ear = Ear(page.locator("form .offline"))
    page.context.set_offline(True)
    page.get_by_role("button", name="下一步").last.click()
    ear.hears("现在没有网络")


def test_the_answer_to_an_act_is_read_first_on_the_page_that_comes(
    desk: Desk, browse: Open, numbers: Numbers
) -> None:
    page = browse(PHONE)
    page.goto(f"/c/{numbers.link}")
    page.get_by_role("button", name="催办").click()
    said = page.locator(".toasts[role=status]")
    expect(said).to_contain_text("负责的人都收到了提醒")
    expect(said).to_be_focused()
