"""Timeline rows hold ids, codes and digests; words about people stand in rows that can be erased."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.database import Base, Instant


class TimelineRow(Base):
    """One act on one case; `hash` covers it and the row before. The database refuses UPDATE and DELETE (T37)."""

    __tablename__ = "timeline"
    __table_args__ = (UniqueConstraint("case_id", "seq"), Index(None, "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    seq: Mapped[int]
    round: Mapped[int]
    at: Mapped[datetime] = mapped_column(Instant)
    act: Mapped[str] = mapped_column(String(20))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    public: Mapped[bool]
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class DailyRoot(Base):
    """One digest over the last row of every case touched that UTC day: a case cut short is noticed."""

    __tablename__ = "daily_roots"

    on: Mapped[date] = mapped_column(Date, primary_key=True)
    rows: Mapped[int]
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    made_at: Mapped[datetime] = mapped_column(Instant)


class Access(Base):
    """Somebody looked at something personal: who, which case, what, when (PIPL 51, AH-6.2, T40)."""

    __tablename__ = "accesses"
    __table_args__ = (Index(None, "user_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    what: Mapped[str] = mapped_column(String(20))


class Export(Base):
    """Somebody took a large part of the register away, or telephones in whole: how much, and why (T28)."""

    __tablename__ = "exports"
    __table_args__ = (Index(None, "user_id", "at"), Index(None, "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    form: Mapped[str] = mapped_column(String(8))
    cases: Mapped[int]
    phones: Mapped[int]  # how many of them with the telephone in whole
    asked: Mapped[str] = mapped_column(String(1000))  # the filters, never what was searched for
    reason: Mapped[str] = mapped_column(Text)


class SettingChange(Base):
    """Somebody changed how the desk works: who, at which estate, what, from what to what."""

    __tablename__ = "setting_changes"
    __table_args__ = (Index(None, "estate_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    estate_id: Mapped[int | None] = mapped_column(ForeignKey("estates.id"))  # None: all of them
    what: Mapped[str] = mapped_column(String(40))
    before: Mapped[Any] = mapped_column(JSON)
    after: Mapped[Any] = mapped_column(JSON)
