"""A revisit, made or attempted, with the four answers of VK-4k."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shared.database import Base, Instant
from shared.identity.models import User


class Revisit(Base):
    __tablename__ = "revisits"
    __table_args__ = (Index(None, "case_id"), Index(None, "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    round: Mapped[int]
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    method: Mapped[str] = mapped_column(String(20))
    reached: Mapped[bool]
    hindrance: Mapped[str | None] = mapped_column(String(12))  # no_answer | wrong_number | refused | away
    again_at: Mapped[datetime | None] = mapped_column(Instant)  # when the next attempt is meant to be made
    satisfied: Mapped[bool | None]  # with the result: decides what comes next
    timely: Mapped[bool | None]
    courteous: Mapped[bool | None]
    documented: Mapped[bool] = mapped_column(
        default=False, server_default=false()
    )  # signature or receipt (TR-12)
    companion_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))  # the second visitor (TR-11)
    words_id: Mapped[int | None] = mapped_column(ForeignKey("words.id"))  # opinions and suggestions

    by: Mapped[User] = relationship(foreign_keys=[by_id])
    companion: Mapped[User | None] = relationship(foreign_keys=[companion_id])


class Rating(Base):
    """What the owner says of a round, by their own hand (MS-4, T39). Changed within seven days: a further row."""

    __tablename__ = "ratings"
    __table_args__ = (Index(None, "case_id"), Index(None, "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    round: Mapped[int]
    at: Mapped[datetime] = mapped_column(Instant)
    level: Mapped[str] = mapped_column(String(12))  # satisfied | basically | dissatisfied
    solved: Mapped[bool | None]
    timely: Mapped[bool | None]
    courteous: Mapped[bool | None]
    reasons: Mapped[list[str]] = mapped_column(JSON)  # codes
    door: Mapped[str] = mapped_column(String(10))  # how they came in: link | code | tail
    words_id: Mapped[int | None] = mapped_column(ForeignKey("words.id"))
    replaced_at: Mapped[datetime | None] = mapped_column(Instant)


class Appeal(Base):
    """The owner asks for another person (申诉); at most once for each round that ended."""

    __tablename__ = "appeals"
    __table_args__ = (UniqueConstraint("case_id", "round"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    round: Mapped[int]  # the one appealed against
    at: Mapped[datetime] = mapped_column(Instant)
    reasons: Mapped[list[str]] = mapped_column(JSON)
    words_id: Mapped[int | None] = mapped_column(ForeignKey("words.id"))
