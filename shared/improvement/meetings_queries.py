"""Reads of meetings: those of an estate, one of them, and what earlier ones left open. Scope inside."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload, selectinload

from shared.database import db
from shared.errors import NotFound
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.improvement.models import Measure, Meeting, MeetingParticipant

MOST = 60


def in_sight(user: User) -> ColumnElement[bool]:
    """Whoever was asked to it, and whoever reads the reports of the estate."""
    asked = select(MeetingParticipant.meeting_id).where(MeetingParticipant.user_id == user.id)
    return or_(
        Meeting.estate_id.in_(user.estates_where(Permission.REPORT_VIEW)),
        Meeting.id.in_(asked) & Meeting.estate_id.in_(user.estates_where(Permission.LEARN)),
    )


def of_estate(user: User, estate_id: int) -> Sequence[Meeting]:
    """The latest first."""
    return db.session.scalars(
        select(Meeting)
        .where(Meeting.estate_id == estate_id, in_sight(user))
        .options(selectinload(Meeting.actions))
        .order_by(Meeting.held_at.desc(), Meeting.id.desc())
        .limit(MOST)
    ).all()


def read(user: User, meeting_id: int) -> Meeting:
    """Raises NotFound for what is out of sight."""
    meeting = db.session.scalar(
        select(Meeting)
        .where(Meeting.id == meeting_id, in_sight(user))
        .options(
            joinedload(Meeting.called_by),
            joinedload(Meeting.closed_by),
            selectinload(Meeting.participants).joinedload(MeetingParticipant.user),
            selectinload(Meeting.actions).joinedload(Measure.owner),
        )
    )
    if meeting is None:
        raise NotFound
    return meeting


def seen(user: User, meeting_id: int | None) -> Meeting | None:
    """The meeting that a measure comes of, for whoever may open it."""
    return db.session.scalar(select(Meeting).where(Meeting.id == meeting_id, in_sight(user)))


def lock(user: User, meeting_id: int) -> Meeting:
    """For a change, inside it: read afresh and held until the change ends. Raises NotFound as `read` does."""
    read(user, meeting_id)
    return db.session.scalars(
        select(Meeting)
        .where(Meeting.id == meeting_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def left_open(estate_id: int) -> Sequence[Measure]:
    """What meetings have resolved and nobody has done yet, the oldest first."""
    return db.session.scalars(
        select(Measure)
        .where(
            Measure.estate_id == estate_id,
            Measure.meeting_id.is_not(None),
            Measure.done_at.is_(None),
            Measure.dropped_at.is_(None),
        )
        .options(joinedload(Measure.owner))
        .order_by(Measure.due_on, Measure.id)
    ).all()
