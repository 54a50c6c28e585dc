"""Records of ownership; each belongs to a round, none is ever edited but to end it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shared.database import Base, Instant
from shared.identity.models import Department, User


class Assignment(Base):
    """A dispatch: to which department and handler, with what requirements and time node (GZ-10, AH-3.1)."""

    __tablename__ = "assignments"
    __table_args__ = (Index(None, "case_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    round: Mapped[int]
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    handler_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    wanted_by: Mapped[datetime | None] = mapped_column(Instant)
    words_id: Mapped[int | None] = mapped_column(ForeignKey("words.id"))
    accepted_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)

    department: Mapped[Department] = relationship()
    handler: Mapped[User] = relationship(foreign_keys=[handler_id])
    by: Mapped[User] = relationship(foreign_keys=[by_id])


class Transfer(Base):
    """First responsibility asked to pass to another; it passes when the other accepts, not before."""

    __tablename__ = "transfers"
    __table_args__ = (Index(None, "case_id"), Index(None, "receiver_id", "answered_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    giver_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    receiver_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    words_id: Mapped[int | None] = mapped_column(ForeignKey("words.id"))
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    accepted: Mapped[bool | None]

    giver: Mapped[User] = relationship(foreign_keys=[giver_id])
    receiver: Mapped[User] = relationship(foreign_keys=[receiver_id])
