"""Members of staff: added with a one-time link, changed, sent away, taken back; old and new are kept of each."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from unicodedata import normalize

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import selectinload

from shared.audit import settings
from shared.database import db
from shared.errors import NotFound, Refused
from shared.identity import invitations, posts, sessions
from shared.identity.models import Appointment, Estate, User
from shared.identity.permissions import Role

PERSON = "estate.person"  # in the record of changed settings
LONGEST_NAME = 40
LINK_VALID = invitations.VALID
USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")


@dataclass(frozen=True, slots=True)
class Particulars:
    """What is known of a person beside their posts; the telephone as digits, or empty."""

    name: str
    phone: str
    email: str


@dataclass(frozen=True, slots=True)
class Post:
    role: Role
    department_id: int | None


class BadUsername(Refused):
    """It is no user name, or somebody else's."""


def username_of(typed: str) -> str:
    """What was typed as a user name, as it is kept. Raises BadUsername."""
    username = normalize("NFKC", typed).strip().lower()
    if not USERNAME.fullmatch(username):
        raise BadUsername(_("用户名要用 2 到 40 个小写字母、数字、点或横线。"))
    return username


def add(
    estate: Estate, username: str, particulars: Particulars, post: Post, *, by: User, at: datetime
) -> tuple[User, str]:
    """A new person with a first post, and the token of the link by which they choose a password. Raises Refused."""
    posts.hold(estate.id, by)
    username = username_of(username)
    if db.session.scalar(select(User.id).where(func.lower(User.username) == username)) is not None:
        # Whose it is stays unsaid: they may work at another estate.
        raise BadUsername(_("用户名 %(username)s 已经有人用了，请换一个。", username=username))
    user = User(
        username=username,
        name=particulars.name,
        phone=particulars.phone or None,
        email=particulars.email or None,
        password_hash=invitations.nobodys_password(),
    )
    db.session.add(user)
    db.session.flush()
    _note(user, estate.id, before=None, by=by, at=at)
    posts.appoint(user, estate, post.role, post.department_id, by=by, at=at)
    return user, invitations.invite(user, at)


def change(user: User, estate: Estate, particulars: Particulars, *, by: User, at: datetime) -> None:
    """Another name, telephone or address. Raises Refused."""
    refuse_unless_manageable(user, by)
    before = _told(user)
    user.name = particulars.name
    user.phone = particulars.phone or None
    user.email = particulars.email or None
    if _told(user) != before:
        _note(user, estate.id, before=before, by=by, at=at)


def invite(user: User, estate: Estate, *, by: User, at: datetime) -> str:
    """The token of a new link; the old password works until it is used (T22). Raises Refused."""
    refuse_unless_manageable(user, by)
    if not user.is_active:
        raise Refused(_("%(name)s已经停用，请先恢复。", name=user.name))
    token = invitations.invite(user, at)
    _note(user, estate.id, before=_told(user), by=by, at=at, link=True)
    return token


def deactivate(user: User, estate: Estate, *, by: User, at: datetime) -> None:
    """They sign in no more, and open sessions end (T21). Whether they may go, `ownership.leaving` says."""
    refuse_unless_manageable(user, by)
    if not user.is_active:
        raise Refused(_("%(name)s已经停用了。", name=user.name))
    before = _told(user)
    sessions.deactivate(user, at)
    invitations.end_all(user, at)
    _note(user, estate.id, before=before, by=by, at=at)


def reactivate(user: User, estate: Estate, *, by: User, at: datetime) -> str:
    """They are back, without a post; the token of the link by which they choose a password anew. Raises Refused."""
    refuse_unless_manageable(user, by)
    if user.is_active:
        raise Refused(_("%(name)s没有停用。", name=user.name))
    before = _told(user)
    user.deactivated_at = None
    user.password_hash = invitations.nobodys_password()
    _note(user, estate.id, before=before, by=by, at=at)
    return invitations.invite(user, at)


def of_estate(estate_id: int) -> Sequence[User]:
    """Everybody who has, or had, a post at the estate, by name."""
    return db.session.scalars(
        select(User)
        .where(select(Appointment.id).where(_is_of(estate_id)).exists())
        .options(selectinload(User.appointments).joinedload(Appointment.department))
        .order_by(User.name, User.id)
    ).all()


def find(user_id: int, estate_id: int) -> User:
    """A person of the estate. Raises NotFound."""
    user = db.session.scalar(
        select(User).where(User.id == user_id, select(Appointment.id).where(_is_of(estate_id)).exists())
    )
    if user is None:
        raise NotFound
    return user


def lock(user_id: int, estate_id: int, by: User) -> User:
    """A person of the estate, held until the change ends, as they are now. Raises NotFound."""
    posts.hold(estate_id, by)
    user = find(user_id, estate_id)
    return db.session.get_one(User, user.id, with_for_update=True, populate_existing=True)


def refuse_if_gone(user: User) -> None:
    """Raises Refused for whoever left a moment ago. Asked after a row that names them is written.

    On PostgreSQL that row waits for their leaving, and their leaving for that row: nothing comes to somebody who
    has gone.
    """
    db.session.flush()
    if db.session.scalar(select(User.deactivated_at).where(User.id == user.id)) is not None:
        raise Refused(_("%(name)s已经停用，请另选。", name=user.name))


def _is_of(estate_id: int) -> ColumnElement[bool]:
    return and_(Appointment.user_id == User.id, Appointment.estate_id == estate_id)


def refuse_unless_manageable(user: User, by: User) -> None:
    """Raises Refused for oneself, and for whoever has a post that *by* could not give."""
    if user.id == by.id:
        raise Refused(_("自己的资料和岗位由别人来改。"))
    if not posts.can_manage(by, user):
        raise Refused(_("%(name)s还有别的岗位，要由系统管理员或那个小区来改。", name=user.name))


def _told(user: User) -> dict[str, object]:
    """Of the telephone only its end: the record of changes is kept in plain text, and longer than people stay."""
    tail = f"…{user.phone[-4:]}" if user.phone else ""
    return {
        "user": user.id,
        "name": user.name,
        "phone": tail,
        "email": user.email,
        "active": user.is_active,
    }


def _note(
    user: User,
    estate_id: int,
    *,
    before: dict[str, object] | None,
    by: User,
    at: datetime,
    link: bool = False,
) -> None:
    after = {**_told(user), "link": True} if link else _told(user)
    settings.note(user_id=by.id, estate_id=estate_id, what=PERSON, before=before, after=after, at=at)
