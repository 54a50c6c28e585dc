"""What is typed into a notice, an incident or a call sheet is not lost either (F44)."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

Staff = Callable[..., Page]
WORDS = "周三上午九点检修水箱，请提前存水"


def _writes(page: Page, name: str, words: str) -> None:
    with page.expect_response("**/staff/unsent"):
        page.locator(f"main textarea[name={name}]").press_sequentially(words)
    expect(page.locator("[data-saved]")).to_contain_text("草稿已保存")


def test_a_notice_is_found_again_in_another_tab_and_gone_once_it_is_sent(staff: Staff) -> None:
    page = staff("limin")
    page.goto("/staff/notices/new")
    page.fill("[name=title]", "停水")
    _writes(page, "body", WORDS)
    other = page.context.new_page()
    page.close()
    other.goto("/staff/notices/new")
    expect(other.locator("main")).to_contain_text("没有发出的文字，已放回")
    expect(other.locator("[name=title]")).to_have_value("停水")
    expect(other.locator("[name=body]")).to_have_value(WORDS)
    other.get_by_role("button", name="存草稿").click()
    expect(other.locator("main .words")).to_have_text(WORDS)
    other.goto("/staff/notices/new")
    expect(other.locator("[name=body]")).to_have_value("")
