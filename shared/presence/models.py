"""Who looks at a case now, and words that are typed and not yet sent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shared.database import Base, Instant
from shared.identity.models import User
from shared.sealing import Sealed


class Presence(Base):
    """One person at one case; rows that are minutes old mean nothing and are swept away."""

    __tablename__ = "presences"
    __table_args__ = (UniqueConstraint("case_id", "user_id"), Index(None, "seen_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    seen_at: Mapped[datetime] = mapped_column(Instant)
    writes: Mapped[str | None] = mapped_column(String(20))  # the act whose form they are filling in

    user: Mapped[User] = relationship()


class Unsent(Base):
    """What a person has typed into a form and not sent, kept until it is sent or thrown away (F44)."""

    __tablename__ = "unsent"
    __table_args__ = (UniqueConstraint("user_id", "place"), Index(None, "touched_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))  # None: no case yet, as at the intake
    place: Mapped[str] = mapped_column(String(80))  # which form of which page
    content: Mapped[str] = mapped_column(Sealed("unsent.content"))
    touched_at: Mapped[datetime] = mapped_column(Instant)
