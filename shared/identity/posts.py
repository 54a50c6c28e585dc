"""Posts (岗位): who is appointed to what at an estate, by whom; a post is begun and ended, never edited."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from shared import words
from shared.audit import settings
from shared.database import db
from shared.errors import NotFound, Refused
from shared.identity import invitations
from shared.identity.models import Appointment, Department, Estate, User
from shared.identity.permissions import Permission, Role

POST = "estate.post"  # in the record of changed settings
IN_A_DEPARTMENT = frozenset({Role.HANDLER, Role.DEPARTMENT_HEAD})
# Who keeps the desk's people in order, or reads what is reported about them, is named by an administrator alone:
# a director who could appoint supervision would read the reports from inside about themselves (CO-M5).
RESERVED = frozenset({Role.ADMINISTRATOR, Role.SUPERVISOR, Role.DEPUTY_MANAGER, Role.GENERAL_MANAGER})


def grantable(by: User, estate_id: int) -> list[Role]:
    """The roles that *by* may give at the estate, and take away."""
    if not by.is_active or not by.can(Permission.SETTINGS_MANAGE, estate_id):
        return []
    if Role.ADMINISTRATOR in by.roles_at(estate_id):
        return list(Role)
    return [role for role in Role if role not in RESERVED]


def hold(estate_id: int, by: User) -> None:
    """Changes of an estate's people are made one after another: two who dismiss each other at once are not both gone.

    Whoever lost the right to it while waiting is refused like a stranger.
    """
    # Not for its key: rows that only name the estate, as every filing writes them, do not wait.
    db.session.get_one(Estate, estate_id, with_for_update={"key_share": True})
    db.session.refresh(by, ["deactivated_at", "appointments"])
    if not grantable(by, estate_id):
        raise NotFound


def can_manage(by: User, user: User) -> bool:
    """Whether *by* may change, invite or dismiss *user*: every post held now, anywhere, is one that *by* could give.

    Whoever gets a link for somebody can become them. Nobody does any of it to themselves.
    """
    held = [a for a in user.appointments if a.until is None]
    return by.id != user.id and all(Role(a.role) in grantable(by, a.estate_id) for a in held)


def appoint(
    user: User, estate: Estate, role: Role, department_id: int | None, *, by: User, at: datetime
) -> Appointment:
    """Give *user* a further post. Raises Refused."""
    _refuse_own(user, by)
    if role not in grantable(by, estate.id):
        raise Refused(_("%(role)s只能由系统管理员来任命。", role=words.ROLES[role]))
    if not user.is_active:
        raise Refused(_("%(name)s已经停用，请先恢复。", name=user.name))
    if department_id is not None and _department(department_id, estate.id) is None:
        raise NotFound
    if role in IN_A_DEPARTMENT and department_id is None:
        raise Refused(_("%(role)s要写明部门。", role=words.ROLES[role]))
    if _holds(user, estate.id, role, department_id):
        raise Refused(_("%(name)s已经是这个岗位。", name=user.name))
    post = Appointment(estate_id=estate.id, department_id=department_id, role=role, since=at)
    user.appointments.append(post)
    if role in RESERVED:
        # A link made before, by somebody who may not name supervision, must not open what the post opens.
        invitations.end_all(user, at)
    db.session.flush()
    settings.note(user_id=by.id, estate_id=estate.id, what=POST, before=None, after=told(post), at=at)
    return post


def end(post: Appointment, *, by: User, at: datetime) -> None:
    """The post is held no longer; what was done in it stays. Raises Refused."""
    _refuse_own(post.user, by)
    if Role(post.role) not in grantable(by, post.estate_id):
        raise Refused(_("%(role)s只能由系统管理员来免去。", role=words.ROLES[post.role]))
    if post.until is not None:
        raise Refused(_("这个岗位已经免去了。"))
    post.until = at
    settings.note(user_id=by.id, estate_id=post.estate_id, what=POST, before=told(post), after=None, at=at)


def of_id(post_id: int, user: User, estate_id: int) -> Appointment:
    """A post of *user* at the estate, held until the change ends. Raises NotFound."""
    found = db.session.scalar(
        select(Appointment)
        .where(Appointment.id == post_id, Appointment.user_id == user.id, Appointment.estate_id == estate_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound
    return found


def _refuse_own(user: User, by: User) -> None:
    if user.id == by.id:
        raise Refused(_("自己的岗位由别人来改。"))


def _department(department_id: int, estate_id: int) -> Department | None:
    return db.session.scalar(
        select(Department).where(
            Department.id == department_id,
            Department.estate_id == estate_id,
            Department.ended_at.is_(None),
        )
    )


def _holds(user: User, estate_id: int, role: Role, department_id: int | None) -> bool:
    return any(
        (a.estate_id, a.role, a.department_id) == (estate_id, role, department_id)
        for a in user.appointments
        if a.until is None
    )


def told(post: Appointment) -> dict[str, object]:
    """As the record of changed settings keeps it."""
    return {"user": post.user_id, "role": post.role, "department": post.department_id}
