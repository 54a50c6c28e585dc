"""The register as a table for a spreadsheet: a heading for each column; every cell is text."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import BinaryIO

from flask_babel import gettext as _

from shared import words
from shared.clock import local
from shared.exports import spreadsheets
from shared.exports.register_rows import ExportRow
from shared.exports.spreadsheets import Form

TABLES = {
    "kind": words.KINDS,
    "category": words.CATEGORIES,
    "channel": words.CHANNELS,
    "urgency": words.URGENCIES,
    "severity": words.SEVERITIES,
    "validity": words.VALIDITIES,
    "state": words.STATES,
}


def write(rows: Sequence[ExportRow], form: Form) -> bytes:
    """The file, of cases that fit into memory."""
    return spreadsheets.whole(_("台账"), headings(), _lines(rows), form)


def write_part(rows: Sequence[ExportRow], form: Form, begins: int) -> bytes:
    """Some rows of a long file; *begins*: how many stand before them."""
    return spreadsheets.part(_lines(rows), form, begins)


def bind(out: BinaryIO, parts: Iterable[BinaryIO], form: Form) -> None:
    """The long file of its *parts*."""
    spreadsheets.bind(out, _("台账"), headings(), parts, form)


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


def _cells(row: ExportRow, said: Mapping[str, Mapping[str, str]]) -> list[str]:
    facts = row.facts
    return [
        facts.archive_number,
        facts.estate,
        _moment(facts.filed_at, facts.zone),
        said["kind"][facts.kind],
        said["category"][facts.category],
        said["channel"][facts.channel],
        said["urgency"][facts.urgency],
        said["severity"][facts.severity],
        said["validity"][facts.validity],
        facts.building or "",
        row.spot,
        row.said,
        row.demands,
        row.party,
        row.phone,
        said["state"][facts.state],
        str(facts.round),
        facts.department or "",
        facts.handler or "",
        facts.first_responder or "",
        _moment(facts.next_due_at, facts.zone),
    ]


def _moment(at: datetime | None, zone: str) -> str:
    return f"{local(at, zone):%Y-%m-%d %H:%M}" if at else ""


def _lines(rows: Sequence[ExportRow]) -> Iterator[list[str]]:
    """Each word is looked up once: said anew for every cell, they took half the time."""
    said = {name: {code: str(word) for code, word in table.items()} for name, table in TABLES.items()}
    return (_cells(row, said) for row in rows)
