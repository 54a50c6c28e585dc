"""The ladder as rows: one per broken clock and level, with whom it asks and who answered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shared.database import Base, Instant
from shared.identity.models import User

_UNANSWERED = text("answered_at IS NULL AND ended_at IS NULL")


class Rung(Base):
    """The machine's notice of a breach to one level, once; unanswered, the next level gets its own."""

    __tablename__ = "rungs"
    __table_args__ = (
        UniqueConstraint("deadline_id", "level"),
        Index(None, "case_id"),
        Index("ix_rungs_unanswered", "answer_by", postgresql_where=_UNANSWERED, sqlite_where=_UNANSWERED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    deadline_id: Mapped[int] = mapped_column(ForeignKey("deadlines.id"))
    level: Mapped[int]  # 0: whoever holds the duty; below it those told beside the ladder
    role: Mapped[str] = mapped_column(String(20))
    given_at: Mapped[datetime] = mapped_column(Instant)
    answer_by: Mapped[datetime | None] = mapped_column(Instant)  # None: nothing follows, or it has climbed
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    ended_at: Mapped[datetime | None] = mapped_column(
        Instant
    )  # the duty was done, or fell away, before an answer

    answered_by: Mapped[User | None] = relationship()


class RungPerson(Base):
    """Whom a rung asks."""

    __tablename__ = "rung_people"
    __table_args__ = (UniqueConstraint("rung_id", "user_id"), Index(None, "user_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    rung_id: Mapped[int] = mapped_column(ForeignKey("rungs.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))

    rung: Mapped[Rung] = relationship()
    user: Mapped[User] = relationship()
