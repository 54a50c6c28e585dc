"""Reading where entries stand: their decisions, and the counter-entries that take them back."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from shared.assessment.models import Entry
from shared.assessment.standing import (
    UNCOUNTED,
    VIOLATIONS,
    Origin,
    Standing,
    State,
    row_ending,
    standing_of,
)
from shared.database import db

_COUNTED = frozenset({State.DECIDED, State.APPEALED, State.UPHELD, State.CHANGED})


def standings_of(entries: Iterable[Entry]) -> dict[int, Standing]:
    """Of each entry by its id, in two queries beside the decisions that are loaded."""
    wanted = list(entries)
    countered = _countered([entry.id for entry in wanted])
    return {entry.id: standing_of(entry.decisions, countered=entry.id in countered) for entry in wanted}


def standing_now(entry: Entry) -> Standing:
    return standings_of([entry])[entry.id]


def _countered(ids: Sequence[int]) -> set[int]:
    """Those that a counter-entry takes back which was decided and stands."""
    if not ids:
        return set()
    counters = db.session.scalars(
        select(Entry)
        .where(Entry.about_id.in_(ids), Entry.origin == Origin.COUNTER)
        .options(selectinload(Entry.decisions))
        .execution_options(populate_existing=True)
    )
    return {c.about_id for c in counters if c.about_id is not None and standing_of(c.decisions).stands}


def violations_of(person_id: int, estate_id: int, until: datetime, *, but: int) -> list[datetime]:
    """When the person's decided violations were, up to *until*, the entry *but* left out (GZ-19).

    One that is under appeal counts until it is annulled.
    """
    entries = db.session.scalars(
        select(Entry)
        .where(
            Entry.person_id == person_id,
            Entry.estate_id == estate_id,
            Entry.origin.in_(sorted(VIOLATIONS)),
            Entry.kind.not_in(sorted(UNCOUNTED)),
            Entry.occurred_at <= until,
            Entry.id != but,
        )
        .options(selectinload(Entry.decisions))
        .execution_options(populate_existing=True)
    ).all()
    standings = standings_of(entries)
    return [entry.occurred_at for entry in entries if standings[entry.id].state in _COUNTED]


def place_in_row(entry: Entry, days: int) -> int:
    """The how-manieth violation in a row *entry* is, or would be once decided (GZ-19)."""
    if entry.person_id is None:
        return 1
    earlier = violations_of(entry.person_id, entry.estate_id, entry.occurred_at, but=entry.id)
    return row_ending(earlier, entry.occurred_at, days)
