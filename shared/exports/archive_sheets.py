"""The archive sheet (归档单) of a case on A4: what was reported, what was done, what the owner said of it (AH-6.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from shared.exports.typesetting import typeset
from shared.identity.models import Estate

LONGEST = 2_000  # of one text; a sheet is read, not searched


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the record."""

    when: str
    title: str
    who: str
    text: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """All in words, as its reader may see them. *footer* says who took it out, and when."""

    number: str
    reference: str
    facts: Sequence[tuple[str, str]]
    texts: Sequence[tuple[str, str]]
    record: Sequence[Event]
    footer: str


def draw(estate: Estate, sheet: Sheet, at: datetime) -> bytes:
    """The PDF, on as many pages as it takes."""
    return typeset(
        "archive",
        {
            "estate": estate.name,
            "number": sheet.number,
            "reference": sheet.reference,
            "facts": [[name, value] for name, value in sheet.facts if value],
            "texts": [[name, value[:LONGEST]] for name, value in sheet.texts if value],
            "record": [[e.when, e.title, e.who, e.text[:LONGEST]] for e in sheet.record],
            "footer": sheet.footer,
            "words": {
                "title": _("诉求归档单"),
                "record": _("办理记录"),
                "archive_number": _("档案编号"),
                "reference": _("查询号"),
            },
        },
        at,
    )
