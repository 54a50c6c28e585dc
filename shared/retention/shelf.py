"""The archive as a shelf: archived cases by their numbers, with the days on which they are sealed and erased."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from shared.audit.models import TimelineRow
from shared.cases.lifecycle import Act, State
from shared.cases.models import Case
from shared.cases.participation import visible_to
from shared.database import db
from shared.identity.models import Estate, User
from shared.retention import terms

PAGE = 50


@dataclass(frozen=True, slots=True)
class Volume:
    """One archived case. *sealing_at* and *erasure_at* are due, or were done; None: the end is not on record."""

    case: Case
    archived_at: datetime | None
    sealing_at: datetime | None
    erasure_at: datetime | None


def years(user: User, estate: Estate) -> Sequence[int]:
    """The years of which something stands on the shelf, the latest first."""
    found = select(Case.archive_year).where(*_here(user, estate)).distinct()
    return sorted(db.session.scalars(found), reverse=True)


def page(
    user: User, estate: Estate, year: int, *, after: int = 0, most: int = PAGE
) -> tuple[list[Volume], int | None]:
    """The volumes of *year* in the order of their numbers (AH-6.1), and the serial to go on from."""
    archived_at = (
        select(func.max(TimelineRow.at))
        .where(TimelineRow.case_id == Case.id, TimelineRow.act == str(Act.ARCHIVING))
        .correlate(Case)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Case, archived_at, terms.ended_at())
        .where(*_here(user, estate), Case.archive_year == year, Case.archive_serial > after)
        .options(joinedload(Case.building), joinedload(Case.first_responder))
        .order_by(Case.archive_serial)
        .limit(most + 1)
    ).all()
    found = [Volume(case, at, *_dates(case, estate, ended)) for case, at, ended in rows[:most]]
    return found, found[-1].case.archive_serial if len(rows) > most else None


def _here(user: User, estate: Estate) -> tuple[ColumnElement[bool], ...]:
    return visible_to(user), Case.estate_id == estate.id, Case.state == State.ARCHIVED


def _dates(case: Case, estate: Estate, ended: datetime | None) -> tuple[datetime | None, datetime | None]:
    sealing = ended + timedelta(days=estate.sealed_after) if ended else None
    erasure = ended + timedelta(days=estate.erased_after) if ended else None
    return case.sealed_at or sealing, case.erased_at or erasure
