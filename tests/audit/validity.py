"""Every page as it was sent, read by two checkers of HTML."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from playwright.sync_api import Browser, Page, Response

from tests.audit import instruments
from tests.audit.readings import Reading
from tests.browser.conftest import LOBBY, PHONE
from tests.browser.test_every_page import Numbers, public_pages

BOARD = ("/board/jinxiu", "/board/jinxiu?layout=portrait", "/board/jinxiu?night=show")


class Collector:
    """Keeps each document that a browser is sent, in a file named by its page."""

    def __init__(self, folder: Path, page: Page) -> None:
        self.folder, self.page = folder, page
        self.documents: list[Response] = []
        page.on("response", self._note)

    def _note(self, answer: Response) -> None:
        if answer.request.is_navigation_request() and not 300 <= answer.status < 400:
            self.documents.append(answer)

    def keep(self, mode: str, name: str) -> None:
        self.page.wait_for_load_state()
        path = self.folder / (re.sub(r"[^\w.-]+", "_", f"{mode} {name}") + ".html")
        path.write_bytes(self.documents[-1].body())
        self.documents.clear()


def collect(chromium: Browser, url: str, folder: Path, numbers: Numbers) -> None:
    """Public pages in both sizes of text, the board lying and standing."""
    for mode in ("normal", "large"):
        context = chromium.new_context(base_url=url, viewport=PHONE, locale="zh-CN")
        collector = Collector(folder, context.new_page())
        collector.page.goto("/")
        if mode == "large":
            collector.page.get_by_role("button", name="长辈版").click()
        for name in public_pages(collector.page, numbers):
            collector.keep(mode, name)
        context.close()
    context = chromium.new_context(base_url=url, viewport=LOBBY, locale="zh-CN")
    collector = Collector(folder, context.new_page())
    for address in BOARD:
        collector.page.goto(address)
        collector.keep("board", address)
    context.close()


def check(folder: Path) -> Iterator[Reading]:
    """How many errors each checker finds; prints each of them."""
    pages = sorted(folder.glob("*.html"))
    findings = {"html-validate": _of_html_validate(pages)}
    if (found := _of_nu(pages)) is not None:
        findings["Nu HTML checker"] = found
    for checker, errors in findings.items():
        for error in errors:
            print(f"    {error}")
        yield Reading(f"{len(pages)} pages", f"errors, {checker}", len(errors), 0)


def _of_html_validate(pages: list[Path]) -> list[str]:
    ended = subprocess.run(instruments.html_validate(pages), capture_output=True, text=True)
    if ended.returncode not in (0, 1):
        raise SystemExit(f"html-validate failed: {ended.stderr[-600:]}")
    return [
        f"{Path(page['filePath']).name}:{m['line']}: {m['ruleId']}: {m['message']}"
        for page in json.loads(ended.stdout)
        for m in page["messages"]
    ]


def _of_nu(pages: list[Path]) -> list[str] | None:
    command = instruments.nu_checker(pages)
    if command is None:
        print("  There is no Java here: the Nu HTML checker was not asked.")
        return None
    ended = subprocess.run(command, capture_output=True, text=True)
    return [
        f"{Path(unquote(m['url'])).name}:{m.get('lastLine', '')}: {m['message']}"
        for m in json.loads(ended.stderr)["messages"]
    ]
