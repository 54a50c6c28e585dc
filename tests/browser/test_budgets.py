"""What the owner's pages weigh, ask for and move, at two sizes of telephone (experience.md, B3).

The steps of filing stand in test_filing_gates, taps in test_filing_taps; milliseconds depend on the machine and are
read by `make audit`.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, ViewportSize

from tests.browser.conftest import Desk
from tests.browser.test_every_page import Numbers, numbers
from tests.browser.test_filing_gates import CLS, OBSERVE, REQUESTS, WEIGHT, first_view

Open = Callable[..., Page]

__all__ = ["numbers"]
SIZES: list[ViewportSize] = [{"width": 360, "height": 640}, {"width": 390, "height": 844}]
REPEAT = 8_000  # bytes of a second visit: the page alone, what it looks like is kept


def address_of(place: str, numbers: Numbers) -> str:
    return {
        "home": "/",
        "policy": "/policy",
        "openness": "/openness",
        "track": "/track",
        "progress": f"/track/{numbers.reference}",
        "receipt": f"/c/{numbers.link}/receipt",
        "owner": f"/c/{numbers.link}",
    }[place]


def look_down(page: Page) -> None:
    """To the end and back: what comes late must not move what is being read."""
    page.keyboard.press("End")
    page.keyboard.press("Home")


@pytest.mark.parametrize("size", SIZES, ids=["360", "390"])
@pytest.mark.parametrize("place", ["policy", "openness", "track", "progress", "receipt", "owner"])
def test_a_page_of_the_owner_keeps_its_budget(
    desk: Desk,
    browse: Open,
    numbers: Numbers,
    place: str,
    size: ViewportSize,
    record_property: Callable[[str, object], None],
) -> None:
    page = browse(size, has_touch=True, is_mobile=True)
    page.add_init_script(OBSERVE)
    view = first_view(page, address_of(place, numbers), look_down)
    at = f"{place} at {size['width']}"
    record_property(f"{at}: thousandths CLS", round(view.cls * 1000))
    record_property(f"{at}: bytes", view.weight)
    record_property(f"{at}: requests", view.requests)
    assert view.weight <= WEIGHT
    assert view.requests <= REQUESTS
    assert view.cls <= CLS


@pytest.mark.parametrize("place", ["home", "track", "receipt", "owner"])
def test_a_second_visit_brings_the_page_and_nothing_else(
    desk: Desk,
    browse: Open,
    numbers: Numbers,
    place: str,
    record_property: Callable[[str, object], None],
) -> None:
    page = browse(SIZES[0], has_touch=True, is_mobile=True)
    address = address_of(place, numbers)
    page.goto(address, wait_until="networkidle")
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    weights: list[int] = []  # as sent, heads included; what the telephone has kept counts nothing
    line.on("Network.loadingFinished", lambda event: weights.append(int(event["encodedDataLength"])))
    page.goto(address, wait_until="networkidle")
    record_property(f"{place} again: bytes", sum(weights))
    assert weights
    assert 0 < sum(weights) <= REPEAT
