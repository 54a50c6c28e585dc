"""Every gate of the public face on one screen; ends with 1 when one is missed."""

import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.audit import instruments, scores, validity, vitals
from tests.audit.desk import open_desk
from tests.audit.readings import Reading, show
from tests.browser.conftest import ARGUMENTS
from tests.browser.test_every_page import Numbers
from tools import chromium


def read_scores(browser: Browser, url: str) -> list[Reading]:
    context = browser.new_context(
        base_url=url, viewport=vitals.SIZES[0], locale="zh-CN", has_touch=True, is_mobile=True
    )
    page = context.new_page()
    _owner, places = vitals.file(page)
    places += vitals.start_another(page)
    found = [
        reading
        for place in places
        if place.name in scores.PAGES
        for reading in scores.score(context, url, place)
    ]
    context.close()
    return found


def read_validity(browser: Browser, url: str) -> list[Reading]:
    context = browser.new_context(base_url=url, viewport=vitals.SIZES[0], locale="zh-CN", has_touch=True)
    _owner, places = vitals.file(context.new_page())
    context.close()
    address = {place.name: place.address for place in places}
    link = re.sub(r".*/c/", "", address["owner's page"])
    numbers = Numbers("", "", link, address["progress"].removeprefix("/track/"))
    with tempfile.TemporaryDirectory(prefix="shouwen-audit-") as folder:
        validity.collect(browser, url, Path(folder), numbers)
        return list(validity.check(Path(folder)))


PARTS: dict[str, tuple[str, Callable[[Browser, str], Iterable[Reading]]]] = {
    "vitals": ("1.6 Mb/s, 150 ms, a processor 4 times slower", vitals.measure),
    "scores": ("Lighthouse, mobile", read_scores),
    "validity": ("Validity", read_validity),
}


def main(names: list[str]) -> int:
    """Measure the parts of these names, or everything."""
    instruments.fetch()
    readings: list[Reading] = []
    with open_desk() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.whole(), args=ARGUMENTS)
        print(f"{os.cpu_count()} cores; load {os.getloadavg()[0]:.1f}")
        for name in names or PARTS:
            title, measure = PARTS[name]
            found = list(measure(browser, url))
            show(title, found)
            readings += found
        browser.close()
    missed = [reading for reading in readings if not reading.is_kept]
    print(f"\nload {os.getloadavg()[0]:.1f}; {len(readings)} readings, {len(missed)} missed")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
