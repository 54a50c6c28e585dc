"""A first visit on a slow line and a slow telephone, in milliseconds, bytes and requests (experience.md, B3)."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import CDPSession, Page

from tests.first_visit import visit

INP = 100  # milliseconds
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
    weight, requests = visit(page, line, address)
    touch(page)
    page.wait_for_timeout(200)
    seen = page.evaluate("window.seen")
    line.detach()
    return View(seen["lcp"], seen["cls"], seen["inp"], weight, requests)
