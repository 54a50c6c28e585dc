"""Reading notices: what the public sees now, and what staff are at work on."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, case, or_, select
from sqlalchemy.orm import joinedload

from shared.database import db
from shared.errors import NotFound
from shared.notices.models import Notice
from shared.notices.stages import Kind

RECENT = 200  # notices on the staff list


def _published(at: datetime) -> ColumnElement[bool]:
    return and_(
        Notice.approved_at.is_not(None),
        Notice.publish_at <= at,
        Notice.withdrawn_at.is_(None),
        or_(Notice.expire_at.is_(None), Notice.expire_at > at),
    )


def published(estate_id: int, at: datetime, limit: int | None = None) -> Sequence[Notice]:
    """What stands in public at an estate, urgent first, then the newest."""
    return db.session.scalars(
        select(Notice)
        .where(Notice.estate_id == estate_id, _published(at))
        .order_by(case((Notice.kind == Kind.URGENT, 0), else_=1), Notice.publish_at.desc(), Notice.id.desc())
        .limit(limit)
    ).all()


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


def of_estates(estate_ids: Collection[int]) -> Sequence[Notice]:
    """The newest notices of some estates in any stage, with writer and approver."""
    return db.session.scalars(
        select(Notice)
        .where(Notice.estate_id.in_(estate_ids))
        .options(joinedload(Notice.written_by), joinedload(Notice.approved_by), joinedload(Notice.estate))
        .order_by(Notice.id.desc())
        .limit(RECENT)
    ).all()


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
    return _found(
        select(Notice)
        .where(Notice.id == notice_id)
        .options(joinedload(Notice.written_by), joinedload(Notice.approved_by), joinedload(Notice.estate))
    )


def _found(statement: Select[Notice]) -> Notice:
    notice = db.session.scalar(statement)
    if notice is None:
        raise NotFound
    return notice
