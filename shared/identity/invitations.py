"""One-time links: how a person comes by a password that nobody else has ever known (T22)."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import Select, select, update

from shared import events
from shared.database import db
from shared.identity import passwords, sessions
from shared.identity.events import PersonInvited
from shared.identity.models import Invitation, User
from shared.sealing import digest
from shared.sealing import token as derived

VALID = timedelta(minutes=30)


def end_all(user: User, at: datetime) -> None:
    """No link given out for *user* works any more."""
    db.session.execute(
        update(Invitation)
        .where(Invitation.user_id == user.id, Invitation.used_at.is_(None))
        .values(used_at=at)
    )


def invite(user: User, at: datetime) -> str:
    """The token of a new link for *user*; links given out before end."""
    end_all(user, at)
    invitation = Invitation(user_id=user.id, token_digest=secrets.token_bytes(32), made_at=at)
    db.session.add(invitation)
    db.session.flush()  # which gives its number
    token = token_of(invitation)
    invitation.token_digest = digest(token)
    events.publish(PersonInvited(invitation.id))
    return token


def token_of(invitation: Invitation) -> str:
    """128 bits derived by key, as of a private link, so that it can be mailed later and stand nowhere meanwhile."""
    made = f"{invitation.id}:{invitation.user_id}:{invitation.made_at.timestamp()}"
    return derived(made.encode(), "invitation")


def standing(invitation_id: int, at: datetime) -> Invitation | None:
    """The invitation, while its link is good."""
    return db.session.scalar(_good(at).where(Invitation.id == invitation_id))


def _valid(token: str, at: datetime) -> Select[Invitation]:
    """Unknown, used and expired links all find nothing."""
    return _good(at).where(Invitation.token_digest == digest(token))


def _good(at: datetime) -> Select[Invitation]:
    return (
        select(Invitation)
        .join(User)
        .where(
            Invitation.used_at.is_(None),
            Invitation.made_at > at - VALID,
            User.deactivated_at.is_(None),
        )
    )


def invited(token: str, at: datetime) -> User | None:
    """Whom a link is for, while it is good."""
    invitation = db.session.scalar(_valid(token, at))
    return invitation.user if invitation else None


def accept(token: str, password_hash: str, at: datetime) -> User | None:
    """Use the link up: the password is the person's, and whatever was open with an older one ends."""
    invitation = db.session.scalar(_valid(token, at).with_for_update(of=Invitation))
    if invitation is None:
        return None
    invitation.used_at = at
    invitation.user.password_hash = password_hash
    sessions.end_all(invitation.user_id, at)
    return invitation.user


def nobodys_password() -> str:
    """A hash that no password gives, for a person who has not chosen one yet."""
    return passwords.hashed(secrets.token_urlsafe(32))
