"""Excel workbooks (.xlsx): the first sheet, a row at a time, within limits that no small file can make us pass."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from io import BytesIO
from typing import Any
from zipfile import BadZipFile, ZipFile

import openpyxl
from flask_babel import gettext as _
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from shared.errors import Refused
from shared.imports.sheets import LONGEST_CELL, MOST_COLUMNS, Cell, Row, cleaned, gathered, letters

# A workbook of 10,000 rows is about 15 MB when it is opened out; a bomb of a megabyte is gigabytes (T12).
MOST_UNPACKED = 48 * 1024 * 1024
MOST_PARTS = 500
PICTURES = "xl/media/"  # never read; anything else may be taken for a sheet, whatever its name ends in
LOWEST = 100_000  # a sheet may say that its last row is the millionth
OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"  # .xls, and any workbook under a password
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_ENTITIES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def read(data: bytes) -> tuple[list[Row], list[tuple[int, int]]]:
    """The rows of the first sheet that hold something, and the spans of rows that merged cells tie together.

    Raises Refused when it is no workbook, is damaged, or would take too much room.
    """
    if data.startswith(OLD_WORKBOOK):
        raise Refused(_("这是旧的 .xls 文件，或加了密码。请用 Excel 去掉密码，另存为 .xlsx 再导入。"))
    _weigh(data)
    try:
        book = openpyxl.load_workbook(BytesIO(data), read_only=True, keep_links=False, keep_vba=False)
        sheet = book.worksheets[0]
        if not isinstance(sheet, ReadOnlyWorksheet):
            raise Refused(_("第一张工作表里没有表格。"))
        sheet.reset_dimensions()
        rows = gathered(_rows(sheet))
        return rows, _tied(data)
    except Refused:
        raise
    except Exception as error:  # whatever its parts are broken in, the file cannot be read
        raise Refused(_("这份 Excel 文件坏了，打不开。请用 Excel 打开它，另存一份再导入。")) from error


def _weigh(data: bytes) -> None:
    """Look at what the archive says of itself before anything is opened out; it gives no more than it says."""
    try:
        with ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
            size = sum(part.file_size for part in parts)
            if size > MOST_UNPACKED or len(parts) > MOST_PARTS:
                raise Refused(_("这份文件展开后太大。请只留要导入的那张表，删掉图片，分成几份再导入。"))
            for part in parts:
                if not part.filename.startswith(PICTURES) and _ENTITIES.search(_narrow(archive.read(part))):
                    raise Refused(_("这份文件里有不该有的内容，没有打开。请新建一份表格，粘贴数值再导入。"))
    except (BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise Refused(_("这不是 Excel 文件，或者没有传完整。请选 .xlsx 或 .csv 文件。")) from error


def _narrow(part: bytes) -> bytes:
    """In UTF-16 each letter of the signs that are looked for stands beside a NUL."""
    return part.replace(b"\x00", b"")


def _tied(data: bytes) -> list[tuple[int, int]]:
    """Rows that one merged cell covers together: only its first row would have the value."""
    with ZipFile(BytesIO(data)) as archive:
        names = sorted(n for n in archive.namelist() if n.startswith("xl/worksheets/") and n.endswith(".xml"))
        found = _MERGED.findall(archive.read(names[0])) if names else []
    spans = [(int(first), int(last)) for _from, first, _to, last in found]
    return [(first, last) for first, last in spans if last > first]


def _rows(sheet: Any) -> Iterator[Row]:
    for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), start=1):
        if number > LOWEST:
            raise Refused(_("表格下面有太多空行。请把要导入的部分复制到一张新表，再导入。"))
        if any(cell.value is not None for cell in cells):
            yield Row(number, [_cell(number, column, cell) for column, cell in enumerate(cells, start=1)])


def _cell(row: int, column: int, cell: Any) -> Cell:
    at = f"{letters(column)}{row}"
    if cell.data_type == "f" or (isinstance(cell.value, str) and cell.value.startswith("=")):
        return Cell(at, is_formula=True)
    return Cell(at, _value(cell.value))


def _value(value: Any) -> str | date | datetime:
    match value:
        case None:
            return ""
        case datetime() | date():
            return value
        case time():
            return value.strftime("%H:%M")
        case bool():
            return _("是") if value else _("否")
        case float() if value.is_integer():
            return str(int(value))  # a telephone or a number that was typed as one
        case _:
            return cleaned(str(value))[:LONGEST_CELL]
