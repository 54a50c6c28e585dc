"""Reading where entries stand: their decisions, and the counter-entries that take them back."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from shared.assessment.models import Entry
from shared.assessment.standing import (
    DERIVED,
    FALLEN,
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
    """Of each entry by its id. What is about it, and what it is about, are read once for all."""
    wanted = list(entries)
    around = _around(wanted)
    by_id = {entry.id: entry for entry in [*around, *wanted]}
    own = {i: standing_of(entry.decisions) for i, entry in by_id.items()}
    countered = {
        entry.about_id
        for entry in by_id.values()
        if entry.origin == Origin.COUNTER and own[entry.id].stands and entry.about_id is not None
    }
    named = {entry.about_id for entry in by_id.values() if is_naming(entry)}
    bare = {i: standing_of(entry.decisions, countered=i in countered) for i, entry in by_id.items()}
    return {
        entry.id: _beside(entry, bare[entry.id], bare.get(entry.about_id or 0), is_named=entry.id in named)
        for entry in wanted
    }


def standing_now(entry: Entry) -> Standing:
    return standings_of([entry])[entry.id]


def is_naming(entry: Entry) -> bool:
    """Whether it names the person of another entry, which named none."""
    return entry.about_id is not None and entry.origin not in DERIVED


def _beside(entry: Entry, bare: Standing, about: Standing | None, *, is_named: bool) -> Standing:
    if bare.state is not State.PROPOSED:
        return bare
    if is_named:
        return replace(bare, state=State.NAMED)
    if entry.origin in DERIVED and about is not None and about.state in FALLEN:
        return replace(bare, state=State.LAPSED)
    return bare


def _around(entries: Sequence[Entry]) -> Sequence[Entry]:
    """The entries that these are about, and all that are about either: what takes back the one ends the other."""
    if not entries:
        return []
    abouts = {entry.about_id for entry in entries if entry.about_id is not None}
    either = abouts | {entry.id for entry in entries}
    return db.session.scalars(
        select(Entry)
        .where(or_(Entry.about_id.in_(either), Entry.id.in_(abouts)))
        .options(selectinload(Entry.decisions))
        .execution_options(populate_existing=True)
    ).all()


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
