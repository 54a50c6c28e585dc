"""A file as rows of cells, whatever program wrote it; what cannot be read is told in a sentence, never guessed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from unicodedata import normalize

from flask_babel import gettext as _

from shared.errors import Refused

MOST_BYTES = 8 * 1024 * 1024  # a register of 10,000 rows with long words is about five
MOST_ROWS = 10_000
MOST_COLUMNS = 60
LONGEST_CELL = 5_000
LOOKED_THROUGH = 10  # rows from the top among which the headings may stand

Value = str | date | datetime


@dataclass(frozen=True, slots=True)
class Cell:
    """*at* is what people call it (`B5`). A formula has no value that could be trusted."""

    at: str
    value: Value = ""
    is_formula: bool = False

    @property
    def text(self) -> str:
        """As one line or several; of a date its day, and its time where it has one."""
        if isinstance(self.value, datetime):
            has_time = (self.value.hour, self.value.minute) != (0, 0)
            return self.value.strftime("%Y-%m-%d %H:%M" if has_time else "%Y-%m-%d")
        return self.value.isoformat() if isinstance(self.value, date) else self.value


@dataclass(frozen=True, slots=True)
class Row:
    """*number* is the one at the edge of the sheet."""

    number: int
    cells: Sequence[Cell]

    @property
    def is_empty(self) -> bool:
        return not any(cell.value or cell.is_formula for cell in self.cells)


def letters(column: int) -> str:
    """`A` of 1, `AB` of 28."""
    found = ""
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(ord("A") + rest) + found
    return found


def cleaned(text: str) -> str:
    """Without control signs and edges of space; two columns of one meaning are written alike."""
    kept = "".join(
        c for c in text.replace("\r\n", "\n").replace("\r", "\n") if c in "\n\t" or c.isprintable()
    )
    return kept.strip("\ufeff").strip()


def folded(text: str) -> str:
    """For comparing: full width narrow, small letters, no spaces and no signs around headings."""
    narrow = normalize("NFKC", text).casefold()
    return "".join(c for c in narrow if not c.isspace() and c not in "*:：()（）[]【】\"'")


def gathered(rows: Iterable[Row]) -> list[Row]:
    """The rows that hold something. Raises Refused when there are too many."""
    found: list[Row] = []
    for row in rows:
        if row.is_empty:
            continue
        if len(found) > MOST_ROWS:
            raise Refused(_("一份文件最多 %(n)s 行。请分成几份导入。", n=MOST_ROWS))
        found.append(row)
    return found
