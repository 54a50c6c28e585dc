"""Archive numbers (档案编号): sequential per estate and year, no gap, none twice (AH-6.1)."""

from datetime import datetime
from typing import cast

from sqlalchemy import Table, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from shared.cases.models import ArchiveCounter, Case
from shared.clock import local
from shared.database import db, run
from shared.identity.models import Estate

HELD = "archive_counters"  # in db.session.info, which every change begins empty: those that it holds already
# Built once: every filing asks them.
_COUNTERS = cast("Table", ArchiveCounter.__table__)
_OF_YEAR = (_COUNTERS.c.estate_id == bindparam("estate"), _COUNTERS.c.year == bindparam("of_year"))
_LOCKED = select(_COUNTERS.c.last).where(*_OF_YEAR).with_for_update()
_TAKEN = update(_COUNTERS).where(*_OF_YEAR).values(last=_COUNTERS.c.last + 1).returning(_COUNTERS.c.last)


def lock(estate: Estate, at: datetime) -> int:
    """Hold the counter of the estate's year until the change ends, and give that year.

    Whoever files next at this estate waits here, and so sees this filing when its turn comes.
    """
    year = local(at, estate.zone).year
    held: set[tuple[int, int]] = db.session.info.setdefault(HELD, set())
    if (estate.id, year) in held:
        return year
    held.add((estate.id, year))
    told = {"estate": estate.id, "of_year": year}
    if run(_LOCKED, told).scalar() is None:
        insert = postgresql_insert if db.engine.dialect.name == "postgresql" else sqlite_insert
        db.session.execute(
            insert(ArchiveCounter).values(estate_id=estate.id, year=year, last=0).on_conflict_do_nothing()
        )
        run(_LOCKED, told).scalar()
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


def take(estate: Estate, year: int) -> tuple[int, str]:
    """The next serial and the number people read (`JX-26-0147`). Only after `lock`, in the same change."""
    serial = run(_TAKEN, {"estate": estate.id, "of_year": year}).scalar()
    if serial is None:
        raise RuntimeError("the archive counter was not locked before a number was taken")
    return serial, _number(estate, year, serial)


def _number(estate: Estate, year: int, serial: int) -> str:
    return f"{estate.code}-{year % 100:02d}-{serial:04d}"
