"""A table as a file for a spreadsheet, Excel or CSV, made in parts of any number: no cell is ever a formula (T16)."""

import csv
import re
import zipfile
from collections.abc import Iterable, Sequence
from enum import StrEnum
from io import BytesIO, StringIO
from shutil import copyfileobj
from typing import BinaryIO
from xml.sax.saxutils import escape  # nosec B406 # written, never read

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from shared.exports.cells import safe

# What no XML may hold: one of them in one cell, and Excel calls the whole file damaged.
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
BOM = "\ufeff"  # without it Excel reads Chinese as something else
LONGEST = 32_767  # signs in a cell; Excel calls a file with more damaged
SHEET = "xl/worksheets/sheet1.xml"
END_OF_ROWS = b"</sheetData>"
NARROWEST = 17  # letters: a day with its time
PACKED = 3  # of 9: half the time for a tenth more bytes


class Form(StrEnum):
    XLSX = "xlsx"
    CSV = "csv"


MIMETYPES = {
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Form.CSV: "text/csv; charset=utf-8",
}

Line = Sequence[str]


def part(lines: Iterable[Line], form: Form, begins: int = 0) -> bytes:
    """Some lines of the table as `bind` takes them; *begins*: how many stand before them."""
    return _rows(lines, begins + 2) if form is Form.XLSX else _commas(lines)


def bind(out: BinaryIO, title: str, headings: Line, parts: Iterable[BinaryIO], form: Form) -> None:
    """Write the whole file: the headings, then the *parts*, read a little at a time."""
    if form is Form.CSV:
        out.write(BOM.encode() + _commas([headings]))
        for each in parts:
            copyfileobj(each, out)
        return
    with zipfile.ZipFile(_book(title, headings)) as book, _packed(out) as packed:
        for name in book.namelist():
            if name != SHEET:
                packed.writestr(name, book.read(name))
        before, end, after = book.read(SHEET).partition(END_OF_ROWS)
        with packed.open(SHEET, "w", force_zip64=True) as sheet:
            sheet.write(before)
            for each in parts:
                copyfileobj(each, sheet)
            sheet.write(end + after)


def whole(title: str, headings: Line, lines: Iterable[Line], form: Form) -> bytes:
    """The file of a table that is short."""
    out = BytesIO()
    bind(out, title, headings, [BytesIO(part(lines, form))], form)
    return out.getvalue()


def _packed(out: BinaryIO) -> zipfile.ZipFile:
    return zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=PACKED)


def _book(title: str, headings: Line) -> BytesIO:
    """A workbook with its headings alone, which stay in sight; the rows are put in as text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "B2"
    for column, heading in enumerate(headings, 1):
        sheet.column_dimensions[get_column_letter(column)].width = max(NARROWEST, 2 * len(heading) + 3)
    sheet.append([_clean(heading) for heading in headings])
    content = BytesIO()
    book.save(content)
    return content


def _rows(lines: Iterable[Line], number: int) -> bytes:
    """By hand: the library takes ten times as long, and keeps no place to go on from."""
    return "".join(_row(line, number + n) for n, line in enumerate(lines)).encode()


def _row(line: Line, number: int) -> str:
    cells = "".join(
        f'<c r="{get_column_letter(column)}{number}" t="inlineStr">'
        f'<is><t xml:space="preserve">{escape(_clean(cell))}</t></is></c>'
        for column, cell in enumerate(line, 1)
        if cell
    )
    return f'<row r="{number}">{cells}</row>'


def _commas(lines: Iterable[Line]) -> bytes:
    content = StringIO(newline="")
    csv.writer(content).writerows([_clean(cell) for cell in line] for line in lines)
    return content.getvalue().encode()


def _clean(cell: str) -> str:
    return safe(ILLEGAL.sub("", cell).replace("\r\n", "\n"))[:LONGEST] if cell else ""
