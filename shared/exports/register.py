"""The register as a file for a spreadsheet: Excel or CSV, where no cell is ever a formula (T16)."""

import csv
from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from io import BytesIO, StringIO

from flask_babel import gettext as _
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from shared import words
from shared.clock import local
from shared.exports.cells import safe
from shared.exports.register_rows import ExportRow

BOM = "\ufeff"  # without it Excel reads Chinese as something else


class Form(StrEnum):
    XLSX = "xlsx"
    CSV = "csv"


MIMETYPES = {
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Form.CSV: "text/csv; charset=utf-8",
}


def write(rows: Sequence[ExportRow], form: Form) -> bytes:
    """The file, with a heading for each column; every cell is text."""
    return _workbook(rows) if form is Form.XLSX else _commas(rows)


def headings() -> list[str]:
    return [
        _("档案编号"),
        _("小区"),
        _("登记时间"),
        _("性质"),
        _("类别"),
        _("渠道"),
        _("紧急程度"),
        _("严重程度"),
        _("有效性"),
        _("楼栋"),
        _("位置"),
        _("诉求内容"),
        _("希望怎么解决"),
        _("诉求人"),
        _("电话"),
        _("状态"),
        _("轮次"),
        _("主办部门"),
        _("处理人"),
        _("首问责任人"),
        _("最近时限"),
    ]


def _cells(row: ExportRow) -> list[str]:
    facts = row.facts
    return [
        facts.archive_number,
        facts.estate,
        _moment(facts.filed_at, facts.zone),
        str(words.KINDS[facts.kind]),
        str(words.CATEGORIES[facts.category]),
        str(words.CHANNELS[facts.channel]),
        str(words.URGENCIES[facts.urgency]),
        str(words.SEVERITIES[facts.severity]),
        str(words.VALIDITIES[facts.validity]),
        facts.building or "",
        row.spot,
        row.said,
        row.demands,
        row.party,
        row.phone,
        words.state_name(facts.state),
        str(facts.round),
        facts.department or "",
        facts.handler or "",
        facts.first_responder or "",
        _moment(facts.next_due_at, facts.zone),
    ]


def _moment(at: datetime | None, zone: str) -> str:
    return f"{local(at, zone):%Y-%m-%d %H:%M}" if at else ""


def _lines(rows: Sequence[ExportRow]) -> Iterator[list[str]]:
    yield headings()
    for row in rows:
        yield [safe(ILLEGAL_CHARACTERS_RE.sub("", cell)) for cell in _cells(row)]


def _workbook(rows: Sequence[ExportRow]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("台账"))
    sheet.freeze_panes = "B2"
    for line in _lines(rows):
        sheet.append(line)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def _commas(rows: Sequence[ExportRow]) -> bytes:
    content = StringIO(newline="")
    csv.writer(content).writerows(_lines(rows))
    return (BOM + content.getvalue()).encode()
