"""A version of a policy at an estate: a row with an end, never edited (CO-M6)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.database import Base, Instant


class PolicyVersion(Base):
    __tablename__ = "policy_versions"
    __table_args__ = (UniqueConstraint("estate_id", "version"), Index(None, "estate_id", "effective_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estates.id"))
    preset: Mapped[str] = mapped_column(String(20))
    version: Mapped[int]
    body: Mapped[str] = mapped_column(Text)  # the TOML as published
    effective_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    published_at: Mapped[datetime | None] = mapped_column(Instant)
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))  # None: by command
