"""Reads of what anybody may know of the cases of an estate; nothing personal is loaded (T02)."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select

from portal.open311.catalogue import Service, told_as, topics_of
from portal.open311.filters import OPEN, Wanted
from shared.cases.lifecycle import OPEN as OPEN_STATES
from shared.cases.models import Case, PrivateLink
from shared.cases.participation import ordinary
from shared.database import db
from shared.identity.models import Building, Department
from shared.register import board
from shared.register.board import Named
from shared.register.views import IS_OPEN


def _columns(*conditions: ColumnElement[bool]) -> Any:
    return (
        select(
            Case.id,
            Case.archive_number,
            Case.category,
            Case.topic,
            Case.state,
            Case.filed_at,
            Case.changed_at,
            Case.building_id,
            Building.name.label("building"),
            Department.name.label("department"),
        )
        .outerjoin(Building, Building.id == Case.building_id)
        .outerjoin(Department, Department.id == Case.lead_department_id)
        .where(*conditions)
    )


def requested(estate_id: int, wanted: Wanted, named: Named) -> Sequence[Any]:
    """The page of requests that *wanted* describes, the newest first, and one more if more follow.

    A service finds the cases that anybody is told to be of it: else asking would tell what the list does not.
    """
    conditions = [
        board.may_hang(estate_id),
        Case.filed_at >= wanted.since,
        Case.filed_at <= wanted.until,
    ]
    if wanted.status is not None:
        conditions.append(IS_OPEN if wanted.status == OPEN else Case.state.not_in(sorted(OPEN_STATES)))
    if wanted.services:
        found_by = told_as(wanted.services, named)
        conditions.append(or_(false(), *(_is_of(service) for service in found_by)))
    # The index finds and skips by id alone; names are looked up for the rows of one page.
    ids = (
        select(Case.id)
        .where(*conditions)
        .order_by(Case.filed_at.desc(), Case.id.desc())
        .limit(wanted.size + 1)
        .offset((wanted.page - 1) * wanted.size)
    )
    found = list(db.session.scalars(ids))
    return _newest_first(Case.id.in_(found)) if found else []


def numbered(estate_id: int, numbers: Collection[str]) -> Sequence[Any]:
    """The requests of these ids; those that are not here, or not public, are left out."""
    return _newest_first(board.may_hang(estate_id), Case.archive_number.in_([n.upper() for n in numbers]))


def referred_to(estate_id: int, reference: str) -> Any | None:
    """The request of a reference: whoever holds one may know how it stands, shown on the board or not."""
    return db.session.execute(
        _columns(Case.estate_id == estate_id, ordinary(), Case.reference == reference)
    ).one_or_none()


def has_first_link(case_id: int) -> bool:
    """Whether the private link is still the one made at filing: changed by its owner it is theirs alone (T06)."""
    first = select(PrivateLink.id).where(
        PrivateLink.case_id == case_id, PrivateLink.generation == 1, PrivateLink.ended_at.is_(None)
    )
    return db.session.scalar(first) is not None


def _newest_first(*conditions: ColumnElement[bool]) -> Sequence[Any]:
    return db.session.execute(_columns(*conditions).order_by(Case.filed_at.desc(), Case.id.desc())).all()


def _is_of(service: Service) -> ColumnElement[bool]:
    """What `catalogue.service_of` says of a case, as a condition."""
    bare = and_(
        Case.category == service.category.value,
        or_(Case.topic.is_(None), Case.topic.not_in(list(topics_of(service.category)))),
    )
    if service.topic is None:
        return bare
    named = and_(Case.category == service.category.value, Case.topic == service.topic)
    return or_(named, bare) if service.code == service.category.value else named
