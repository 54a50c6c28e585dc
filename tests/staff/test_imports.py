"""Importing on the settings' pages: a file is looked at row by row, and one button writes it."""

from collections.abc import Callable
from io import BytesIO

from flask import Flask
from openpyxl import load_workbook

from shared.cases.models import Case
from shared.database import db
from shared.identity.models import Unit
from shared.presence.models import Unsent
from tests.cast import Cast
from tests.critic import CriticalClient, Page
from tests.domain.test_imports import LIFT, NOISE, REGISTER, STAFF, UNITS, workbook

SignIn = Callable[[str], CriticalClient]
ADDRESS = "/staff/settings/imports"
FLATS = workbook(UNITS, ("3号楼", "2-1101"), ("3号楼", "2-1102"), ("", "301"))


def _file(kind: str) -> str:
    return f"{ADDRESS}/file?kind={kind}&estate=jinxiu"


def _chosen(client: CriticalClient, kind: str, data: bytes, name: str = "表.xlsx") -> Page:
    return client.get(_file(kind)).submit("/file", file=(BytesIO(data), name))


def test_a_file_is_looked_at_first_and_written_by_one_button(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("hemei")
    page = _chosen(client, "units", FLATS, "房号.xlsx")
    assert "房号.xlsx" in page.words
    assert "新增 2" in page.words
    assert "楼栋没有填。" in page.words
    assert db.session.query(Unit).count() == 0
    page = page.submit("/confirmation")
    assert "导入完成，写入 2 行。" in page.words
    assert db.session.query(Unit).count() == 2
    assert db.session.query(Unsent).count() == 0, "the file is kept no longer than it waits"
    assert "导入房号：新增 2 行" in client.get(ADDRESS).words


def test_the_same_file_again_offers_nothing_to_write(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("hemei")
    _chosen(client, "units", FLATS).submit("/confirmation")
    page = _chosen(client, "units", FLATS)
    assert "已有，不变 2" in page.words
    assert "没有要写入的行。" in page.words


def test_one_fate_is_shown_alone(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("hemei")
    _chosen(client, "units", FLATS)
    page = client.get(f"{_file('units')}&fate=refused")
    assert "第 4 行" in page.words
    assert "第 2 行" not in page.words


def test_a_file_that_is_none_is_refused_in_words(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("hemei")
    page = _chosen(client, "units", b"PK\x03\x04 and then nothing", "房号.xlsx")
    assert page.status_code == 422
    assert "没有传完整" in page.words
    assert "请先选一份文件。" in client.get(_file("units")).submit("/file").words


def test_a_page_left_open_writes_nothing_after_the_file_was_thrown_away(
    cast: Cast, signed_in: SignIn
) -> None:
    client = signed_in("hemei")
    left_open = _chosen(client, "units", FLATS)
    client.get(_file("units")).submit("/dismissal")
    assert "没有等着导入的文件" in left_open.submit("/confirmation").words
    assert db.session.query(Unit).count() == 0


def test_a_waiting_file_is_its_owners_alone_sealed_and_can_be_thrown_away(
    cast: Cast, signed_in: SignIn
) -> None:
    client = signed_in("hemei")
    _chosen(client, "register", workbook(REGISTER, LIFT))
    stored = db.session.execute(db.text("SELECT content FROM unsent")).scalar_one()
    assert b"register" not in bytes(stored)
    assert "2025-018" in client.get(_file("register")).words
    assert "2025-018" not in signed_in("admin").get(_file("register")).words
    page = client.get(_file("register")).submit("/dismissal")
    assert "这份文件不导入了。" in page.words
    assert db.session.query(Unsent).count() == 0


def test_new_people_get_their_links_on_the_answer_and_nowhere_else(
    cast: Cast, signed_in: SignIn, app: Flask
) -> None:
    client = signed_in("admin")
    data = workbook(STAFF, ("maliang", "马良", "处理人", "工程部", ""))
    page = _chosen(client, "staff", data).submit("/confirmation")
    assert "/staff/welcome/" in page.words
    link = next(word for word in page.words.split() if "/staff/welcome/" in word)
    assert "马良" in app.test_client().get(link[link.index("/staff/") :]).get_data(as_text=True)
    assert "/staff/welcome/" not in client.get(_file("staff")).words


def test_the_register_says_beforehand_what_becomes_of_its_clocks(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("hemei")
    page = _chosen(client, "register", workbook(REGISTER, LIFT, NOISE))
    assert "1 件已办结的：只存档，不计时限，不给业主发消息。" in page.words
    assert "时限从导入那一刻起算" in page.words
    page = page.submit("/confirmation")
    assert "写入 2 行" in page.words
    numbers = [case.archive_number for case in db.session.query(Case)]
    shown = client.get(f"/staff/cases/{numbers[0]}")
    assert "2025-018" in shown.words
    assert "在原台账已办结" in shown.words


def test_a_blank_table_of_each_kind_can_be_had(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("hemei")
    for kind, first in (("units", "楼栋"), ("staff", "登录名"), ("register", "原编号")):
        answer = client.get(f"{ADDRESS}/blank.xlsx?kind={kind}")
        sheet = load_workbook(BytesIO(answer.get_data())).active
        assert sheet is not None
        assert sheet["A1"].value == first
    assert client.get(f"{ADDRESS}/blank.xlsx?kind=owners").status_code == 404


def test_who_manages_one_estate_imports_into_no_other(cast: Cast, elsewhere: Cast, signed_in: SignIn) -> None:
    client = signed_in("hemei")
    assert client.get(f"{ADDRESS}/file?kind=units&estate=yunhe").status_code == 404
    assert _chosen(client, "units", FLATS).submit("/confirmation", estate="yunhe").status_code == 404
    assert db.session.query(Unit).count() == 0
