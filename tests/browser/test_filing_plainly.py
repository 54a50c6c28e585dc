"""Filing without a script, and with nothing but keys."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_filing_photos import noise

Open = Callable[..., Page]


def test_without_a_script_everything_is_there_but_the_comfort(browse: Open) -> None:
    page = browse(PHONE, java_script_enabled=False)
    page.goto("/?place=jinxiu-3-2-lift")
    page.get_by_role("link", name="我要反映").click()
    page.get_by_role("button", name="电梯").click()
    page.get_by_label("照片", exact=False).set_input_files(
        [noise("1.jpg", (400, 300)), noise("2.jpg", (401, 300))]
    )
    page.get_by_label("手机号").fill("13800138000")
    page.get_by_role("button", name="下一步").last.click()
    expect(page).to_have_title("错误：说说情况")
    expect(page.locator(".photos img")).to_have_count(2)
    page.get_by_role("button", name="删除 照片 1").click()
    expect(page.locator(".photos img")).to_have_count(1)
    page.get_by_label("发生了什么").fill("早上异响，停了两次")
    page.get_by_role("button", name="下一步").last.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("请核对")
    page.get_by_role("button", name="确认提交").click()
    expect(page.locator("[data-reference]")).to_be_visible()


FOCUSED = """() => {
    const at = document.activeElement;
    return (at.getAttribute("aria-label") || ((at.labels && at.labels[0]) || at).textContent).trim();
}"""


def press_to(page: Page, name: str) -> None:
    """Press Tab until what has the focus says *name*."""
    for _step in range(60):
        page.keyboard.press("Tab")
        if name in page.evaluate(FOCUSED):
            return
    raise AssertionError(f"no way to {name} by keys")


def test_with_keys_alone(browse: Open) -> None:
    page = browse(DESKTOP)
    page.goto("/?place=jinxiu-3-2-lift")
    press_to(page, "我要反映")
    page.keyboard.press("Enter")
    page.wait_for_url("**/file")
    press_to(page, "电梯")
    page.keyboard.press("Enter")
    page.wait_for_url("**/details")
    press_to(page, "发生了什么")
    page.keyboard.type("早上异响，停了两次")
    press_to(page, "手机号")
    page.keyboard.type("13800138000")
    page.keyboard.press("Enter")
    page.wait_for_url("**/check")
    press_to(page, "确认提交")
    page.keyboard.press("Space")
    expect(page.locator("[data-reference]")).to_be_visible()
