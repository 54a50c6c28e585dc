"""Who is away and who stands in (代理): what duty, routing and the roster ask before they name anybody."""

from collections.abc import Collection, Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from shared.audit import settings
from shared.database import db
from shared.errors import Refused
from shared.identity.models import Appointment, Leave, User
from shared.identity.permissions import Permission

LEAVE = "roster.leave"


def stand_in(user: User, at: datetime) -> User | None:
    """*user*; while they are away their deputy, or that one's own deputy; None when nobody is left."""
    seen: set[int] = set()
    person: User | None = user
    while person is not None and person.is_active and person.id not in seen:
        leave = leave_of(person.id, at)
        if leave is None:
            return person
        seen.add(person.id)
        person = leave.deputy
    return None


def leave_of(user_id: int, at: datetime) -> Leave | None:
    """The absence that holds at that instant."""
    return db.session.scalar(
        select(Leave)
        .where(Leave.user_id == user_id, Leave.starts_at <= at, Leave.ends_at > at)
        .options(joinedload(Leave.deputy))
        .order_by(Leave.starts_at.desc())
        .limit(1)
    )


def away(user_ids: Collection[int], at: datetime) -> dict[int, Leave]:
    """Of these people those who are away at that instant, in one query."""
    found = db.session.scalars(
        select(Leave)
        .where(Leave.user_id.in_(user_ids), Leave.starts_at <= at, Leave.ends_at > at)
        .options(joinedload(Leave.deputy))
        .order_by(Leave.starts_at)
    )
    return {leave.user_id: leave for leave in found}


def between(estate_id: int, begins: datetime, ends: datetime) -> Sequence[Leave]:
    """Absences of people of the estate that touch that time, by their beginning."""
    return db.session.scalars(
        select(Leave)
        .where(
            Leave.user_id.in_(
                select(Appointment.user_id).where(
                    Appointment.estate_id == estate_id, Appointment.until.is_(None)
                )
            ),
            Leave.starts_at < ends,
            Leave.ends_at > begins,
        )
        .options(joinedload(Leave.user), joinedload(Leave.deputy))
        .order_by(Leave.starts_at, Leave.id)
    ).all()


def may_stand_in(deputy: User, user: User, estate_id: int) -> bool:
    """Whether *deputy* sees what *user* answers for at the estate: a department of theirs, or all of it."""
    together = set(deputy.department_ids) & set(user.department_ids)
    return deputy.is_active and (bool(together) or deputy.can(Permission.CASE_VIEW_ESTATE, estate_id))


def grant(
    user: User,
    *,
    estate_id: int,
    starts_at: datetime,
    ends_at: datetime,
    deputy: User | None,
    by: User,
    at: datetime,
) -> Leave:
    """Note that *user* is away, and who stands in meanwhile. Raises Refused."""
    if not starts_at < ends_at or ends_at <= at:
        raise Refused(_("休假的结束要晚于开始，也不能已经过去。"))
    if _overlaps(user.id, starts_at, ends_at):
        raise Refused(_("%(name)s在这段时间已经登记了休假。", name=user.name))
    if deputy is not None:
        _check_deputy(deputy, user, estate_id, starts_at, ends_at)
    leave = Leave(
        user_id=user.id, deputy_id=deputy.id if deputy else None, starts_at=starts_at, ends_at=ends_at
    )
    db.session.add(leave)
    db.session.flush()
    settings.note(user_id=by.id, estate_id=estate_id, what=LEAVE, before=None, after=told(leave), at=at)
    return leave


def _check_deputy(deputy: User, user: User, estate_id: int, starts_at: datetime, ends_at: datetime) -> None:
    if deputy.id == user.id:
        raise Refused(_("代理人不能是本人。"))
    if not may_stand_in(deputy, user, estate_id):
        raise Refused(
            _("%(name)s看不到对方负责的诉求，不能代理。请选同部门的人或客服中心的人。", name=deputy.name)
        )
    if _overlaps(deputy.id, starts_at, ends_at):
        raise Refused(_("%(name)s在这段时间也休假，请另选代理人。", name=deputy.name))


def _overlaps(user_id: int, starts_at: datetime, ends_at: datetime) -> bool:
    overlapping = select(Leave.id).where(
        Leave.user_id == user_id, Leave.starts_at < ends_at, Leave.ends_at > starts_at
    )
    return db.session.scalar(overlapping.limit(1)) is not None


def end(leave: Leave, *, estate_id: int, by: User, at: datetime) -> None:
    """Back now, or not going: an absence that has begun ends at *at*, one that has not is taken back."""
    before = told(leave)
    if leave.ends_at <= at:
        raise Refused(_("这次休假已经结束。"))
    if leave.starts_at >= at:
        db.session.delete(leave)
        after = None
    else:
        leave.ends_at = at
        after = told(leave)
    settings.note(user_id=by.id, estate_id=estate_id, what=LEAVE, before=before, after=after, at=at)


def told(leave: Leave) -> dict[str, object]:
    """As the record of changed settings keeps it."""
    return {
        "user": leave.user_id,
        "deputy": leave.deputy_id,
        "from": leave.starts_at.isoformat(),
        "until": leave.ends_at.isoformat(),
    }
