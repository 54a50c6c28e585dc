"""A blank of each table to download: headings as we know them best, and a line that shows how to fill it in."""

from io import BytesIO

from flask_babel import force_locale
from flask_babel import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from shared.imports.running import WAYS, Kind

WIDTH = 16


def draw(kind: Kind) -> bytes:
    """The workbook (.xlsx): cells of text, so that Excel keeps zeros in front and turns nothing into a date."""
    book = Workbook()
    sheet = book.active
    if sheet is None:
        raise RuntimeError("a new workbook has no sheet")
    columns = WAYS[kind].columns
    with force_locale("zh_Hans"):
        sheet.title = _("导入")
    sheet.append([column.title for column in columns])
    sheet.append([column.example for column in columns])
    for place, column in enumerate(columns, start=1):
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = WIDTH
        sheet.column_dimensions[letter].number_format = "@"
        head = sheet.cell(row=1, column=place)
        head.font = Font(bold=column.is_needed)
        head.alignment = Alignment(wrap_text=True)
        sheet.cell(row=2, column=place).number_format = "@"
    sheet.freeze_panes = "A2"
    held = BytesIO()
    book.save(held)
    return held.getvalue()
