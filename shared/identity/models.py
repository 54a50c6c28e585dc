"""Estates and their places, departments, people and what they are appointed to."""

from __future__ import annotations

from datetime import datetime

from flask_login import UserMixin
from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shared.database import Base, Instant
from shared.identity.permissions import GRANTS, Permission, Role
from shared.sealing import Sealed


class Estate(Base):
    __tablename__ = "estates"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(40), unique=True)
    code: Mapped[str] = mapped_column(String(4), unique=True)  # begins every archive number
    name: Mapped[str] = mapped_column(String(60))
    zone: Mapped[str] = mapped_column(String(40), default="Asia/Shanghai")
    # For whoever has to find the way; empty: nobody has written it down yet.
    address: Mapped[str] = mapped_column(String(120), default="", server_default="")
    hotline: Mapped[str] = mapped_column(String(40))
    hours: Mapped[str] = mapped_column(String(60))  # as people say them: 8:00–20:00
    emergency_line: Mapped[str] = mapped_column(String(40))
    # Messages, never clocks, wait from one to the other; minutes since local midnight, equal: none.
    quiet_from: Mapped[int] = mapped_column(default=1260, server_default="1260")
    quiet_until: Mapped[int] = mapped_column(default=480, server_default="480")
    # The lobby's screens are dark from one to the other; minutes since local midnight, equal: never.
    dark_from: Mapped[int] = mapped_column(default=1380, server_default="1380")
    dark_until: Mapped[int] = mapped_column(default=360, server_default="360")
    # Days after the end of a case (PIPL 19): then its contacts and photos are sealed, then erased with its words.
    sealed_after: Mapped[int] = mapped_column(default=180, server_default="180")
    erased_after: Mapped[int] = mapped_column(default=1095, server_default="1095")

    buildings: Mapped[list[Building]] = relationship(back_populates="estate", order_by="Building.position")
    departments: Mapped[list[Department]] = relationship(
        back_populates="estate", order_by="Department.position"
    )


class Building(Base):
    """A building or another named part of the estate (地下车库, 小区公共区域)."""

    __tablename__ = "buildings"
    __table_args__ = (UniqueConstraint("estate_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estates.id"))
    name: Mapped[str] = mapped_column(String(40))
    position: Mapped[int]
    ended_at: Mapped[datetime | None] = mapped_column(Instant)  # no longer offered; the record names it

    estate: Mapped[Estate] = relationship(back_populates="buildings")


class Spot(Base):
    """A place with a QR poster; its code is in the poster's address (`/?place=…`)."""

    __tablename__ = "spots"
    __table_args__ = (UniqueConstraint("building_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    building_id: Mapped[int] = mapped_column(ForeignKey("buildings.id"))
    name: Mapped[str] = mapped_column(String(60))
    code: Mapped[str] = mapped_column(String(16), unique=True)
    ended_at: Mapped[datetime | None] = mapped_column(
        Instant
    )  # no longer offered; its posters still lead home

    building: Mapped[Building] = relationship()


class Unit(Base):
    """A flat or shop (房号) of a building, for typing less; it says nothing about who lives there."""

    __tablename__ = "units"
    __table_args__ = (UniqueConstraint("building_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    building_id: Mapped[int] = mapped_column(ForeignKey("buildings.id"))
    name: Mapped[str] = mapped_column(String(40))

    building: Mapped[Building] = relationship()


class Department(Base):
    __tablename__ = "departments"
    __table_args__ = (UniqueConstraint("estate_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estates.id"))
    name: Mapped[str] = mapped_column(String(40))
    position: Mapped[int]
    ended_at: Mapped[datetime | None] = mapped_column(Instant)  # no longer offered; the record names it

    estate: Mapped[Estate] = relationship(back_populates="departments")


class CategoryRoute(Base):
    """Which department, and who in it, is proposed for a category, at one building or at all the others.

    A person still dispatches (clauses.md, settled 2).
    """

    __tablename__ = "category_routes"
    __table_args__ = (UniqueConstraint("estate_id", "category", "building_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estates.id"))
    category: Mapped[str] = mapped_column(String(20))
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    building_id: Mapped[int | None] = mapped_column(ForeignKey("buildings.id"))
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class User(Base):
    """A member of staff. Never deleted: the record names them for as long as cases are kept."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    password_hash: Mapped[str] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(120))
    phone: Mapped[str | None] = mapped_column(Sealed("users.phone"))
    deactivated_at: Mapped[datetime | None] = mapped_column(Instant)
    otp_secret: Mapped[str | None] = mapped_column(Sealed("users.otp_secret"))
    otp_since: Mapped[datetime | None] = mapped_column(
        Instant
    )  # when its first code was right; None: not yet
    otp_step: Mapped[int] = mapped_column(
        default=0, server_default="0"
    )  # the last one used: a code opens once

    appointments: Mapped[list[Appointment]] = relationship(back_populates="user", lazy="selectin")

    @property
    def is_active(self) -> bool:
        return self.deactivated_at is None

    def roles_at(self, estate_id: int) -> set[Role]:
        """The roles held now at one estate."""
        return {Role(a.role) for a in self.appointments if a.until is None and a.estate_id == estate_id}

    def can(self, permission: Permission, estate_id: int) -> bool:
        return any(
            permission in GRANTS[Role(a.role)]
            for a in self.appointments
            if a.until is None and a.estate_id == estate_id
        )

    def estates_where(self, permission: Permission) -> list[int]:
        """Ids of the estates at which this person holds *permission*."""
        return sorted(
            {a.estate_id for a in self.appointments if a.until is None and permission in GRANTS[Role(a.role)]}
        )

    @property
    def department_ids(self) -> list[int]:
        return sorted(
            {a.department_id for a in self.appointments if a.until is None and a.department_id is not None}
        )

    @property
    def headed_departments(self) -> list[int]:
        """Ids of the departments this person heads now."""
        return sorted(
            {
                a.department_id
                for a in self.appointments
                if a.until is None and a.department_id is not None and a.role == Role.DEPARTMENT_HEAD
            }
        )

    def heads(self, department_id: int | None) -> bool:
        return department_id in self.headed_departments


class Appointment(Base):
    """A role at an estate, within a department or not; ended, never deleted."""

    __tablename__ = "appointments"
    __table_args__ = (Index(None, "user_id"), Index(None, "estate_id", "role"))

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    estate_id: Mapped[int] = mapped_column(ForeignKey("estates.id"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    role: Mapped[str] = mapped_column(String(20))
    since: Mapped[datetime] = mapped_column(Instant)
    until: Mapped[datetime | None] = mapped_column(Instant)

    user: Mapped[User] = relationship(back_populates="appointments")
    department: Mapped[Department | None] = relationship()


class Shift(Base):
    """The duty roster (值班表): who answers, from when to when, for what nobody has claimed."""

    __tablename__ = "shifts"
    __table_args__ = (Index(None, "estate_id", "starts_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estates.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    starts_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime] = mapped_column(Instant)

    user: Mapped[User] = relationship()


class Leave(Base):
    """Somebody is away, and who stands in (deputy); what the roster and routing propose respects it."""

    __tablename__ = "leaves"
    __table_args__ = (Index(None, "user_id", "starts_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    deputy_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    starts_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime] = mapped_column(Instant)

    user: Mapped[User] = relationship(foreign_keys=[user_id])
    deputy: Mapped[User | None] = relationship(foreign_keys=[deputy_id])


class StaffSession(UserMixin, Base):
    """One signed-in browser, so that signing out and dismissal end it on the server (T21).

    What flask-login calls the user is this row; the person is `.user`.
    """

    __tablename__ = "staff_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    began_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)

    user: Mapped[User] = relationship(lazy="joined")

    token = ""  # the cookie's half, known only while a request of that browser is answered

    def get_id(self) -> str:
        return self.token


class Invitation(Base):
    """A link by which one person chooses a password, once, within half an hour (T22)."""

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    token_digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    made_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)

    user: Mapped[User] = relationship()


class Throttle(Base):
    """Failures behind one door (a keyed digest) in one window; memory counters would multiply by worker (T03)."""

    __tablename__ = "throttles"

    door: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    since: Mapped[datetime] = mapped_column(Instant)
    failures: Mapped[int]


class ApiKey(Base):
    """What lets an app or partner file over Open311: shown once, kept as a digest."""

    __tablename__ = "api_keys"

    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estates.id"))
    name: Mapped[str] = mapped_column(String(60))  # whose it is
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    made_at: Mapped[datetime] = mapped_column(Instant)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    per_day: Mapped[int] = mapped_column(default=500)  # filings

    made_by: Mapped[User] = relationship()
