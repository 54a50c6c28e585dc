"""The assessment ledger (考核台账): entries, decisions, and the bonuses that cap fines (GZ-5 to GZ-20)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shared.cases.models import Case
from shared.database import Base, Instant
from shared.identity.models import Department, Estate, User


class Entry(Base):
    """A proposed deduction, reward or graded outcome (考核记录). Never edited: what becomes of it are decisions.

    `origin_key` names what it came from, so that one breach is proposed once however often it is looked at.
    """

    __tablename__ = "assessment_entries"
    __table_args__ = (
        UniqueConstraint("estate_id", "origin_key"),
        Index(None, "estate_id", "month", "person_id"),
        Index(None, "person_id", "occurred_at"),
        Index(None, "case_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estates.id"))
    origin: Mapped[str] = mapped_column(
        String(12)
    )  # breach | finding | duty | doubling | advice | reward | counter
    origin_key: Mapped[str] = mapped_column(String(60))
    clause: Mapped[str] = mapped_column(String(12))
    rule: Mapped[str | None] = mapped_column(
        String(30)
    )  # of the policy: a clock, a finding or a periodic duty
    kind: Mapped[str] = mapped_column(
        String(8)
    )  # fine | wage | reward | graded | advice | none: carries no amount
    least: Mapped[int | None]  # in the policy's unit; None: the article names none
    most: Mapped[int | None]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    department_id: Mapped[int | None] = mapped_column(
        ForeignKey("departments.id")
    )  # the person's at that time
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    round: Mapped[int | None]
    deadline_id: Mapped[int | None] = mapped_column(ForeignKey("deadlines.id"))
    occurred_at: Mapped[datetime] = mapped_column(Instant)  # of the violation, not of the proposal
    month: Mapped[int]  # 202611: the month it counts in, by the estate's wall
    evidence: Mapped[dict[str, Any]] = mapped_column(JSON)  # ids, codes, instants and shares; never words
    note: Mapped[str] = mapped_column(Text, default="", server_default="")  # of the person who proposes
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))  # None: the machine
    proposed_at: Mapped[datetime] = mapped_column(Instant)
    about_id: Mapped[int | None] = mapped_column(
        ForeignKey("assessment_entries.id")
    )  # what it doubles or counters

    estate: Mapped[Estate] = relationship()
    person: Mapped[User | None] = relationship(foreign_keys=[person_id])
    department: Mapped[Department | None] = relationship()
    case: Mapped[Case | None] = relationship()
    proposed_by: Mapped[User | None] = relationship(foreign_keys=[proposed_by_id])
    about: Mapped[Entry | None] = relationship(remote_side=[id])
    decisions: Mapped[list[Decision]] = relationship(back_populates="entry", order_by="Decision.step")


class Decision(Base):
    """One step in the life of an entry; each step is taken once, in order, and never unsaid."""

    __tablename__ = "assessment_decisions"
    __table_args__ = (UniqueConstraint("entry_id", "step"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("assessment_entries.id"))
    step: Mapped[int]  # 1 decided or waived, 2 appealed, 3 heard
    kind: Mapped[str] = mapped_column(String(8))  # decided | waived | appealed | upheld | changed | annulled
    amount: Mapped[int | None]  # before doubling and cap, in the policy's unit
    multiplier: Mapped[int] = mapped_column(default=1, server_default="1")  # 2 at the second in a row (GZ-19)
    grade: Mapped[str | None] = mapped_column(
        String(10)
    )  # AH-7.1: criticism | warning | fine | demotion | dismissal
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(Text)

    entry: Mapped[Entry] = relationship(back_populates="decisions")
    by: Mapped[User] = relationship()


class Bonus(Base):
    """What a person's bonus of a month is (GZ-20); a correction is another row, and the newest holds."""

    __tablename__ = "bonuses"
    __table_args__ = (Index(None, "estate_id", "user_id", "month"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estates.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    month: Mapped[int]  # 202611
    amount: Mapped[int]
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(Instant)

    user: Mapped[User] = relationship(foreign_keys=[user_id])
    by: Mapped[User] = relationship(foreign_keys=[by_id])
