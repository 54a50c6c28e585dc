"""Forms of the regulations filled in from a case, each on one sheet of A4: record sheet (VK-7), follow-up (TR-16)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from shared.exports.typesetting import typeset

LONGEST = 4_000  # signs of one text that the press is given; a sheet holds fewer


@dataclass(frozen=True, slots=True)
class Signature:
    """Who stands for it, and when; empty: a line to sign on. *picture*: the signature itself, a JPEG."""

    role: str
    name: str = ""
    date: str = ""
    picture: bytes = b""


@dataclass(frozen=True, slots=True)
class Part:
    """A field of the form: its name, short answers *before* what is written in it and after it, who signs."""

    name: str
    text: str
    before: Sequence[tuple[str, str]] = ()
    notes: Sequence[tuple[str, str]] = ()
    signatures: Sequence[Signature] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """All in words, as its reader may see them. *numbers*: of the form, not of the case."""

    estate: str
    title: str
    numbers: Sequence[str]
    serial: str
    top: Sequence[tuple[str, str]]
    parts: Sequence[Part]
    footer: str


def draw(sheet: Sheet, at: datetime) -> bytes:
    """The PDF, on one page whatever was written: long texts are set smaller, then cut, and the case is named."""
    return typeset(
        "form",
        {
            "estate": sheet.estate,
            "title": sheet.title,
            "numbers": list(sheet.numbers),
            "serial": sheet.serial,
            "top": [[name, value or "—"] for name, value in sheet.top],
            "parts": [_part(part) for part in sheet.parts],
            "footer": sheet.footer,
            "words": {"serial": _("序号"), "date": _("日期"), "more": _("……（续见台账）")},
        },
        at,
    )


def _part(part: Part) -> dict[str, Any]:
    return {
        "name": part.name,
        "text": part.text[:LONGEST],
        "before": [list(pair) for pair in part.before],
        "notes": [list(pair) for pair in part.notes],
        "signatures": [
            {
                "role": each.role,
                "name": each.name,
                "date": each.date,
                "picture": list(each.picture) if each.picture else None,
            }
            for each in part.signatures
        ],
    }
