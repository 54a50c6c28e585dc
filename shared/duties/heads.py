"""Whose a periodic duty is: who held the post when it fell due, and who heads which department."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select

from shared.database import db
from shared.identity.models import Appointment, Department, User
from shared.identity.permissions import Role

DAY = timedelta(days=1)


def holders(estate_id: int, roles: Collection[str], at: datetime) -> list[User]:
    """Active people who held one of *roles* at that instant, by name."""
    return list(
        db.session.scalars(
            select(User)
            .join(Appointment)
            .where(
                Appointment.estate_id == estate_id,
                Appointment.role.in_(roles),
                _held(at),
                User.deactivated_at.is_(None),
            )
            .order_by(User.name, User.id)
            .distinct()
        )
    )


def of_departments(estate_id: int, at: datetime) -> dict[int, list[User]]:
    """The heads at that instant of each department that is not ended; a department without a head is not there."""
    rows = db.session.execute(
        select(Appointment.department_id, User)
        .join(User)
        .join(Department, Department.id == Appointment.department_id)
        .where(
            Appointment.estate_id == estate_id,
            Appointment.role == Role.DEPARTMENT_HEAD,
            _held(at),
            User.deactivated_at.is_(None),
            or_(Department.ended_at.is_(None), Department.ended_at > at),
        )
        .order_by(Department.position, User.id)
    )
    found: dict[int, list[User]] = {}
    for department_id, user in rows:
        if department_id is not None:
            found.setdefault(department_id, []).append(user)
    return found


def has_held(user: User, estate_id: int, roles: Collection[str], since: datetime, until: datetime) -> bool:
    """Whether *user* held one and the same of *roles* from that first day to the other instant."""
    return any(
        post.estate_id == estate_id
        and post.role in roles
        and post.since < since + DAY
        and (post.until is None or post.until >= until)
        for post in user.appointments
    )


def _held(at: datetime) -> ColumnElement[bool]:
    return (Appointment.since <= at) & or_(Appointment.until.is_(None), Appointment.until > at)
