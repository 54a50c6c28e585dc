"""Which column is what: headings as estates write them, in the order and the spelling of their own table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from shared import words
from shared.errors import Refused
from shared.imports import commas, workbooks
from shared.imports.sheets import LOOKED_THROUGH, MOST_BYTES, Cell, Row, cleaned, folded

NOTHING = Cell("")


@dataclass(frozen=True, slots=True)
class Column:
    """*title* is what our own template says; *spellings* are what others say for it."""

    name: str
    title: str
    spellings: tuple[str, ...] = ()
    is_needed: bool = False
    example: str = ""

    def answers_to(self, heading: str) -> bool:
        said = folded(heading)
        return said in {folded(spelling) for spelling in (self.title, *self.spellings)}


@dataclass(frozen=True, slots=True)
class Entry:
    """A row by the names of its columns."""

    number: int
    cells: Mapping[str, Cell]

    def cell(self, name: str) -> Cell:
        return self.cells.get(name, NOTHING)

    def text(self, name: str) -> str:
        return self.cell(name).text


@dataclass(frozen=True, slots=True)
class Table:
    """What a file holds of what was looked for; *ignored* are headings that mean nothing here."""

    entries: Sequence[Entry]
    ignored: tuple[str, ...]
    found: frozenset[str]


def read(data: bytes, filename: str, columns: Sequence[Column]) -> Table:
    """The table in a file. Raises Refused, with a sentence for whoever chose it."""
    if not data:
        raise Refused(_("文件是空的。"))
    if len(data) > MOST_BYTES:
        raise Refused(_("文件超过 %(n)s MB。请分成几份导入。", n=MOST_BYTES // 1024 // 1024))
    ties: list[tuple[int, int]] = []
    if data.startswith(b"PK") or data.startswith(workbooks.OLD_WORKBOOK):
        rows, ties = workbooks.read(data)
    elif filename.lower().endswith((".xlsx", ".xlsm", ".xls")):
        raise Refused(_("这不是 Excel 文件，或者没有传完整。请选 .xlsx 或 .csv 文件。"))
    else:
        rows = commas.read(data)
    return _table(rows, columns, ties)


def _table(rows: Sequence[Row], columns: Sequence[Column], ties: Sequence[tuple[int, int]]) -> Table:
    if not rows:
        raise Refused(_("表格是空的。"))
    head = max(rows[:LOOKED_THROUGH], key=lambda row: len(_places(row, columns)))
    places = _places(head, columns)
    missing = [c.title for c in columns if c.is_needed and c.name not in places]
    if missing:
        raise Refused(
            _(
                "没找到这些列：%(names)s。请在第一行写上列名，或下载模板照着填。",
                names=words.listed(f"“{title}”" for title in missing),
            )
        )
    below = [row for row in rows if row.number > head.number]
    _refuse_ties(below, ties)
    if not below:
        raise Refused(_("只有列名，没有内容。"))
    known = set(places.values())
    ignored = tuple(cell.text for n, cell in enumerate(head.cells) if cell.text and n not in known)
    return Table([_entry(row, places) for row in below], ignored, frozenset(places))


def _places(row: Row, columns: Sequence[Column]) -> dict[str, int]:
    """Column names to places; of two headings of one meaning the first."""
    found: dict[str, int] = {}
    for place, cell in enumerate(row.cells):
        column = next((c for c in columns if cell.text and c.answers_to(cell.text)), None)
        if column is not None:
            found.setdefault(column.name, place)
    return found


def _refuse_ties(rows: Sequence[Row], ties: Sequence[tuple[int, int]]) -> None:
    numbers = {row.number for row in rows}
    for first, last in ties:
        if numbers & set(range(first, min(last, first + 1_000) + 1)):
            raise Refused(
                _(
                    "第 %(first)s 到 %(last)s 行有合并的单元格。请先取消合并，把每一格都填上。",
                    first=first,
                    last=last,
                )
            )


def _entry(row: Row, places: Mapping[str, int]) -> Entry:
    held = {name: row.cells[place] for name, place in places.items() if place < len(row.cells)}
    return Entry(row.number, held)


def one_line(text: str) -> str:
    """A name or a number in a cell, without the line breaks of Excel."""
    return " ".join(cleaned(text).split())
