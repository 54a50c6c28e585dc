"""CO-M5 on a real telephone: what stays in the browser of somebody who files without a name."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize, expect
from sqlalchemy import select

from shared.cases.models import Case, Party
from shared.database import db
from tests.browser.conftest import PHONE, Desk
from tests.portal.test_similar import reported

Open = Callable[..., Page]
NARROW: ViewportSize = {"width": 320, "height": 640}
TELEPHONE, NAME = "13977218834", "欧阳玄武"
WORDS = "顶楼水箱的盖子没有锁，孩子爬上去过"
KEPT = """async () => {
  const found = [document.documentElement.outerHTML, JSON.stringify(localStorage), JSON.stringify(sessionStorage)];
  for (const base of await indexedDB.databases()) {
    const open = await new Promise((done, fail) => {
      const asked = indexedDB.open(base.name); asked.onsuccess = () => done(asked.result); asked.onerror = fail;
    });
    for (const store of open.objectStoreNames) {
      found.push(await new Promise((done) => {
        const all = open.transaction(store).objectStore(store).getAll();
        all.onsuccess = () => done(JSON.stringify(all.result));
      }));
    }
    open.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      found.push(request.url, await (await cache.match(request)).text());
    }
  }
  return found.join("\\n");
}"""


def kept_by(page: Page) -> str:
    """The page, and everything that its browser keeps for this address."""
    return str(page.evaluate(KEPT)) + str(page.context.cookies())


def test_a_name_that_was_typed_and_taken_back_is_nowhere_on_the_telephone(browse: Open, desk: Desk) -> None:
    page = browse(PHONE, has_touch=True)
    page.goto("/file")
    page.click("button[value='security:gate']")
    page.wait_for_url("**/file/details")
    page.fill("textarea[name=description]", WORDS)
    page.fill("[name=phone]", TELEPHONE)
    page.fill("[name=name]", NAME)
    page.click("main .acts button.primary")
    page.wait_for_url("**/file/check")
    assert NAME in kept_by(page), "the search must be able to find it"
    page.goto("/file/details")
    page.check("[name=anonymous]")
    page.click("main .acts button.primary")
    page.wait_for_url("**/file/check")
    page.click("main .acts button.primary")
    page.wait_for_url("**/receipt")
    page.goto("/")
    for trace in (TELEPHONE, NAME, WORDS):
        assert trace not in kept_by(page), trace
    with desk.app.app_context():
        assert db.session.scalar(select(Party.case_id)) is None


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_staff_report_from_inside_and_follow_it_up_with_the_code(
    browse: Open, desk: Desk, scripts: bool
) -> None:
    page = browse(PHONE, has_touch=True, java_script_enabled=scripts)
    page.goto("/policy")
    page.click("footer a[href='/file/internal']")
    page.wait_for_url("**/file/internal")
    page.fill("textarea[name=description]", WORDS)
    page.fill("[name=about]", "王强")
    page.click("main .acts button.primary")
    page.wait_for_url("**/receipt")
    shown = page.locator("[data-reference]")
    reference, code = shown.get_attribute("data-reference"), shown.get_attribute("data-code")
    page.context.clear_cookies()
    page.goto(f"/track/{reference}")
    assert WORDS not in page.inner_text("body")
    page.fill("[name=code]", str(code))
    page.click("form[action$='/unlock'] button")
    expect(page.locator("body")).to_contain_text(WORDS)
    with desk.app.app_context():
        assert db.session.scalars(select(Case.channel)).one() == "internal"


def test_nothing_of_a_report_from_inside_stays_on_the_computer_of_the_office(
    browse: Open, desk: Desk
) -> None:
    page = browse(PHONE)
    page.goto("/file/internal")
    page.fill("textarea[name=description]", WORDS)
    page.goto("/")
    assert WORDS not in kept_by(page)
    page.goto("/file/internal")
    assert page.input_value("textarea[name=description]") == ""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_has_no_fault_that_axe_finds_and_nothing_reaches_beyond_a_narrow_screen(
    browse: Open, desk: Desk, scheme: str
) -> None:
    page = browse(NARROW, color_scheme=scheme)
    page.goto("/file/internal")
    assert Axe().run(page).response["violations"] == []
    page.click("main .acts button.primary")
    expect(page.locator(".error").first).to_be_visible()
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_at_the_lift_three_taps_and_a_telephone_file_what_neighbours_have_reported(
    browse: Open, desk: Desk
) -> None:
    """MS-1: the tile, 我也遇到, the telephone, and on; nothing else is typed."""
    with desk.app.app_context():
        reported(desk.cast)
        db.session.remove()
    page = browse(PHONE, has_touch=True)
    page.goto("/?place=jinxiu-3-2-lift")
    page.goto("/file")
    page.tap("button[value='facilities:lift']")
    page.wait_for_url("**/file/details")
    assert Axe().run(page).response["violations"] == []
    page.tap(".offers button")
    page.wait_for_url("**/file/details#similar")
    expect(page.locator(".similar")).to_contain_text("您也遇到了")
    page.fill("[name=phone]", TELEPHONE)
    page.tap("main .acts button.primary")
    page.wait_for_url("**/file/check")
    page.tap("main .acts button.primary")
    page.wait_for_url("**/receipt")
