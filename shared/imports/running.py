"""The way of every import: look at the file, say each row's fate, and only then write, a few rows at a time.

A change holds the desk's other writers up for as long as it lasts, so a file is written in many; each row knows by
itself whether it is here already, so what was broken off goes on with the same file.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from operator import attrgetter
from typing import Any

from shared import clock
from shared.audit import settings
from shared.database import db, transaction
from shared.identity.models import Estate, User
from shared.imports import former, former_rows, headings, staff, units
from shared.imports.fates import Fate, Outlook, Planned
from shared.imports.headings import Column, Table
from shared.sealing import digest

AT_A_TIME = 50  # rows in one change: about half a second
IMPORT = "import.file"  # in the record of changed settings


class Kind(StrEnum):
    """The contract's names: `flask import units|staff|register`."""

    UNITS = "units"
    STAFF = "staff"
    REGISTER = "register"


@dataclass(frozen=True, slots=True)
class Way:
    """How one kind is read and written."""

    columns: Sequence[Column]
    look: Callable[[Table, Estate, datetime, User], Outlook]
    enter: Callable[..., list[tuple[str, str]]]
    order: Callable[[Planned], Any] = attrgetter("number")


WAYS = {
    Kind.UNITS: Way(units.COLUMNS, units.look, units.enter),
    Kind.STAFF: Way(staff.COLUMNS, staff.look, staff.enter),
    Kind.REGISTER: Way(former_rows.COLUMNS, former.look, former.enter, former.order),
}


@dataclass(slots=True)
class Done:
    """What was written; *left* rows are still to be. *links*: names, and where they choose a password; shown once."""

    written: int = 0
    left: int = 0
    links: list[tuple[str, str]] = field(default_factory=list)


def look(kind: Kind, data: bytes, filename: str, estate: Estate, *, by: User, at: datetime) -> Outlook:
    """Every row's fate; writes nothing. Raises Refused when the file cannot be read."""
    way = WAYS[kind]
    table = headings.read(data, filename, way.columns)
    return replace(way.look(table, estate, at, by), ignored=table.ignored)


def carry_out(
    kind: Kind, outlook: Outlook, data: bytes, estate_id: int, user_id: int, *, until: datetime | None = None
) -> Done:
    """Write what is new or changed, each few rows in a change of their own, at most until *until*."""
    waiting = sorted(outlook.to_do, key=WAYS[kind].order)
    done = Done(left=len(waiting))
    while waiting and (until is None or clock.now() < until):
        some, waiting = waiting[:AT_A_TIME], waiting[AT_A_TIME:]
        _write(kind, some, data, estate_id, user_id, done)
        done.written += len(some)
        done.left = len(waiting)
    return done


def _write(
    kind: Kind, rows: Sequence[Planned], data: bytes, estate_id: int, user_id: int, done: Done
) -> None:
    with transaction():
        estate, by = db.session.get_one(Estate, estate_id), db.session.get_one(User, user_id)
        at = clock.now()
        done.links += WAYS[kind].enter(rows, estate, by=by, at=at)
        told = {
            "kind": kind.value,
            "file": digest(data).hex()[:16],
            "new": sum(1 for row in rows if row.fate is Fate.NEW),
            "changed": sum(1 for row in rows if row.fate is Fate.CHANGED),
        }
        settings.note(user_id=by.id, estate_id=estate.id, what=IMPORT, before=None, after=told, at=at)
