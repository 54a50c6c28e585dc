"""What is wrong with a page as eyes and fingers have it: found by axe, too wide, too small to hit, or cut in two."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

NARROW: ViewportSize = {"width": 320, "height": 640}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LEAST = 44  # pixels of what is tapped, in both directions

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
IN_THE_DARK = """() => axe.run({ runOnly: ["color-contrast"], resultTypes: ["violations"] })
  .then(found => found.violations.flatMap(each => each.nodes.map(node => node.html.slice(0, 160))))"""


def faults_on(page: Page) -> list[str]:
    """What axe finds, by the rules of WCAG 2.2 AA and good practice."""
    found = Axe().run(page, options={"runOnly": RULES, "resultTypes": ["violations"]})
    return [
        f"{violation['id']}: {violation['nodes'][0]['html'][:160]}"
        for violation in found.response["violations"]
    ]


def too_wide(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def _cut(page: Page) -> list[str]:
    return [f"cut in two: {words}" for words in page.evaluate(CUT)]


def _dark(page: Page) -> list[str]:
    """Contrast alone: nothing else changes in the dark. axe is there from before."""
    page.emulate_media(color_scheme="dark")
    found = [f"in the dark: {part}" for part in page.evaluate(IN_THE_DARK)]
    page.emulate_media(color_scheme="light")
    return found


def what_is_wrong_on(page: Page, *, least: int = LEAST) -> list[str]:
    """All of it, in the light, in the dark and at 320 px; *least* is the size of what is tapped."""
    faults = faults_on(page)
    faults += [f"smaller than a finger: {part}" for part in page.evaluate(SMALLER, least)]
    faults += _cut(page) + _dark(page)
    faults += ["leaves by itself"] if page.evaluate(CLOCKS) else []
    size = page.viewport_size
    assert size is not None
    page.set_viewport_size(NARROW)
    faults += ["wider than 320 px"] if too_wide(page) else []
    page.set_viewport_size(size)
    return faults


def cut_at(page: Page, width: int) -> list[str]:
    """What is cut in two where the page is as wide as that."""
    size = page.viewport_size
    assert size is not None
    page.set_viewport_size({"width": width, "height": size["height"]})
    found = _cut(page)
    page.set_viewport_size(size)
    return found


def too_wide_at(page: Page, text: str) -> bool:
    """Whether it has to be pushed sideways with text of that size; the page keeps it."""
    page.add_style_tag(content=f"html {{ font-size: {text} !important; }}")
    return too_wide(page)
