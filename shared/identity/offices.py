"""What a person is appointed to beside their cases (岗位、值班、代理、分派): it ends together when they leave."""

from datetime import datetime

from sqlalchemy import select

from shared.audit import settings
from shared.database import db
from shared.identity import leaves, posts, roster, routes
from shared.identity.models import Appointment, CategoryRoute, Leave, Shift, User


def end_all(user: User, *, estate_id: int, by: User | None, at: datetime) -> None:
    """No post, shift, absence or deputyship of *user* outlasts *at*, and no rule proposes them any more.

    *estate_id* is where what belongs to no estate is noted; by a command (*by* is None) nothing is.
    """
    for post in user.appointments:
        if post.until is None:
            _end_post(post, by, at)
    for shift in db.session.scalars(select(Shift).where(Shift.user_id == user.id, Shift.ends_at > at)):
        _end_shift(shift, by, at)
    for leave in db.session.scalars(
        select(Leave).where((Leave.user_id == user.id) | (Leave.deputy_id == user.id), Leave.ends_at > at)
    ):
        _end_leave(leave, user, estate_id, by, at)
    for route in db.session.scalars(select(CategoryRoute).where(CategoryRoute.handler_id == user.id)):
        before = routes.told(route)
        route.handler_id = None
        _note(by, route.estate_id, routes.ROUTE, before, routes.told(route), at)
    db.session.flush()


def _end_post(post: Appointment, by: User | None, at: datetime) -> None:
    post.until = at
    _note(by, post.estate_id, posts.POST, posts.told(post), None, at)


def _end_shift(shift: Shift, by: User | None, at: datetime) -> None:
    """One that has begun ends now: until now they stood in it."""
    before = roster.told(shift)
    if shift.starts_at < at:
        shift.ends_at = at
        _note(by, shift.estate_id, roster.SHIFT, before, roster.told(shift), at)
    else:
        db.session.delete(shift)
        _note(by, shift.estate_id, roster.SHIFT, before, None, at)


def _end_leave(leave: Leave, user: User, estate_id: int, by: User | None, at: datetime) -> None:
    """Whose absence it is, is away no more; for whom they stood in, nobody stands in."""
    before = leaves.told(leave)
    if leave.deputy_id == user.id:
        leave.deputy_id = None
        _note(by, estate_id, leaves.LEAVE, before, leaves.told(leave), at)
    elif leave.starts_at < at:
        leave.ends_at = at
        _note(by, estate_id, leaves.LEAVE, before, leaves.told(leave), at)
    else:
        db.session.delete(leave)
        _note(by, estate_id, leaves.LEAVE, before, None, at)


def _note(by: User | None, estate_id: int, what: str, before: object, after: object, at: datetime) -> None:
    if by is not None:
        settings.note(user_id=by.id, estate_id=estate_id, what=what, before=before, after=after, at=at)
