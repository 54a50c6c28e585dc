"""Archive numbers (档案编号): sequential per estate and year, no gap, none twice (AH-6.1)."""

from datetime import datetime
from functools import cache
from typing import cast

from sqlalchemy import Table, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningInsert

from shared.cases.models import ArchiveCounter, Case
from shared.clock import local
from shared.database import db, run
from shared.identity.models import Estate

HELD = "archive_counters"  # in db.session.info, which every change begins empty: those that it holds already
# Those who wait for a row that is rewritten meanwhile are not served in the order in which they came: one in twenty
# waited seven seconds while others filed twice. Who waits for a lock of this kind is.
_TURN = select(func.pg_advisory_xact_lock(bindparam("estate"), bindparam("of_year")))


def lock(estate: Estate, at: datetime) -> int:
    """Hold the counter of the estate's year until the change ends, and give that year.

    Whoever files next at this estate waits here, and so sees this filing when its turn comes. On SQLite every change
    waits anyway.
    """
    year = local(at, estate.zone).year
    held: set[tuple[int, int]] = db.session.info.setdefault(HELD, set())
    if (estate.id, year) not in held and db.engine.dialect.name == "postgresql":
        run(_TURN, {"estate": estate.id, "of_year": year})
    held.add((estate.id, year))
    return year


FIRST_APART = 900_001  # far above what an estate files in a year


def take_apart(estate: Estate, year: int) -> tuple[int, str]:
    """The same for a report from inside, from a series of its own: a gap among the others would tell of it (CO-M5).

    Only after `lock`, in the same change.
    """
    last = db.session.scalar(
        select(func.max(Case.archive_serial)).where(
            Case.estate_id == estate.id, Case.archive_year == year, Case.archive_serial >= FIRST_APART
        )
    )
    serial = last + 1 if last else FIRST_APART
    return serial, _number(estate, year, serial)


@cache
def _taken(engine: str) -> ReturningInsert[int]:
    """The next serial of a year, whose first counter is made with it; built once."""
    dialect = postgresql if engine == "postgresql" else sqlite
    counters = cast("Table", ArchiveCounter.__table__)
    return (
        dialect.insert(counters)
        .values(estate_id=bindparam("estate"), year=bindparam("of_year"), last=1)
        .on_conflict_do_update(
            index_elements=[counters.c.estate_id, counters.c.year], set_={"last": counters.c.last + 1}
        )
        .returning(counters.c.last)
    )


def take(estate: Estate, year: int) -> tuple[int, str]:
    """The next serial and the number people read (`JX-26-0147`). Only after `lock`, in the same change."""
    if (estate.id, year) not in db.session.info.get(HELD, ()):
        raise RuntimeError("the archive counter was not locked before a number was taken")
    serial = run(_taken(db.engine.dialect.name), {"estate": estate.id, "of_year": year}).scalar_one()
    return serial, _number(estate, year, serial)


def _number(estate: Estate, year: int, serial: int) -> str:
    return f"{estate.code}-{year % 100:02d}-{serial:04d}"
