"""How a value stands in a line of PostgreSQL's COPY, and how in a row of SQLite. Pure.

Lines of COPY are the form in which rows leave PostgreSQL; read in and out of it, a desk can move between the engines.
"""

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

NULL = r"\N"
_ESCAPES = {"\\": r"\\", "\n": r"\n", "\r": r"\r", "\t": r"\t", "\b": r"\b", "\f": r"\f", "\v": r"\v"}
_TO_ESCAPE = str.maketrans(_ESCAPES)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_MEANT = {escape[1]: meant for meant, escape in _ESCAPES.items()}


class Kind(StrEnum):
    """What a column holds, as far as the two engines write it down differently."""

    BOOLEAN = "boolean"
    BYTES = "bytes"
    INSTANT = "instant"
    INTEGER = "integer"
    NUMBER = "number"
    TERMS = "terms"  # of the search index: words with spaces between; on PostgreSQL a vector
    TEXT = "text"  # dates and JSON too: both engines keep them as they were written


def line(values: Sequence[Any], kinds: Sequence[Kind]) -> str:
    """A row of SQLite as a line of COPY, with its end."""
    return "\t".join(_written(value, kind) for value, kind in zip(values, kinds, strict=True)) + "\n"


def row(line: str, kinds: Sequence[Kind]) -> list[Any]:
    """A line of COPY as a row of SQLite. Raises ValueError when it is not one."""
    fields = line.removesuffix("\n").split("\t")
    return [_read(field, kind) for field, kind in zip(fields, kinds, strict=True)]


def _written(value: Any, kind: Kind) -> str:
    if value is None:
        return NULL
    if kind == Kind.BOOLEAN:
        return "t" if value else "f"
    if kind == Kind.BYTES:
        return rf"\\x{bytes(value).hex()}"
    if kind == Kind.INSTANT:
        return f"{value}+00"
    if kind == Kind.TERMS:
        return " ".join(f"'{term}'" for term in str(value).split())
    return str(value).translate(_TO_ESCAPE)


def _read(field: str, kind: Kind) -> Any:
    if field == NULL:
        return None
    if "\\" in field:
        field = _ESCAPED.sub(lambda found: _MEANT.get(found[1], found[1]), field)
    if kind == Kind.BOOLEAN:
        return int(field == "t")
    if kind == Kind.BYTES:
        return bytes.fromhex(field.removeprefix("\\x"))
    if kind == Kind.INSTANT:
        return _instant(field)
    if kind == Kind.INTEGER:
        return int(field)
    if kind == Kind.NUMBER:
        return float(field)
    if kind == Kind.TERMS:
        return " ".join(term.strip("'") for term in field.split(" "))
    return field


def _instant(field: str) -> str:
    """`2026-03-02 02:00:00.5+00` with all six places, as SQLAlchemy writes and compares it on SQLite."""
    if not field.endswith("+00"):
        raise ValueError("an instant that is not in UTC")
    whole, _point, parts = field.removesuffix("+00").partition(".")
    return f"{whole}.{parts:<06}"
