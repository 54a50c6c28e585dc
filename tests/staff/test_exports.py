"""A register too long to be waited for: asked for with a reason, made meanwhile, fetched by whoever asked alone."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from shared.audit.models import Export
from shared.database import db
from shared.exports import drawer, jobs, making
from shared.exports.models import ExportJob
from shared.outbox import drain
from shared.outbox.models import OutboxRow
from tests.cast import Cast, file
from tests.critic import CriticalClient, Page

SignIn = Callable[[str], CriticalClient]


@pytest.fixture
def numbers(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Three are many here, and each part holds one."""
    monkeypatch.setattr(jobs, "DIRECT", 2)
    monkeypatch.setattr(making, "PART", 1)
    return [file(cast, phone=f"1380013800{n}").archive_number for n in range(3)]


def _ask(client: CriticalClient, **asked: str) -> Page:
    token = client.get("/staff/cases").one("input[name=csrf_token]")["value"]
    return client.post("/staff/register/export", data={"csrf_token": token, "form": "csv", **asked})


def _make() -> None:
    for row_id in db.session.scalars(select(OutboxRow.id).where(OutboxRow.task == jobs.TASK)).all():
        drain.run_row(row_id)


def test_many_cases_are_made_meanwhile_and_fetched_by_whoever_asked(
    cast: Cast, numbers: list[str], signed_in: SignIn
) -> None:
    """T28: what for is asked before, as of a short one, and supervision reads it."""
    limin = signed_in("limin")
    asking = _ask(limin)
    assert "要导出 3 件" in asking.words
    assert "会在后台做" in asking.words
    assert asking.submit("/register/export", reason=" ").status_code == 422
    assert limin.get("/staff/exports").soup.select("progress") == []
    page = asking.submit("/register/export", reason="交街道办统计")
    assert "正在排队" in page.words
    assert page.one("#exports")["hx-get"] == "/staff/exports"
    _make()
    page = limin.get("/staff/exports")
    assert "已做好" in page.words
    assert not page.one("#exports").has_attr("hx-get"), "there is nothing to wait for any more"
    fetched = page.submit("/file")
    assert fetched.headers["Content-Disposition"].startswith("attachment; filename=register-2026")
    assert fetched.headers["Cache-Control"] == "no-store"
    said = fetched.data.decode("utf-8-sig")
    assert all(number in said for number in numbers)
    assert "138****8000" in said
    assert "13800138000" not in said
    assert [each.cases for each in db.session.scalars(select(Export))] == [3]
    assert "交街道办统计" in signed_in("tangwen").get("/staff/privacy/accesses").words


def test_those_of_another_are_not_there(cast: Cast, numbers: list[str], signed_in: SignIn) -> None:
    _ask(signed_in("limin"), reason="交街道办统计")
    _make()
    director = signed_in("hemei")
    assert "没有在做的导出" in director.get("/staff/exports").words
    token = director.get("/staff/cases").one("input[name=csrf_token]")["value"]
    job_id = db.session.scalars(select(ExportJob.id)).one()
    for act in ("file", "calling-off"):
        page = director.post(f"/staff/exports/{job_id}/{act}", data={"csrf_token": token})
        assert page.status_code == 404


def test_a_file_that_is_not_there_any_more_is_said_to_be_lost(
    cast: Cast, numbers: list[str], signed_in: SignIn
) -> None:
    limin = signed_in("limin")
    _ask(limin, reason="交街道办统计")
    _make()
    page = limin.get("/staff/exports")
    drawer.empty(db.session.scalars(select(ExportJob.storage_key)).one() or "")
    refused = page.submit("/file")
    assert (refused.status_code, "请重新导出" in refused.words) == (409, True)
    assert db.session.scalars(select(ExportJob.fetched_at)).one() is None


def test_what_is_called_off_can_be_fetched_no_more(cast: Cast, numbers: list[str], signed_in: SignIn) -> None:
    limin = signed_in("limin")
    _ask(limin, reason="对账")
    limin.get("/staff/exports").submit("/calling-off")
    _make()
    page = limin.get("/staff/exports")
    assert "已取消" in page.words
    assert page.soup.select("form[action$='/file']") == []


def test_telephones_in_whole_do_not_leave_by_the_thousand(
    cast: Cast, numbers: list[str], signed_in: SignIn
) -> None:
    page = _ask(signed_in("limin"), phones="whole", reason="对账")
    assert page.status_code == 409
    assert "电话写全的，一次最多导出 2 件" in page.words
    assert db.session.query(ExportJob).count() == db.session.query(Export).count() == 0
