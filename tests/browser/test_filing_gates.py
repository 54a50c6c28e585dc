"""The budgets of the three filing steps on a slow line and a slow telephone (experience.md, B3)."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import CDPSession, Page, Response

from tests.browser.conftest import Desk

Open = Callable[..., Page]

WEIGHT, REQUESTS = 50_000, 5
CLS, INP = 0.02, 100
LCP = {"home": 1500, "topic": 2000, "details": 2000, "check": 2000}
SLOWER = 4  # times
TRIES = 3
LINE = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 200_000,
    "uploadThroughput": 200_000,
}  # 1.6 Mb/s

# Written as a script of the page's own, since the page forbids to make one from a string.
OBSERVE = """
window.seen = {cls: 0, inp: 0, lcp: 0};
new PerformanceObserver(list => list.getEntries().forEach(e => {
  if (!e.hadRecentInput) window.seen.cls += e.value;
})).observe({type: "layout-shift", buffered: true});
new PerformanceObserver(list => list.getEntries().forEach(e => { window.seen.lcp = e.startTime; }))
  .observe({type: "largest-contentful-paint", buffered: true});
new PerformanceObserver(list => list.getEntries().forEach(e => {
  if (e.interactionId) window.seen.inp = Math.max(window.seen.inp, e.duration);
})).observe({type: "event", durationThreshold: 16, buffered: true});
"""


@dataclass
class View:
    """One page as it was met: milliseconds, bytes and requests of a first visit."""

    lcp: float
    cls: float
    inp: float
    weight: int
    requests: int


def throttled(page: Page) -> CDPSession:
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", LINE)
    line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    return line


def first_view(page: Page, address: str, touch: Callable[[Page], None]) -> View:
    """Open *address* with nothing kept, do what an owner does there, and say what it cost."""
    line = throttled(page)
    line.send("Network.clearBrowserCache")
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(address, wait_until="networkidle")
    weight, requests = sum(a.request.sizes()["responseBodySize"] for a in answers), len(answers)
    touch(page)
    page.wait_for_timeout(200)
    seen = page.evaluate("window.seen")
    line.detach()
    return View(seen["lcp"], seen["cls"], seen["inp"], weight, requests)


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
    for _again in range(TRIES - 1):
        # Other work on the machine only ever makes a page slower: of the times the best counts.
        if view.lcp <= LCP[step] and view.inp <= INP:
            break
        other = first_view(page, address, touch)
        view.lcp, view.inp = min(view.lcp, other.lcp), min(view.inp, other.inp)
    at = f"filing {step} at {size[0]}"
    record_property(f"{at}: ms LCP", round(view.lcp))
    record_property(f"{at}: ms INP", round(view.inp))
    record_property(f"{at}: thousandths CLS", round(view.cls * 1000))
    record_property(f"{at}: bytes", view.weight)
    record_property(f"{at}: requests", view.requests)
    assert view.weight <= WEIGHT
    assert view.requests <= REQUESTS
    assert view.cls <= CLS
    assert view.lcp <= LCP[step]
    assert view.inp <= INP
