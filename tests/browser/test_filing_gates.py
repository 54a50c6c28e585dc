"""What the steps of filing weigh, ask for and move (experience.md, B3). Milliseconds are read by `make audit`."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Desk
from tests.first_visit import visit

Open = Callable[..., Page]

WEIGHT, REQUESTS = 50_000, 5
CLS = 0.02

# Written as a script of the page's own, since the page forbids to make one from a string.
OBSERVE = """
window.seen = {cls: 0};
new PerformanceObserver(list => list.getEntries().forEach(e => {
  if (!e.hadRecentInput) window.seen.cls += e.value;
})).observe({type: "layout-shift", buffered: true});
"""


@dataclass
class View:
    """One page as it was met: what moved, bytes and requests of a first visit."""

    cls: float
    weight: int
    requests: int


def first_view(page: Page, address: str, touch: Callable[[Page], None]) -> View:
    """Open *address* with nothing kept, do what an owner does there, and say what it cost."""
    line = page.context.new_cdp_session(page)
    weight, requests = visit(page, line, address)
    touch(page)
    # Two frames on, whatever the touch has moved has been seen.
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    cls = page.evaluate("window.seen.cls")
    line.detach()
    return View(cls, weight, requests)


def write(page: Page) -> None:
    page.get_by_label("发生了什么").press_sequentially("早上异响")
    page.get_by_label("请给我打电话").tap()
    page.get_by_label("手机号").press_sequentially("138")


def up_to(page: Page, step: str) -> str:
    """Walk to *step* unhurried; gives its address."""
    page.goto("/?place=jinxiu-3-2-lift")
    if step == "home":
        return "/?place=jinxiu-3-2-lift"
    page.goto("/file")
    if step == "topic":
        return "/file"
    page.get_by_role("button", name="电梯").tap()
    page.wait_for_url("**/details")
    if step == "details":
        return "/file/details"
    page.get_by_label("发生了什么").fill("早上异响，停了两次")
    page.get_by_label("手机号").fill("13800138000")
    page.get_by_role("button", name="下一步").tap()
    page.wait_for_url("**/check")
    return "/file/check"


@pytest.mark.parametrize("size", [(360, 640), (390, 844)], ids=["360", "390"])
@pytest.mark.parametrize("step", ["home", "topic", "details", "check"])
def test_a_filing_step_keeps_its_budget(
    desk: Desk,
    browse: Open,
    step: str,
    size: tuple[int, int],
    record_property: Callable[[str, object], None],
) -> None:
    page = browse({"width": size[0], "height": size[1]}, has_touch=True, is_mobile=True)
    page.add_init_script(OBSERVE)
    address = up_to(page, step)
    page.wait_for_load_state("networkidle")  # what the page before still asks for is not this one's
    touch = write if step == "details" else lambda page: None
    view = first_view(page, address, touch)
    at = f"filing {step} at {size[0]}"
    record_property(f"{at}: thousandths CLS", round(view.cls * 1000))
    record_property(f"{at}: bytes", view.weight)
    record_property(f"{at}: requests", view.requests)
    assert view.weight <= WEIGHT
    assert view.requests <= REQUESTS
    assert view.cls <= CLS
