"""A reply template."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shared.database import Base, Instant
from shared.identity.models import User


class Phrase(Base):
    """Never edited: a change is a further row, and the former one ends."""

    __tablename__ = "phrases"
    __table_args__ = (Index(None, "estate_id", "ended_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estates.id"))
    name: Mapped[str] = mapped_column(String(40))
    category: Mapped[str | None] = mapped_column(String(20))  # None: for every category
    act: Mapped[str | None] = mapped_column(String(20))  # the form it is offered in; None: in every one
    text: Mapped[str] = mapped_column(Text)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)

    made_by: Mapped[User] = relationship()
