"""Incidents: cases of one matter, proposed by likeness, joined or refused by staff."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shared.database import Base, Instant
from shared.identity.models import Building, Department, Estate, User


class Incident(Base):
    """One matter behind several cases. Open as long as one of them is, or until it is put right."""

    __tablename__ = "incidents"
    __table_args__ = (Index(None, "estate_id", "opened_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estates.id"))
    building_id: Mapped[int | None] = mapped_column(ForeignKey("buildings.id"))
    category: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(80))  # staff's own words; names no owner
    opened_at: Mapped[datetime] = mapped_column(Instant)
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))  # None: proposed by the machine
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    ended_at: Mapped[datetime | None] = mapped_column(Instant)  # put right: what comes later is a repeat
    people: Mapped[int] = mapped_column(default=0)  # counted by staff on the spot (VK-4h); 0: not counted
    version: Mapped[int] = mapped_column(default=0)

    estate: Mapped[Estate] = relationship()
    building: Mapped[Building | None] = relationship()
    opened_by: Mapped[User | None] = relationship(foreign_keys=[opened_by_id])


class Membership(Base):
    """A case proposed for an incident, and what a person decided about it."""

    __tablename__ = "incident_memberships"
    __table_args__ = (UniqueConstraint("incident_id", "case_id"), Index(None, "case_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    state: Mapped[str] = mapped_column(String(10))  # proposed | joined | refused | parted
    score: Mapped[float | None]
    reasons: Mapped[list[str]] = mapped_column(JSON)
    proposed_at: Mapped[datetime] = mapped_column(Instant)
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    incident: Mapped[Incident] = relationship()


class PlaybookStep(Base):
    """One line of the VK-5.4 checklist, done: by whom, when, with what words."""

    __tablename__ = "playbook_steps"
    __table_args__ = (UniqueConstraint("incident_id", "step"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"))
    step: Mapped[str] = mapped_column(String(30))
    done_at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    note: Mapped[str] = mapped_column(String(400))

    by: Mapped[User] = relationship()


class SpecialReport(Base):
    """A party's further complaint about the same problem goes to the general manager, who names somebody (VK-4e)."""

    __tablename__ = "special_reports"
    __table_args__ = (UniqueConstraint("case_id", "clause"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    clause: Mapped[str] = mapped_column(String(12))
    nth: Mapped[int]  # the how-manieth complaint of the party about it
    earlier: Mapped[list[str]] = mapped_column(JSON)  # archive numbers of the earlier cases
    made_at: Mapped[datetime] = mapped_column(Instant)
    designated_at: Mapped[datetime | None] = mapped_column(Instant)
    designated_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    department: Mapped[Department | None] = relationship()
    handler: Mapped[User | None] = relationship(foreign_keys=[handler_id])
