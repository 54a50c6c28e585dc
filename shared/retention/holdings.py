"""What is held of people, since when, what goes next, and who read it: the regular look at it (PIPL 54)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select

from shared.attachments.models import Attachment
from shared.audit.models import Access
from shared.cases.models import Case, Draft, Party, Statement, Words
from shared.database import db
from shared.identity.models import Estate, User
from shared.identity.queries import estates
from shared.notifications.models import PartyAddress
from shared.retention import terms
from shared.retention.models import DataRequest
from shared.retention.terms import Limits, Term

LATELY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Holdings:
    """One estate's. *next_…_at* is when the next case reaches its term; *…_due* what has reached it and still waits."""

    estate: str
    cases: int
    oldest_at: datetime | None
    contacts: int
    statements: int
    words: int
    photos: int
    photo_bytes: int
    addresses: int
    drafts: int
    sealed: int
    erased: int
    sealed_after_days: int
    erased_after_days: int
    sealing_due: int
    erasure_due: int
    next_sealing_at: datetime | None
    next_erasure_at: datetime | None
    read_by: list[dict[str, Any]]
    requests: list[dict[str, Any]]


def report(at: datetime) -> list[Holdings]:
    """Every estate's holdings at that instant."""
    return [of_estate(estate, at) for estate in list(estates())]


def of_estate(estate: Estate, at: datetime, *only: ColumnElement[bool]) -> Holdings:
    """Of the cases for which *only* holds: a page that many read tells of reports from inside in no number (CO-M5)."""
    here = and_(Case.estate_id == estate.id, *only)
    held = select(func.count(), func.min(Case.filed_at)).where(here, Case.erased_at.is_(None))
    cases, oldest = db.session.execute(held).one()
    photos = select(func.count(), func.sum(Attachment.size)).join(Case, Case.id == Attachment.case_id)
    pictures, size = db.session.execute(photos.where(here)).one()
    return Holdings(
        estate=estate.slug,
        cases=cases,
        oldest_at=oldest,
        contacts=_held(Party, here),
        statements=_held(Statement, here),
        words=_held(Words, here, Words.text != ""),
        photos=pictures,
        photo_bytes=size or 0,
        addresses=_held(PartyAddress, here, PartyAddress.ended_at.is_(None)),
        drafts=db.session.scalar(select(func.count()).where(Draft.estate_id == estate.id)) or 0,
        sealed=_cases(here, Case.sealed_at.is_not(None), Case.erased_at.is_(None)),
        erased=_cases(here, Case.erased_at.is_not(None)),
        sealed_after_days=estate.sealed_after,
        erased_after_days=estate.erased_after,
        sealing_due=_cases(here, terms.sealing_due(estate, at)),
        erasure_due=_cases(here, terms.erasure_due(estate, at)),
        next_sealing_at=_next(here, at, estate.sealed_after, Case.sealed_at.is_(None)),
        next_erasure_at=_next(here, at, estate.erased_after),
        read_by=_read_by(here, at),
        requests=_requests(here, at),
    )


def erased_by(limits: Limits, at: datetime, *only: ColumnElement[bool]) -> int:
    """How many of the cases for which *only* holds an estate's *limits* would have erased at that instant."""
    return _cases(and_(terms.erasure_due(limits, at), *only))


def named(planned: Mapping[str, Sequence[Term]]) -> dict[str, list[dict[str, Any]]]:
    """What a purge would do, with archive numbers in place of ids."""
    ids = [term.case_id for found in planned.values() for term in found]
    numbers: dict[int, str] = dict(
        db.session.execute(select(Case.id, Case.archive_number).where(Case.id.in_(ids))).all()
    )
    return {
        what: [{"case": numbers[term.case_id], "ended_at": term.ended_at} for term in found]
        for what, found in planned.items()
    }


def _cases(here: ColumnElement[bool], *conditions: Any) -> int:
    counted = select(func.count()).select_from(Case).where(here, *conditions)
    return db.session.scalar(counted) or 0


def _held(model: Any, here: ColumnElement[bool], *conditions: Any) -> int:
    counted = select(func.count()).select_from(model).join(Case, Case.id == model.case_id)
    return db.session.scalar(counted.where(here, *conditions)) or 0


def _next(here: ColumnElement[bool], at: datetime, days: int, *conditions: Any) -> datetime | None:
    """When the next of the ended cases whose term is not over reaches it."""
    cut = at - timedelta(days=days)
    found = db.session.scalar(
        select(func.min(terms.ended_at())).where(
            here,
            terms.has_ended(),
            Case.erased_at.is_(None),
            terms.ended_at() > cut,
            *conditions,
        )
    )
    return found + timedelta(days=days) if found else None


def _read_by(here: ColumnElement[bool], at: datetime) -> list[dict[str, Any]]:
    """Who opened how much in the last thirty days, who most first."""
    found = db.session.execute(
        select(User.username, Access.what, func.count(), func.max(Access.at))
        .join(User, User.id == Access.user_id)
        .join(Case, Case.id == Access.case_id)
        .where(here, Access.at > at - LATELY)
        .group_by(User.username, Access.what)
        .order_by(func.count().desc(), User.username, Access.what)
    )
    return [{"username": row[0], "what": row[1], "times": row[2], "last_at": row[3]} for row in found]


def _requests(here: ColumnElement[bool], at: datetime) -> list[dict[str, Any]]:
    """Requests that wait for an answer, the most urgent first."""
    found = db.session.execute(
        select(Case.archive_number, DataRequest.kind, DataRequest.at, DataRequest.due_at)
        .join(Case, Case.id == DataRequest.case_id)
        .where(here, DataRequest.answered_at.is_(None))
        .order_by(DataRequest.due_at)
    )
    return [
        {"case": number, "kind": kind, "at": asked_at, "due_at": due_at, "overdue": due_at < at}
        for number, kind, asked_at, due_at in found
    ]
