"""Large enough to hit, narrow enough to read without pushing sideways, and no clock that runs (experience.md, B1.1)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page

from shared.attachments import verbs
from shared.cases import links
from shared.clock import now
from shared.database import transaction
from tests.browser.conftest import PHONE, Desk
from tests.browser.test_every_page import NARROW, Numbers, faults_on, numbers, public_pages, too_wide
from tests.life import begin
from tests.portal.test_tracking import some_photo

Open = Callable[..., Page]

__all__ = ["numbers"]
LEAST = {"normal": 44, "large": 60}  # pixels of what is tapped, in both directions
TWICE = {"normal": "225%", "large": "300%"}  # of the browser's own 16 px: twice what the mode sets

# What can be tapped and is smaller. A link within a sentence is as high as its line, and may be (WCAG 2.5.8).
SMALLER = """least => {
  const found = [];
  const tapped = "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button]";
  for (const part of document.querySelectorAll(tapped)) {
    if (!part.checkVisibility() || part.closest(".vh, .skip, [aria-hidden=true]")) continue;
    const inline = part.tagName === "A" && getComputedStyle(part).display === "inline";
    if (inline && part.parentElement.textContent.trim() !== part.textContent.trim()) continue;
    const own = part.matches("[type=checkbox], [type=radio]") && part.closest("label");
    const clipped = getComputedStyle(part).clipPath !== "none" && part.labels?.[0];  // its label is the button
    const box = (own || clipped || part).getBoundingClientRect(), name = part.textContent.trim() || part.name;
    if (Math.min(box.width, box.height) < least - 0.5)
      found.push([part.tagName, name.slice(0, 20), box.width, box.height].join(" "));
  }
  return found;
}"""
# A date, an hour or a telephone that begins on one line and ends on the next. Whatever owners write may break anywhere.
CUT = """() => {
  const found = [], whole = /明天|昨天|\\d+\\s(?:[年月日天件]|小时|分钟?)|\\d\\d:\\d\\d 前|\\d{3,4}-[\\d ]{7,9}/g;
  const walk = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  for (let text = walk.nextNode(); text; text = walk.nextNode()) {
    if (!text.parentElement.checkVisibility() || text.parentElement.closest(".vh, option, .entry-text")) continue;
    for (const match of text.data.matchAll(whole)) {
      const range = document.createRange();
      range.setStart(text, match.index);
      range.setEnd(text, match.index + match[0].length);
      const lines = new Set([...range.getClientRects()].filter(box => box.width).map(box => Math.round(box.top)));
      if (lines.size > 1) found.push(text.data.trim().slice(0, 40));
    }
  }
  return found;
}"""
CLOCKS = "document.querySelectorAll('meta[http-equiv=refresh i]').length"


def in_mode(page: Page, mode: str) -> Page:
    page.goto("/")
    if mode == "large":
        page.get_by_role("button", name="长辈版").click()
        page.locator("html.large").wait_for()
    return page


@pytest.mark.parametrize("mode", ["normal", "large"])
def test_whatever_is_tapped_is_as_large_as_a_finger_and_no_page_leaves_by_itself(
    desk: Desk, browse: Open, numbers: Numbers, mode: str
) -> None:
    page = in_mode(browse({"width": 360, "height": 640}), mode)
    smaller: dict[str, list[str]] = {}
    for name in public_pages(page, numbers):
        if found := page.evaluate(SMALLER, LEAST[mode]):
            smaller[name] = found
        assert page.evaluate(CLOCKS) == 0, name
    assert smaller == {}


@pytest.mark.parametrize("mode", ["normal", "large"])
def test_no_time_and_no_telephone_is_cut_in_two(
    desk: Desk, browse: Open, numbers: Numbers, mode: str
) -> None:
    page = in_mode(browse({"width": 360, "height": 640}), mode)
    cut: dict[str, list[str]] = {}
    for name in public_pages(page, numbers):
        for width in (768, 360):
            page.set_viewport_size({"width": width, "height": 640})
            if found := page.evaluate(CUT):
                cut[f"{name} at {width}"] = found
    assert cut == {}


def test_before_and_after_stand_side_by_side_on_the_smallest_telephone(desk: Desk, browse: Open) -> None:
    with desk.app.app_context():
        story = begin(desk.cast, now() - timedelta(hours=2)).completed()
        held = [verbs.receive(some_photo()[0]) for _ in range(2)]
        with transaction():
            for received, act in zip(held, ("filing", "completion"), strict=True):
                verbs.attach(received, public=True, at=story.at, case_id=story.case.id, round=1, act=act)
        address = f"/c/{links.current_token(story.case)}"
    page = browse(NARROW)
    page.goto(address)
    tops = [box["y"] for part in page.locator(".pictures > div").all() if (box := part.bounding_box())]
    assert len(tops) == 2
    assert tops[0] == tops[1]


@pytest.mark.parametrize("mode", ["normal", "large"])
def test_nothing_is_wider_than_320_px_nor_at_twice_the_text(
    desk: Desk, browse: Open, numbers: Numbers, mode: str
) -> None:
    page = in_mode(browse(NARROW, bypass_csp=True), mode)
    wide: list[str] = []
    for name in public_pages(page, numbers):
        if too_wide(page):
            wide.append(f"{name} at 320 px")
        page.set_viewport_size({"width": 360, "height": 640})
        page.add_style_tag(content=f"html {{ font-size: {TWICE[mode]} !important; }}")
        if too_wide(page):
            wide.append(f"{name} at twice the text")
        page.set_viewport_size(NARROW)
    assert wide == []


# Not a page: what a page asks for while it stands, a file, or the page of a link that is used once.
NO_PAGE = {
    "staff.desk_counts",
    "staff.settings_imports_blank",
    "staff.settings_spots_posters",
    "staff.welcome",
}
IN_THE_DARK = """() => axe.run({ runOnly: ["color-contrast"], resultTypes: ["violations"] })
  .then(found => found.violations.flatMap(each => each.nodes.map(node => node.html.slice(0, 160))))"""


def staff_addresses(app: Flask, number: str) -> list[str]:
    """Every page of the staff face by the machine's own map of addresses, those of a case for *number*."""
    pages = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("staff.")
        and rule.endpoint not in NO_PAGE
        and "." not in rule.rule  # a file to be fetched
        and "GET" in (rule.methods or ())
        and rule.arguments <= {"number"}
    ]
    with app.test_request_context():  # what an address has no place for would follow it as a question
        return sorted(app.url_for(page, number=number).removesuffix(f"?number={number}") for page in pages)


def what_is_wrong_on(page: Page) -> list[str]:
    faults = faults_on(page)
    if too_wide(page):
        faults.append("wider than the screen")
    faults += [f"smaller than a finger: {part}" for part in page.evaluate(SMALLER, LEAST["normal"])]
    faults += [f"cut in two: {words}" for words in page.evaluate(CUT)]
    page.emulate_media(color_scheme="dark")
    faults += [f"in the dark: {part}" for part in page.evaluate(IN_THE_DARK)]  # axe is there from before
    page.emulate_media(color_scheme="light")
    return faults


def test_every_staff_page_is_for_eyes_and_fingers_too(desk: Desk, staff: Open, numbers: Numbers) -> None:
    page = staff("hemei", PHONE, bypass_csp=True, has_touch=True, is_mobile=True)
    wrong: dict[str, list[str]] = {}
    seen: set[str] = set()
    for address in staff_addresses(desk.app, numbers.taken):
        answer = page.goto(address)
        assert answer is not None
        if answer.status != 200 or "html" not in answer.headers["content-type"] or page.url in seen:
            continue  # an act that is not possible now shows the page of the case, which is among them
        seen.add(page.url)
        if found := what_is_wrong_on(page):
            wrong[address] = found
    assert len(seen) > 50
    assert wrong == {}
