"""Reads of people and places that several faces need."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import selectinload

from shared.database import db
from shared.identity.models import (
    Appointment,
    Building,
    Department,
    Estate,
    Shift,
    User,
)
from shared.identity.permissions import GRANTS, Permission, Role

# Built once: pages and changes ask them all the time.
_ESTATES = select(Estate).order_by(Estate.id)
_BUILDINGS = select(Building).where(Building.estate_id == bindparam("estate_id")).order_by(Building.position)
_DEPARTMENTS = (
    select(Department).where(Department.estate_id == bindparam("estate_id")).order_by(Department.position)
)
_NAMES = select(User.id, User.name).where(User.id.in_(bindparam("ids", expanding=True)))


def estate_by_slug(slug: str) -> Estate | None:
    return db.session.scalar(select(Estate).where(Estate.slug == slug))


def estates() -> Sequence[Estate]:
    return db.session.scalars(_ESTATES).all()


def buildings(estate_id: int) -> Sequence[Building]:
    """Those that menus offer."""
    return [building for building in every_building(estate_id) if building.ended_at is None]


def every_building(estate_id: int) -> Sequence[Building]:
    """Those too that the record alone still names."""
    return db.session.scalars(_BUILDINGS, {"estate_id": estate_id}).all()


def departments(estate_id: int) -> Sequence[Department]:
    """Those that menus offer."""
    return [department for department in every_department(estate_id) if department.ended_at is None]


def every_department(estate_id: int) -> Sequence[Department]:
    """Those too that the record alone still names."""
    return db.session.scalars(_DEPARTMENTS, {"estate_id": estate_id}).all()


def people_with(roles: Iterable[Role], estate_id: int, department_id: int | None = None) -> Sequence[User]:
    """Active people who hold one of *roles* at the estate now, by name."""
    statement = (
        select(User)
        .join(Appointment)
        .where(
            Appointment.estate_id == estate_id,
            Appointment.role.in_([role.value for role in roles]),
            Appointment.until.is_(None),
            User.deactivated_at.is_(None),
        )
        .options(selectinload(User.appointments))
        .order_by(User.name, User.id)
        .distinct()
    )
    if department_id is not None:
        statement = statement.where(Appointment.department_id == department_id)
    return db.session.scalars(statement).all()


def people_who_may(
    permission: Permission, estate_id: int, department_id: int | None = None
) -> Sequence[User]:
    roles = [role for role, granted in GRANTS.items() if permission in granted]
    return people_with(roles, estate_id, department_id)


def person_named_in(text: str, estate_id: int) -> list[User]:
    """Staff of the estate whose whole name stands in *text*; how a complaint about somebody is kept from them."""
    if not text.strip():
        return []
    everybody = people_with(list(Role), estate_id)
    return [user for user in everybody if len(user.name) >= 2 and user.name in text]


def people_on_duty(estate_id: int, at: datetime) -> Sequence[User]:
    """Whom the roster (值班表) says to answer now for what nobody has claimed; who came last first."""
    return db.session.scalars(
        select(User)
        .join(Shift, Shift.user_id == User.id)
        .where(
            Shift.estate_id == estate_id,
            Shift.starts_at <= at,
            Shift.ends_at > at,
            User.deactivated_at.is_(None),
        )
        .order_by(Shift.starts_at.desc(), Shift.id.desc())
    ).all()


def names_of(ids: Iterable[int | None]) -> dict[int, str]:
    """Names of people by id, in one query."""
    wanted = {i for i in ids if i is not None}
    if not wanted:
        return {}
    return {row.id: row.name for row in db.session.execute(_NAMES, {"ids": [*wanted]})}
