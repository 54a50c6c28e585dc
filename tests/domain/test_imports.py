"""What an estate has kept in Excel so far is looked at, row by row, and then taken over once."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from flask import Flask
from openpyxl import Workbook, load_workbook

from shared.audit import roots
from shared.audit.models import SettingChange
from shared.cases import ending
from shared.cases.lifecycle import State
from shared.cases.models import Case
from shared.cases.participation import is_about
from shared.clock import local
from shared.database import db, transaction
from shared.deadlines.models import Deadline
from shared.errors import Refused
from shared.identity import passwords, places
from shared.identity.models import Building, Unit
from shared.identity.permissions import Role
from shared.imports import blanks, running
from shared.imports.fates import Fate, Outlook
from shared.imports.running import Done, Kind
from shared.notifications.models import Message
from shared.retention import terms
from tests.cast import MONDAY, PASSWORD, Cast
from tests.life import begin

UNITS = ("楼栋", "房号")
STAFF = ("登录名", "姓名", "岗位", "部门", "电话")
REGISTER = ("编号", "日期", "类别", "楼号", "内容", "姓名", "电话", "状态", "办结日期", "处理结果")
LIFT = (
    "2025-018",
    "2025-11-03",
    "设施设备",
    "3栋",
    "电梯门关不上",
    "王女士",
    "13800138000",
    "已结案",
    "2025-11-05",
    "换了门锁",
)
NOISE = ("2026-002", "2026-02-20", "环境卫生", "5号楼", "楼上夜里装修", "", "", "办理中", "", "")


def workbook(*rows: Sequence[object], merged: str = "") -> bytes:
    """As Excel would save it."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    if merged:
        sheet.merge_cells(merged)
    held = BytesIO()
    book.save(held)
    return held.getvalue()


def looked_at(cast: Cast, kind: Kind, data: bytes, name: str = "台账.xlsx", by: str = "hemei") -> Outlook:
    outlook = running.look(kind, data, name, cast.estate, by=cast.person(by), at=MONDAY)
    db.session.rollback()
    return outlook


def taken_over(cast: Cast, kind: Kind, data: bytes, by: str = "hemei") -> tuple[Outlook, Done]:
    ids = cast.estate.id, cast.person(by).id
    outlook = looked_at(cast, kind, data, by=by)
    return outlook, running.carry_out(kind, outlook, data, *ids)


def fates(outlook: Outlook) -> list[Fate]:
    return [row.fate for row in outlook.rows]


def refusal(cast: Cast, data: bytes, name: str = "台账.xlsx", kind: Kind = Kind.UNITS) -> str:
    with pytest.raises(Refused) as refused:
        looked_at(cast, kind, data, name)
    db.session.rollback()
    return refused.value.message


# Flats


def test_flats_are_looked_at_first_and_taken_over_once(cast: Cast) -> None:
    data = workbook(
        UNITS, ("3号楼", "2-1101"), ("３ 栋", "2-1102"), ("3号楼", "2-1101"), ("", "301"), ("13号楼", "101")
    )
    outlook = looked_at(cast, Kind.UNITS, data)
    assert fates(outlook) == [Fate.NEW, Fate.NEW, Fate.REFUSED, Fate.REFUSED, Fate.NEW]
    assert outlook.rows[2].words == ["和第 2 行一样。"]
    assert outlook.rows[3].words == ["楼栋没有填。"]
    assert "会新加 1 栋楼：13号楼" in outlook.remarks[0]
    assert db.session.query(Unit).count() == 0, "looking must write nothing"
    _outlook, done = taken_over(cast, Kind.UNITS, data)
    assert done.written == 3
    assert {u.name for u in db.session.query(Unit).filter_by(building_id=cast.building("3号楼").id)} == {
        "2-1101",
        "2-1102",
    }
    assert cast.building("13号楼").position == 13


def test_a_building_that_has_ended_gets_no_flats_and_no_namesake(cast: Cast) -> None:
    with transaction():
        ended = places.lock(places.Kind.BUILDING, cast.building("5号楼").id, cast.estate.id)
        places.end(places.Kind.BUILDING, ended, by=cast.person("hemei"), at=MONDAY)
    outlook, _done = taken_over(cast, Kind.UNITS, workbook(UNITS, ("5栋", "101"), ("6栋", "101")))
    assert fates(outlook) == [Fate.REFUSED, Fate.NEW]
    assert "“5号楼”停用了" in outlook.rows[0].words[0]
    assert db.session.query(Unit).count() == 1


def test_the_same_file_a_second_time_changes_nothing(cast: Cast) -> None:
    data = workbook(UNITS, ("3号楼", "2-1101"), ("13号楼", "101"))
    taken_over(cast, Kind.UNITS, data)
    changes = db.session.query(SettingChange).count()
    outlook, done = taken_over(cast, Kind.UNITS, data)
    assert fates(outlook) == [Fate.SAME, Fate.SAME]
    assert done.written == 0
    assert db.session.query(Unit).count() == 2
    assert db.session.query(Building).filter_by(name="13号楼").count() == 1
    assert db.session.query(SettingChange).count() == changes


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_csv_of_any_excel_is_read(cast: Cast, encoding: str, separator: str) -> None:
    text = f"锦绣花园房号表{separator}\r\n\r\n 楼 号 ：{separator}房间号\r\n3号楼{separator}2-1101\r\n"
    outlook = looked_at(cast, Kind.UNITS, text.encode(encoding), "房号.csv")
    assert [(row.number, row.title, row.fate) for row in outlook.rows] == [(4, "3号楼 2-1101", Fate.NEW)]


# Files that are none


def test_a_file_that_cannot_be_read_is_told_in_a_sentence(cast: Cast) -> None:
    good = workbook(UNITS, ("3号楼", "2-1101"))
    assert "没有传完整" in refusal(cast, good[: len(good) // 2])
    assert "没有传完整" in refusal(cast, b"hello", "房号.xlsx")
    assert "另存为 .xlsx" in refusal(cast, b"\xd0\xcf\x11\xe0" + bytes(600), "房号.xls")
    assert "另存为" in refusal(cast, bytes(range(256)), "房号.csv")
    assert refusal(cast, b"", "房号.csv") == "文件是空的。"
    assert refusal(cast, b"\r\n ,\r\n", "房号.csv") == "表格是空的。"
    assert refusal(cast, workbook(UNITS)) == "只有列名，没有内容。"
    assert "没找到这些列：“楼栋”、“房号”" in refusal(cast, workbook(("甲", "乙"), ("3号楼", "1")))
    assert "超过 8 MB" in refusal(cast, bytes(8 * 1024 * 1024 + 1))


def _with_part(name: str, content: bytes) -> bytes:
    held = BytesIO(workbook(UNITS, ("3号楼", "2-1101")))
    with ZipFile(held, "a", ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return held.getvalue()


def test_a_bomb_is_not_opened_out(cast: Cast) -> None:
    bomb = _with_part("xl/media/image1.png", bytes(200 * 1024 * 1024))
    assert len(bomb) < 1024 * 1024
    assert "展开后太大" in refusal(cast, bomb)
    entities = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'
    assert "不该有的内容" in refusal(cast, _with_part("xl/extra.xml", entities))
    wide = entities.decode().encode("utf-16")
    assert "不该有的内容" in refusal(cast, _with_part("xl/extra.xml", wide))
    assert "不该有的内容" in refusal(cast, _with_part("xl/worksheets/sheet9.bin", wide))


def test_a_sheet_that_says_it_has_a_million_rows_does_not_hold_the_desk_up(cast: Cast) -> None:
    book = load_workbook(BytesIO(workbook(UNITS, ("3号楼", "2-1101"))))
    book.active.cell(row=1_000_000, column=1, value="3号楼")  # type: ignore[union-attr]
    held = BytesIO()
    book.save(held)
    assert "太多空行" in refusal(cast, held.getvalue())


def test_too_many_rows_are_told_before_they_are_looked_at(cast: Cast) -> None:
    lines = "楼栋,房号\n" + "".join(f"3号楼,{n}\n" for n in range(10_001))
    assert "最多 10000 行" in refusal(cast, lines.encode(), "房号.csv")


def test_a_formula_is_no_value_and_merged_cells_are_no_rows(cast: Cast) -> None:
    outlook = looked_at(cast, Kind.UNITS, workbook(UNITS, ("3号楼", "=A1&1"), ("3号楼", "2-1101")))
    assert fates(outlook) == [Fate.REFUSED, Fate.NEW]
    assert "B2 是公式" in outlook.rows[0].words[0]
    rows = (UNITS, ("3号楼", "2-1101"), ("", "2-1102"))
    assert "第 2 到 3 行有合并的单元格" in refusal(cast, workbook(*rows, merged="A2:A3"))
    title = workbook(("锦绣花园房号表", ""), UNITS, ("3号楼", "2-1101"), merged="A1:B1")
    assert fates(looked_at(cast, Kind.UNITS, title)) == [Fate.NEW], "a title over the table is no harm"


def test_empty_rows_are_passed_over_and_the_numbers_stay_those_of_the_sheet(cast: Cast) -> None:
    data = workbook(UNITS, ("3号楼", "1"), (None, None), ("  ", ""), ("3号楼", "2"))
    assert [row.number for row in looked_at(cast, Kind.UNITS, data).rows] == [2, 5]


@pytest.mark.parametrize("kind", list(Kind))
def test_the_blank_that_we_hand_out_is_one_that_we_read(cast: Cast, kind: Kind) -> None:
    outlook = looked_at(cast, kind, blanks.draw(kind))
    assert [row.fate for row in outlook.rows if row.fate is Fate.REFUSED] == []
    assert len(outlook.rows) == 1


# People


def test_people_come_with_a_post_and_without_a_password(cast: Cast) -> None:
    data = workbook(
        STAFF,
        ("maliang", "马良", "处理人", "工程部", 13800138001.0),
        ("MaLiang ", "马良", "部门负责人", "工程部", ""),
        ("limin", "李敏", "调度员", "客服中心", ""),
        ("wangqiang", "王强", "投诉专员", "", ""),
    )
    outlook, done = taken_over(cast, Kind.STAFF, data)
    assert fates(outlook) == [Fate.NEW, Fate.NEW, Fate.SAME, Fate.CHANGED]
    assert outlook.rows[3].words == ["加上：投诉专员"]
    newcomer = cast.person("maliang")
    assert newcomer.phone == "13800138001"
    assert newcomer.roles_at(cast.estate.id) == {Role.HANDLER, Role.DEPARTMENT_HEAD}
    assert not passwords.matches(newcomer.password_hash, PASSWORD)
    assert [name for name, _link in done.links] == ["马良"]
    assert "/staff/welcome/" in done.links[0][1]
    assert Role.HANDLER in cast.person("wangqiang").roles_at(cast.estate.id), "a file takes nothing away"
    outlook, done = taken_over(cast, Kind.STAFF, data)
    assert fates(outlook) == [Fate.SAME] * 4
    assert (done.written, done.links) == (0, [])


def test_each_slip_in_the_list_of_people_is_named_by_its_cell(cast: Cast) -> None:
    data = workbook(
        STAFF,
        ("maliang", "马良", "厨师", "工程部", ""),
        ("maliang", "马良", "处理人", "食堂", ""),
        ("maliang", "马良", "处理人", "", ""),
        ("马良", "马良", "处理人", "工程部", "123"),
        ("limin", "李四", "处理人", "工程部", ""),
        ("boss", "老板", "系统管理员", "", ""),
        ("maliang", "马良", "处理人", "工程部", ""),
        ("maliang", "马超", "处理人", "工程部", ""),
    )
    outlook = looked_at(cast, Kind.STAFF, data)
    said = [" ".join(row.words) for row in outlook.rows]
    assert "C2 没有“厨师”这个岗位" in said[0]
    assert "D3 没有“食堂”这个部门。现有：客服中心、工程部" in said[1]
    assert said[2] == "处理人要写明部门。"
    assert "A5 登录名" in said[3]
    assert "E5 不像电话号码" in said[3]
    assert said[4] == "登录名 limin 已经是李敏的。"
    assert said[5] == "系统管理员只能由系统管理员来任命。"
    assert said[7] == "登录名和第 8 行的马良一样。"
    assert fates(outlook) == [Fate.REFUSED] * 6 + [Fate.NEW, Fate.REFUSED]
    assert fates(looked_at(cast, Kind.STAFF, data, by="admin"))[5] is Fate.NEW


def test_another_estates_people_are_neither_named_nor_changed(cast: Cast, elsewhere: Cast) -> None:
    data = workbook(
        STAFF, ("yunhe-limin", "李四", "调度员", "", ""), ("yunhe-limin", "李敏", "调度员", "", "13900139000")
    )
    outlook, _done = taken_over(cast, Kind.STAFF, data)
    assert outlook.rows[0].words == ["登录名 yunhe-limin 已经有人用了，请换一个。"]
    assert outlook.rows[1].words == ["加上：调度员"]
    assert elsewhere.person("limin").phone is None


# The register kept so far


def _found(app: Flask, typed: str) -> list[str]:
    db.session.rollback()
    listed = app.test_cli_runner().invoke(args=["case", "list", "--q", typed, "--json"])
    return [case["archive_number"] for case in json.loads(listed.output)]


def _former(words: str) -> Case:
    cases = db.session.query(Case).populate_existing()
    return next(case for case in cases if case.statement and words in case.statement.description)


def test_the_register_kept_so_far_becomes_cases_of_ours(cast: Cast, app: Flask) -> None:
    """AH-6.1: numbers of our own in the order of the days; the old number stays and is found."""
    begin(cast)
    outlook, done = taken_over(cast, Kind.REGISTER, workbook(REGISTER, NOISE, LIFT))
    assert done.written == 2
    assert "1 件已办结的：只存档，不计时限，不给业主发消息。" in outlook.remarks
    assert "时限从导入那一刻起算" in outlook.remarks[1]
    lift, noise = _former("电梯门关不上"), _former("楼上夜里装修")
    assert (lift.archive_number, noise.archive_number) == ("JX-25-0001", "JX-26-0002")
    assert (lift.state, noise.state) == (State.CLOSED, State.RECEIVED)
    assert f"{local(lift.filed_at, 'Asia/Shanghai'):%Y-%m-%d}" == "2025-11-03"
    assert lift.building is not None
    assert lift.building.name == "3号楼"
    assert lift.party is not None
    assert lift.party.phone == "13800138000"
    assert noise.party is None
    assert noise.anonymous
    assert _found(app, "2025-018") == ["JX-25-0001"]
    assert _found(app, "门关不上") == ["JX-25-0001"]


def test_a_short_or_chinese_old_number_is_found_too(cast: Cast, app: Flask) -> None:
    rows = [("12", *NOISE[1:]), ("投诉字第7号", *NOISE[1:4], "水管漏了", *NOISE[5:])]
    taken_over(cast, Kind.REGISTER, workbook(REGISTER, *rows))
    assert _former("楼上").archive_number in _found(app, "12")
    assert _found(app, "投诉字第 7 号") == [_former("水管").archive_number]


def test_what_was_settled_has_no_clock_then_or_later_and_what_is_open_has_them_from_now(cast: Cast) -> None:
    taken_over(cast, Kind.REGISTER, workbook(REGISTER, LIFT, NOISE))
    lift, noise = _former("电梯门关不上"), _former("楼上夜里装修")
    assert noise.received_at > datetime(2026, 3, 1, tzinfo=UTC)
    clocks = db.session.query(Deadline)
    assert clocks.filter_by(case_id=noise.id).count() > 0
    assert all(clock.breached_at is None for clock in clocks.filter_by(case_id=noise.id))
    assert db.session.query(Message).count() == 0
    db.session.rollback()
    with transaction():
        case = db.session.get_one(Case, lift.id)
        ending.archive(
            case,
            by=cast.person("chenjing"),
            at=MONDAY + timedelta(days=1),
            cause="门锁老化",
            prevention="季度检查",
        )
    assert clocks.filter_by(case_id=lift.id).count() == 0
    assert roots.verify()[1] == []


def test_terms_of_what_was_settled_run_from_the_day_it_was_settled(cast: Cast) -> None:
    """PIPL 19: a matter of two years ago is not kept three years more because it was imported today."""
    old = ("2023-1", "2023-04-01", *LIFT[2:8], "2023-04-03", "已换")
    too_old = ("2022-1", "2022-04-01", *LIFT[2:8], "2022-04-03", "已换")
    outlook, _done = taken_over(cast, Kind.REGISTER, workbook(REGISTER, old, too_old))
    assert fates(outlook) == [Fate.NEW, Fate.REFUSED]
    assert "已超过保留期限" in outlook.rows[1].words[0]
    case = _former("电梯门关不上")
    ended = terms.end_of(case)
    assert ended is not None
    assert f"{local(ended, 'Asia/Shanghai'):%Y-%m-%d}" == "2023-04-03"
    assert terms.applies(terms.sealing_due(case.estate, MONDAY), case)
    assert not terms.applies(terms.erasure_due(case.estate, MONDAY), case)
    assert terms.applies(terms.erasure_due(case.estate, datetime(2026, 5, 1, tzinfo=UTC)), case)


def test_the_same_register_again_makes_no_case_twice_and_writes_over_none(cast: Cast) -> None:
    taken_over(cast, Kind.REGISTER, workbook(REGISTER, LIFT))
    outlook, done = taken_over(cast, Kind.REGISTER, workbook(REGISTER, LIFT, NOISE))
    assert fates(outlook) == [Fate.SAME, Fate.NEW]
    assert outlook.rows[0].words == ["已经导入过，是 JX-25-0001。"]
    assert done.written == 1
    changed = (*LIFT[:4], "电梯困人", *LIFT[5:])
    outlook, done = taken_over(cast, Kind.REGISTER, workbook(REGISTER, changed))
    assert fates(outlook) == [Fate.REFUSED]
    assert "请到那件诉求里去改" in outlook.rows[0].words[0]
    assert db.session.query(Case).count() == 2


def test_each_slip_in_the_register_is_named_by_its_cell(cast: Cast) -> None:
    rows = [
        ("1", "上个月", *LIFT[2:]),
        ("2", "2027-01-01", *LIFT[2:]),
        ("3", LIFT[1], "飞碟", *LIFT[3:]),
        ("4", *LIFT[1:3], "99号楼", *LIFT[4:]),
        ("5", *LIFT[1:6], "abc", *LIFT[7:]),
        ("6", *LIFT[1:7], "也许", *LIFT[8:]),
        ("7", *LIFT[1:8], "2025-11-01", LIFT[9]),
        ("8", *LIFT[1:4], "", *LIFT[5:]),
        ("9", *LIFT[1:]),
        ("9", *LIFT[1:]),
    ]
    outlook = looked_at(cast, Kind.REGISTER, workbook(REGISTER, *rows))
    said = [" ".join(row.words) for row in outlook.rows]
    assert "B2 看不懂日期“上个月”" in said[0]
    assert "B3 的日期还没有到" in said[1]
    assert "C4 看不懂“飞碟”。可以填：设施设备、安全秩序" in said[2]
    assert "D5 没有“99号楼”这栋楼" in said[3]
    assert "G6 不像电话号码" in said[4]
    assert "H7 看不懂“也许”。可以填：已结案、办理中" in said[5]
    assert said[6] == "办结日期在登记日期之前。"
    assert said[7] == "内容没有填。"
    assert said[9] == "原编号和第 10 行一样。"
    assert fates(outlook) == [Fate.REFUSED] * 8 + [Fate.NEW, Fate.REFUSED]


@pytest.mark.parametrize(
    "written",
    [
        "2025/11/3",
        "2025.11.03",
        "2025年11月3日",
        "２０２５－１１－０３",
        "2025-11-03 14:30:00",
        datetime.fromisoformat("2025-11-03"),
    ],
)
def test_a_day_is_read_however_it_is_written(cast: Cast, written: object) -> None:
    outlook = looked_at(cast, Kind.REGISTER, workbook(REGISTER, ("1", written, *LIFT[2:])))
    assert fates(outlook) == [Fate.NEW], outlook.rows[0].words
    assert f"{local(outlook.rows[0].what.at, 'Asia/Shanghai'):%Y-%m-%d}" == "2025-11-03"


def test_whom_an_old_complaint_is_about_does_not_see_it(cast: Cast) -> None:
    heads = (*REGISTER, "被投诉人")
    taken_over(cast, Kind.REGISTER, workbook(heads, (*LIFT, "王强")))
    assert is_about(_former("电梯门关不上"), cast.person("wangqiang"))


# The command of the operator (contract)


def _ran(app: Flask, *words: str) -> Any:
    db.session.rollback()
    return app.test_cli_runner().invoke(args=["import", *words])


def test_the_operator_sees_every_row_and_then_imports(cast: Cast, app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "台账.xlsx"
    file.write_bytes(workbook(REGISTER, LIFT, ("x", "上个月", *LIFT[2:])))
    dry = json.loads(_ran(app, "register", str(file), "--dry-run", "--json").output)
    assert (dry["new"], dry["refused"], dry["written"]) == (1, 1, 0)
    assert dry["rows"][1]["words"] == ["B3 看不懂日期“上个月”，请写成 2025-03-08。"]
    assert db.session.query(Case).count() == 0
    assert json.loads(_ran(app, "register", str(file), "--json").output)["written"] == 1
    again = json.loads(_ran(app, "register", str(file), "--json").output)
    assert (again["same"], again["written"]) == (1, 0)
    broken = tmp_path / "坏.xlsx"
    broken.write_bytes(b"PK\x03\x04 and then nothing")
    told = _ran(app, "units", str(broken))
    assert told.exit_code == 1
    assert "没有传完整" in told.output


def test_five_thousand_rows_are_written_in_many_small_changes(cast: Cast) -> None:
    """A file that is broken off goes on where it stopped: what is written is known by its own row."""
    rows = [(f"N{n:05}", *LIFT[1:]) for n in range(120)]
    data = workbook(REGISTER, *rows)
    ids = cast.estate.id, cast.person("hemei").id
    outlook = looked_at(cast, Kind.REGISTER, data)
    done = running.carry_out(Kind.REGISTER, outlook, data, *ids, until=datetime(2000, 1, 1, tzinfo=UTC))
    assert (done.written, done.left) == (0, 120)
    done = running.carry_out(Kind.REGISTER, outlook, data, *ids)
    assert (done.written, done.left) == (120, 0)
    numbers = list(db.session.scalars(db.select(Case.archive_serial).order_by(Case.id)))
    assert numbers == list(range(1, 121))
