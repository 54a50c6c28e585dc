"""What becomes of each row, said before anything is written."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _

from shared.imports.headings import Entry


class Fate(StrEnum):
    NEW = "new"
    SAME = "same"
    CHANGED = "changed"
    REFUSED = "refused"


@dataclass(slots=True)
class Planned:
    """A row and what is to be done with it. *what* is for its own kind of import alone."""

    number: int
    title: str
    fate: Fate
    words: list[str] = field(default_factory=list)  # why it is refused, what changes, what is worth knowing
    what: Any = None

    def as_data(self) -> dict[str, Any]:
        return {"row": self.number, "title": self.title, "fate": self.fate, "words": self.words}


@dataclass(frozen=True, slots=True)
class Outlook:
    """The whole file, looked at; *remarks* are about it as a whole, *ignored* are headings that mean nothing here."""

    rows: Sequence[Planned]
    remarks: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()

    @property
    def counts(self) -> dict[Fate, int]:
        found = Counter(row.fate for row in self.rows)
        return {fate: found[fate] for fate in Fate}

    @property
    def to_do(self) -> list[Planned]:
        return [row for row in self.rows if row.fate in (Fate.NEW, Fate.CHANGED)]


def formulas_of(entry: Entry) -> list[str]:
    """A sentence for each cell whose value is worked out by Excel and is not in the file for certain."""
    return [
        _("%(at)s 是公式。请复制这一列，选择性粘贴为“数值”。", at=cell.at)
        for cell in entry.cells.values()
        if cell.is_formula
    ]


def refused(entry: Entry, title: str, words: list[str]) -> Planned:
    return Planned(entry.number, title, Fate.REFUSED, words)
