"""Signing in and out, on the server (T20, T21, T23)."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import joinedload

from shared.database import db
from shared.identity import passwords, throttle
from shared.identity.models import StaffSession, User
from shared.sealing import digest

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
# Built once, and with the posts of the person: every page of staff asks it.
_BY_DIGEST = (
    select(StaffSession)
    .where(StaffSession.token_digest == bindparam("digest"))
    .options(joinedload(StaffSession.user).joinedload(User.appointments))
)
SEEN_EVERY = timedelta(minutes=1)  # how exactly idleness is known; a write per request would be dear
WINDOW = timedelta(minutes=15)
TRIES_PER_NAME = 8
TRIES_PER_ADDRESS = 20


def shut_until(username: str, address: str, at: datetime) -> datetime | None:
    """When this name may be tried again from this address, or None for now.

    The right password from another address still works: a name can be slowed from one place, never locked (T23).
    """
    by_name = throttle.closed_until(
        "name", f"{username}@{address}", limit=TRIES_PER_NAME, window=WINDOW, at=at
    )
    by_address = throttle.closed_until("address", address, limit=TRIES_PER_ADDRESS, window=WINDOW, at=at)
    return max((t for t in (by_name, by_address) if t), default=None)


def find(username: str, password: str) -> User | None:
    """The active person with that name and password. The same work whether or not the name exists.

    Whatever else is known of a person is read once the password was right: their posts would be one statement more.
    """
    known = db.session.execute(select(User.id, User.password_hash).where(User.username == username)).first()
    right = passwords.matches(known.password_hash if known else None, password)
    user = db.session.get(User, known.id) if known and right else None
    return user if user and user.is_active else None


def note_failure(username: str, address: str, at: datetime) -> None:
    throttle.note_failure("name", f"{username}@{address}", window=WINDOW, at=at)
    throttle.note_failure("address", address, window=WINDOW, at=at)


def begin(user: User, address: str, at: datetime) -> tuple[StaffSession, str]:
    """Open a session for *user*; gives it and the token that the cookie carries."""
    throttle.forget("name", f"{user.username}@{address}")
    token = secrets.token_urlsafe(32)
    session = StaffSession(token_digest=digest(token), user_id=user.id, began_at=at, seen_at=at)
    db.session.add(session)
    db.session.flush()
    return session, token


def of_token(token: str, at: datetime) -> StaffSession | None:
    """The live session of that token: not ended, not idle for 30 minutes, not older than 12 hours, person active."""
    session = db.session.scalars(_BY_DIGEST, {"digest": digest(token)}).unique().one_or_none()
    if session is None or session.ended_at is not None or not session.user.is_active:
        return None
    if at - session.seen_at > IDLE or at - session.began_at > ABSOLUTE:
        return None
    return session


def owner(token: str) -> User | None:
    """Whose session that is, or was until it ended. It lets nobody in: it tells whose words came with it (F44)."""
    return db.session.scalar(
        select(User)
        .join(StaffSession, StaffSession.user_id == User.id)
        .where(StaffSession.token_digest == digest(token))
    )


def needs_mark(session: StaffSession, at: datetime) -> bool:
    return at - session.seen_at >= SEEN_EVERY


def mark_seen(session_id: int, at: datetime) -> None:
    db.session.execute(update(StaffSession).where(StaffSession.id == session_id).values(seen_at=at))


def end(session_id: int, at: datetime) -> None:
    db.session.execute(
        update(StaffSession)
        .where(StaffSession.id == session_id, StaffSession.ended_at.is_(None))
        .values(ended_at=at)
    )


def end_all(user_id: int, at: datetime) -> None:
    """No open session of that person works any more."""
    db.session.execute(
        update(StaffSession)
        .where(StaffSession.user_id == user_id, StaffSession.ended_at.is_(None))
        .values(ended_at=at)
    )


def deactivate(user: User, at: datetime) -> None:
    """The person leaves: they sign in no more, and open sessions end."""
    user.deactivated_at = at
    end_all(user.id, at)
