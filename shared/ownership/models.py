"""Records of ownership; each belongs to a round, none is ever edited but to end it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text, false
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
    final: Mapped[bool] = mapped_column(default=False, server_default=false())  # cannot be returned again

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
    forced: Mapped[bool] = mapped_column(
        default=False, server_default=false()
    )  # of a leaver: nobody is asked
    handover_id: Mapped[int | None] = mapped_column(ForeignKey("handovers.id"))

    giver: Mapped[User] = relationship(foreign_keys=[giver_id])
    receiver: Mapped[User] = relationship(foreign_keys=[receiver_id])


class Return(Base):
    """A misdirected case asked back by whoever it was sent to (退单); it goes back when somebody else says so."""

    __tablename__ = "returns"
    __table_args__ = (Index(None, "case_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    round: Mapped[int]
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    words_id: Mapped[int | None] = mapped_column(ForeignKey("words.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    approved: Mapped[bool | None]
    answer_words_id: Mapped[int | None] = mapped_column(ForeignKey("words.id"))

    assignment: Mapped[Assignment] = relationship()
    by: Mapped[User] = relationship(foreign_keys=[by_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])


class Task(Base):
    """What a cooperating department does for a case that another leads (协办, AH-3.3b)."""

    __tablename__ = "tasks"
    __table_args__ = (Index(None, "case_id"), Index(None, "department_id", "ended_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    round: Mapped[int]
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    words_id: Mapped[int | None] = mapped_column(ForeignKey("words.id"))
    wanted_by: Mapped[datetime | None] = mapped_column(Instant)
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    taken_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    done: Mapped[bool | None]  # None: not ended; False: called off
    result_words_id: Mapped[int | None] = mapped_column(ForeignKey("words.id"))

    department: Mapped[Department] = relationship()
    asked_by: Mapped[User] = relationship(foreign_keys=[asked_by_id])
    taken_by: Mapped[User | None] = relationship(foreign_keys=[taken_by_id])


class Handover(Base):
    """The end of a shift (交接班): first responsibilities offered together, accepted together, with a note."""

    __tablename__ = "handovers"
    __table_args__ = (Index(None, "receiver_id", "answered_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estates.id"))
    giver_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    receiver_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    note: Mapped[str] = mapped_column(Text)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    accepted: Mapped[bool | None]

    giver: Mapped[User] = relationship(foreign_keys=[giver_id])
    receiver: Mapped[User] = relationship(foreign_keys=[receiver_id])
