"""Reading notices: what the public sees now, and what staff are at work on."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, literal, or_, select, true, tuple_
from sqlalchemy.orm import joinedload

from shared.database import Instant, db
from shared.errors import NotFound
from shared.notices.models import Notice
from shared.notices.stages import Kind

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PAGE = 20  # notices on a page of the public column
STAFF_PAGE = 50  # and of what is over on the list of staff
CURRENT = 200  # what staff have in hand
_CURSOR = re.compile(r"([0-3])\.(\d{1,17})\.(\d{1,10})")
# Pinned first, then what is urgent, then the rest; among equals the newest.
_rank = case((Notice.pinned, 0), else_=2) + case((Notice.kind == Kind.URGENT, 0), else_=1)
_ORDER = (_rank, Notice.publish_at.desc(), Notice.id.desc())


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the notices that stand, and where the next page goes on; empty: there is none."""

    notices: Sequence[Notice]
    after: str


def _published(at: datetime) -> ColumnElement[bool]:
    return and_(
        Notice.approved_at.is_not(None),
        Notice.publish_at <= at,
        Notice.withdrawn_at.is_(None),
        or_(Notice.expire_at.is_(None), Notice.expire_at > at),
    )


def published(estate_id: int, at: datetime, limit: int | None = None) -> Sequence[Notice]:
    """What stands in public at an estate, pinned first, then urgent, then the newest.

    Where only *limit* are shown, whatever is urgent is among them however much is pinned.
    """
    chosen = (
        select(Notice.id)
        .where(Notice.estate_id == estate_id, _published(at))
        .order_by(case((Notice.kind == Kind.URGENT, 0), else_=1), *_ORDER)
        .limit(limit)
    )
    return db.session.scalars(select(Notice).where(Notice.id.in_(chosen)).order_by(*_ORDER)).all()


def published_page(estate_id: int, at: datetime, after: str = "") -> Page:
    """A page of the public column in the same order, cut by key; nonsense in *after* means the first."""
    found = _CURSOR.fullmatch(after)
    beyond: ColumnElement[bool] = true()
    if found:
        rank, edge = int(found[1]), (_instant(int(found[2])), int(found[3]))
        later = tuple_(Notice.publish_at, Notice.id) < tuple_(literal(edge[0], Instant()), literal(edge[1]))
        beyond = or_(_rank > rank, and_(_rank == rank, later))
    rows = db.session.execute(
        select(Notice, _rank)
        .where(Notice.estate_id == estate_id, _published(at), beyond)
        .order_by(*_ORDER)
        .limit(PAGE + 1)
    ).all()
    shown = rows[:PAGE]
    last = f"{shown[-1][1]}.{_microseconds(shown[-1][0].publish_at)}.{shown[-1][0].id}" if shown else ""
    return Page([notice for notice, _rank in shown], last if len(rows) > PAGE else "")


def _instant(microseconds: int) -> datetime:
    return EPOCH + timedelta(microseconds=microseconds)


def _microseconds(at: datetime) -> int:
    return (at - EPOCH) // timedelta(microseconds=1)


def published_one(notice_id: int, at: datetime) -> Notice | None:
    """A notice, if it stands in public now."""
    return db.session.scalar(
        select(Notice).where(Notice.id == notice_id, _published(at)).options(joinedload(Notice.estate))
    )


def improvements(estate_id: int, since: datetime, until: datetime, limit: int) -> Sequence[Notice]:
    """What was made better and told in that time; it is part of the year, though it may hang no longer."""
    return db.session.scalars(
        select(Notice)
        .where(
            Notice.estate_id == estate_id,
            Notice.kind == Kind.IMPROVEMENT,
            Notice.approved_at.is_not(None),
            Notice.withdrawn_at.is_(None),
            Notice.publish_at >= since,
            Notice.publish_at < until,
        )
        .order_by(Notice.publish_at.desc(), Notice.id.desc())
        .limit(limit)
    ).all()


def in_hand(estate_ids: Collection[int], at: datetime) -> Sequence[Notice]:
    """What somebody still writes, approves or awaits, and what is pinned: all of it, the newest first."""
    return db.session.scalars(
        _with_people(select(Notice).where(Notice.estate_id.in_(estate_ids), _in_hand(at)))
        .order_by(Notice.id.desc())
        .limit(CURRENT)
    ).all()


def others(estate_ids: Collection[int], at: datetime, before: int | None = None) -> Sequence[Notice]:
    """A page of what stands or is over, the newest first, from below the id *before* on, and one of the next."""
    older = Notice.id < before if before is not None else true()
    return db.session.scalars(
        _with_people(select(Notice).where(Notice.estate_id.in_(estate_ids), ~_in_hand(at), older))
        .order_by(Notice.id.desc())
        .limit(STAFF_PAGE + 1)
    ).all()


def _in_hand(at: datetime) -> ColumnElement[bool]:
    unapproved_or_early = or_(Notice.approved_at.is_(None), Notice.publish_at > at, Notice.pinned)
    is_over = or_(
        Notice.withdrawn_at.is_not(None), and_(Notice.expire_at.is_not(None), Notice.expire_at <= at)
    )
    return and_(unapproved_or_early, ~is_over)


def _with_people(statement: Select[Notice]) -> Select[Notice]:
    return statement.options(
        joinedload(Notice.written_by), joinedload(Notice.approved_by), joinedload(Notice.estate)
    )


def lock(notice_id: int) -> Notice:
    """The notice, to be changed: read afresh and held until the change ends. Raises NotFound."""
    return _found(
        select(Notice)
        .where(Notice.id == notice_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def read(notice_id: int) -> Notice:
    """The notice and its people, to be looked at. Raises NotFound."""
    return _found(_with_people(select(Notice).where(Notice.id == notice_id)))


def _found(statement: Select[Notice]) -> Notice:
    notice = db.session.scalar(statement)
    if notice is None:
        raise NotFound
    return notice
