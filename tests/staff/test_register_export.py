"""The register as a file: what its reader may see and no more, no formula in it, and every case of it on record."""

import csv
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import insert, select

from shared.audit.models import Access, Export
from shared.cases.models import Case
from shared.database import db, transaction
from shared.exports import register_rows, taking
from shared.identity.models import Appointment
from tests.cast import MONDAY, file

pytestmark = pytest.mark.usefixtures("monday")


@pytest.fixture
def limin(cast, signed_in):
    return signed_in("limin")


def _ask(client, form="csv", **asked):
    token = client.get("/staff/cases").one("input[name=csrf_token]")["value"]
    return client.post("/staff/register/export", data={"csrf_token": token, "form": form, **asked})


def _rows(answer):
    assert answer.status_code == 200
    text = answer.data.decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text, newline="")))


def _entries():
    return [tuple(row) for row in db.session.execute(select(Access.case_id, Access.user_id, Access.what))]


def test_what_the_filters_leave_is_in_the_file_and_nothing_else(cast, elsewhere, limin):
    repair = file(cast, kind="repair", description="电梯又坏了，\n请快来")
    file(cast, kind="complaint")
    file(elsewhere, kind="repair")
    answer = _ask(limin, kind="repair")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="register-20260302-1000.csv"'
    assert answer.headers["Cache-Control"] == "no-store"
    (row,) = _rows(answer)
    assert (row["档案编号"], row["性质"], row["楼栋"]) == (repair.archive_number, "报修", "3号楼")
    assert (row["诉求内容"], row["登记时间"]) == ("电梯又坏了，\n请快来", "2026-03-02 10:00")
    assert [r["档案编号"] for r in _rows(_ask(limin, q="快来"))] == [repair.archive_number]


def test_telephones_are_masked_until_they_are_asked_for_and_that_is_on_record(cast, limin):
    case = file(cast)
    me = cast.person("limin").id
    assert _rows(_ask(limin))[0]["电话"] == "138****8000"
    assert _rows(_ask(limin, phones="whole", reason="交街道办统计"))[0]["电话"] == "13800138000"
    assert _entries() == [(case.id, me, "export"), (case.id, me, "export_phone")]


def test_whoever_may_not_reveal_gets_no_telephone_whole(cast, signed_in):
    file(cast)
    manager = signed_in("xufei")
    assert not manager.get("/staff/cases").soup.select("#export-phones")
    assert _rows(_ask(manager, phones="whole", reason="交街道办统计"))[0]["电话"] == "138****8000"
    assert [what for _case, _user, what in _entries()] == ["export"]


def test_who_complains_of_staff_is_told_to_the_specialist_alone(cast, limin, signed_in):
    file(cast, category="attitude", description="前台态度差")
    hidden, told = (
        _rows(_ask(limin, phones="whole", reason="交街道办统计"))[0],
        _rows(_ask(signed_in("chenjing"), phones="whole", reason="交街道办统计"))[0],
    )
    assert (hidden["诉求人"], hidden["电话"]) == ("", "")
    assert (told["诉求人"], told["电话"]) == ("王秀兰", "13800138000")


def test_of_a_sealed_case_no_word_leaves(cast, limin):
    case = file(cast)
    with transaction():
        db.session.get_one(Case, case.id).sealed_at = MONDAY
    answer = _ask(limin, phones="whole", reason="交街道办统计")
    assert _rows(answer)[0]["诉求内容"] == "内容已封存"
    for secret in ("王秀兰", "8000", "2单元电梯", "困了"):
        assert secret not in answer.data.decode()


def test_a_handler_takes_away_only_what_is_theirs(cast, signed_in):
    file(cast)
    assert signed_in("wangqiang").get("/staff/cases").status_code == 200
    token_page = signed_in("wangqiang")
    token = token_page.get("/staff/register/views?state=open").one("input[name=csrf_token]")["value"]
    answer = token_page.post("/staff/register/export", data={"csrf_token": token, "form": "csv"})
    assert _rows(answer) == []
    assert _entries() == []


@pytest.mark.parametrize(
    "typed", ['=HYPERLINK("http://x","y")', "+1+1", "-2", "@SUM(A1)", "\t=1", "坏\x0b了", "坏\uffff了"]
)
def test_no_cell_is_a_formula(cast, limin, typed):
    """T16: neither in Excel nor in CSV."""
    file(cast, description=typed)
    book = load_workbook(BytesIO(_ask(limin, form="xlsx").data))
    cells = [cell for row in book["台账"].iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    said = str([cell.value for cell in cells if cell.column == 12][1])
    assert said[0] in "'坏"
    assert _rows(_ask(limin))[0]["诉求内容"] == said


def test_more_than_a_file_holds_is_said_and_nothing_is_recorded(cast, limin, monkeypatch):
    monkeypatch.setattr(register_rows, "MOST", 5)
    case = file(cast)
    table = Case.__table__
    known = {c.name: getattr(case, c.name) for c in table.columns if c.name != "id"}
    copies = [
        {
            **known,
            "archive_serial": n,
            "archive_number": f"JX-26-{n}",
            "reference": f"R{n}",
            "seed": n.to_bytes(16, "big"),
        }
        for n in range(10_000, 10_000 + register_rows.MOST)
    ]
    with transaction():
        db.session.execute(insert(Case), copies)
    answer = _ask(limin)
    assert answer.status_code == 409
    assert "符合条件的超过 5 件，一次最多导出 5 件。请按登记日期分几次导出。" in answer.words
    assert _entries() == []
    assert len(_rows(_ask(limin, to="2026-03-01"))) == 0


@pytest.mark.parametrize(("name", "value"), [("status", "closed"), ("state", "done"), ("from", "2026-02-30")])
def test_a_condition_that_is_not_understood_takes_nothing_away(cast, limin, name, value):
    """What was meant to be a few would be all."""
    file(cast)
    answer = _ask(limin, **{name: value})
    assert answer.status_code == 409
    assert f"没有看懂这些条件：{name}" in answer.words
    assert _entries() == []


def test_a_form_that_is_none_is_not_found(cast, limin):
    file(cast)
    assert _ask(limin, form="exe").status_code == 404


def test_t28_telephones_in_whole_leave_when_it_is_said_what_for_and_that_is_kept(cast, limin, signed_in):
    case = file(cast, kind="repair")
    asking = _ask(limin, kind="repair", phones="whole", q="电梯")
    assert "要导出 1 件，其中 1 件写全电话" in asking.words
    assert _entries() == [], "nothing has left yet"
    again = asking.submit("/register/export", reason="  ")
    assert again.status_code == 422
    assert "请写明导出做什么用" in again.words
    file_ = again.submit("/register/export", reason="交街道办  11 月统计")
    assert _rows(file_)[0]["电话"] == "13800138000"
    assert _entries() == [(case.id, cast.person("limin").id, "export_phone")]
    kept = db.session.scalars(select(Export)).one()
    assert (kept.user_id, kept.cases, kept.phones, kept.form) == (cast.person("limin").id, 1, 1, "csv")
    assert (kept.reason, kept.asked) == ("交街道办 11 月统计", "kind=repair")
    assert "交街道办 11 月统计" in signed_in("tangwen").get("/staff/privacy/accesses").words


def test_t28_many_cases_leave_when_it_is_said_what_for_and_few_without_a_word(cast, limin, monkeypatch):
    monkeypatch.setattr(taking, "FREE", 1)
    file(cast)
    assert len(_rows(_ask(limin))) == 1
    file(cast, phone="13900139000")
    assert "要导出 2 件" in _ask(limin).words
    assert len(_rows(_ask(limin, reason="对账"))) == 2
    assert [export.cases for export in db.session.scalars(select(Export))] == [2]


def test_why_somebody_took_the_register_is_not_told_to_another_estate(cast, elsewhere, limin, signed_in):
    file(cast)
    _ask(limin, phones="whole", reason="交街道办统计")
    assert "交街道办统计" in signed_in("tangwen").get("/staff/privacy/accesses").words
    assert "交街道办统计" not in signed_in("yunhe-tangwen").get("/staff/privacy/accesses").words


def test_whoever_left_an_estate_long_ago_is_overseen_there_no_more(cast, elsewhere, limin, signed_in):
    with transaction():
        once = Appointment(user_id=cast.person("limin").id, estate_id=elsewhere.estate.id, role="dispatcher")
        once.since, once.until = MONDAY - timedelta(days=400), MONDAY - timedelta(days=300)
        db.session.add(once)
    file(cast)
    _ask(limin, phones="whole", reason="交街道办统计")
    assert "交街道办统计" in signed_in("tangwen").get("/staff/privacy/accesses").words
    assert "交街道办统计" not in signed_in("yunhe-tangwen").get("/staff/privacy/accesses").words
