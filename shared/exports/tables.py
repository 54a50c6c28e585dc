"""Documents of tables and texts: reports, statistics and statements, on A4."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from shared.exports.typesetting import typeset

LONGEST = 20_000  # signs of one text


@dataclass(frozen=True, slots=True)
class Remark:
    """A column of its own beside all rows; empty it is written in by hand."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """*widths*: shares of the line; *numbers*: how many of the last columns are numbers. Empty rows say *empty*."""

    name: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[int] = ()
    numbers: int = 0
    note: str = ""
    empty: str = ""
    remark: Remark | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """Without a text there is *room* to write one by hand, in mm."""

    name: str
    text: str
    room: int = 20
    note: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart as SVG; the numbers it shows stand in a table beside it."""

    name: str
    svg: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """All in words. *days*: the time it is of; *footer* says who took it out, and when."""

    estate: str
    title: str
    days: str
    facts: Sequence[tuple[str, str]]
    sections: Sequence[Table | Text | Picture]
    footer: str
    wide: bool = False


def draw(document: Document, at: datetime) -> bytes:
    """The PDF, on as many pages as it takes."""
    return typeset(
        "tables",
        {
            "estate": document.estate,
            "title": document.title,
            "days": document.days,
            "facts": [[name, value] for name, value in document.facts if value],
            "sections": [_section(each) for each in document.sections],
            "footer": document.footer,
            "wide": document.wide,
        },
        at,
    )


def _section(section: Table | Text | Picture) -> dict[str, Any]:
    common = {"name": section.name, "note": section.note}
    if isinstance(section, Text):
        return {**common, "kind": "text", "text": section.text[:LONGEST], "room": section.room}
    if isinstance(section, Picture):
        return {**common, "kind": "picture", "svg": section.svg}
    columns = len(section.headings)
    return {
        **common,
        "kind": "table",
        "headings": list(section.headings),
        "rows": [list(row) for row in section.rows],
        "widths": list(section.widths) or [1] * columns,
        "numbers": [n >= columns - section.numbers for n in range(columns)],
        "empty": section.empty or _("没有。"),
        "remark": [section.remark.name, section.remark.text[:LONGEST]] if section.remark else None,
    }
