"""CSV as Excel and WPS write it: UTF-8 or GB18030, commas, semicolons or tabs."""

import csv
from collections.abc import Iterator
from io import StringIO

from flask_babel import gettext as _

from shared.errors import Refused
from shared.imports.sheets import LONGEST_CELL, MOST_COLUMNS, Cell, Row, cleaned, gathered, letters

ENCODINGS = ("utf-8-sig", "gb18030")


def read(data: bytes) -> list[Row]:
    """The rows that hold something. Raises Refused when it is no text, or no table."""
    text = _decoded(data)
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(",;\t", key=first.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator)
    try:
        return gathered(_rows(reader))
    except csv.Error as error:
        raise Refused(_("CSV 文件的格式不对，读不下去。请用 Excel 打开，另存为 .xlsx 再导入。")) from error


def _decoded(data: bytes) -> str:
    if b"\x00" in data:
        raise Refused(_("这不是 CSV 文本。请用 Excel 另存为 .xlsx 或“CSV UTF-8”再导入。"))
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused(_("看不懂这份文件的文字编码。请用 Excel 另存为 .xlsx 再导入。"))


def _rows(reader: Iterator[list[str]]) -> Iterator[Row]:
    for number, fields in enumerate(reader, start=1):
        yield Row(number, [_cell(number, n, field) for n, field in enumerate(fields[:MOST_COLUMNS], start=1)])


def _cell(row: int, column: int, field: str) -> Cell:
    text = cleaned(field)[:LONGEST_CELL]
    at = f"{letters(column)}{row}"
    return Cell(at, is_formula=True) if text.startswith("=") else Cell(at, text)
