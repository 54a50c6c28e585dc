"""A long export seen on its page: asked for, growing by itself, fetched; and the same without script, by reloading."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect
from sqlalchemy import select

from shared.clock import now
from shared.database import db
from shared.exports import jobs, making
from shared.outbox import drain
from shared.outbox.models import DUE, OutboxRow
from tests import cast as company
from tests.browser.conftest import PHONE, Desk

Staff = Callable[..., Page]
CASES = 4


class Worker:
    """Makes one part each time it is let; the rest of the product runs as it does."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._let, self.is_over = desk, Event(), False
        self._thread = Thread(target=self._work, daemon=True)
        self._thread.start()

    def let(self) -> None:
        self._let.set()

    def stop(self) -> None:
        self.is_over = True
        self._let.set()
        self._thread.join()

    def _work(self) -> None:
        while True:
            self._let.wait()
            self._let.clear()
            if self.is_over:
                return
            with self._desk.app.app_context():
                ours = select(OutboxRow.id).where(OutboxRow.task == jobs.TASK, OutboxRow.state == DUE)
                for row_id in db.session.scalars(ours).all():
                    drain.run_row(row_id)


@pytest.fixture
def worker(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Worker]:
    """Four cases are many, a part holds one, and a turn is one part."""
    monkeypatch.setattr(jobs, "DIRECT", CASES - 1)
    monkeypatch.setattr(making, "PART", 1)
    monkeypatch.setattr(making, "TURN", -1)
    with desk.app.app_context():
        for n in range(CASES):
            company.file(desk.cast, now() - timedelta(minutes=n))
    worker = Worker(desk)
    yield worker
    worker.stop()


def _ask(page: Page) -> None:
    page.goto("/staff/cases")
    page.get_by_text("导出", exact=True).click()
    page.get_by_role("button", name="Excel").click()
    page.get_by_label("用途").fill("交街道办统计")
    page.get_by_role("button", name="导出").click()
    page.wait_for_url("**/staff/exports")


def test_the_bar_grows_by_itself_until_the_file_is_fetched(
    staff: Staff, worker: Worker, tmp_path: Path
) -> None:
    page = staff("limin")
    _ask(page)
    expect(page.locator("#exports")).to_contain_text("正在排队")
    for done in range(1, CASES):
        worker.let()
        expect(page.locator("#exports")).to_contain_text(f"已写 {done} 件，共 {CASES} 件")
        expect(page.locator("#exports progress")).to_have_js_property("value", done)
    worker.let()
    expect(page.locator("#exports")).to_contain_text("正在装订文件")
    worker.let()
    expect(page.get_by_role("button", name="下载")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="下载").click()
    download.value.save_as(tmp_path / "register.xlsx")
    assert load_workbook(tmp_path / "register.xlsx")["台账"].max_row == 1 + CASES


def test_without_script_the_page_is_asked_again_and_a_called_off_export_is_gone(
    staff: Staff, worker: Worker
) -> None:
    page = staff("limin", PHONE, java_script_enabled=False)
    _ask(page)
    worker.let()
    expect(page.locator("#exports")).to_contain_text("正在排队")
    page.get_by_role("link", name="刷新").click()
    expect(page.locator("#exports progress")).to_be_visible()
    page.get_by_role("button", name="取消").click()
    expect(page.locator("main")).to_contain_text("已取消")
    expect(page.locator("#exports progress")).to_have_count(0)
