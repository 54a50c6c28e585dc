"""Measures, training, lessons and meetings (CO-6, CO-7, MS-5, MS-7, TR-14, TR-15)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shared.cases.models import Case
from shared.database import Base, Instant
from shared.identity.models import Estate, User


class Cause(Base):
    """Why a matter came about, found by a person after a round was over (CO-6); the newest of a case holds."""

    __tablename__ = "causes"
    __table_args__ = (Index(None, "case_id"), Index(None, "estate_id", "found_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estates.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    round: Mapped[int]
    code: Mapped[str] = mapped_column(String(20))
    words_id: Mapped[int | None] = mapped_column(ForeignKey("words.id"))
    found_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    found_at: Mapped[datetime] = mapped_column(Instant)

    case: Mapped[Case] = relationship()
    found_by: Mapped[User] = relationship()


class Measure(Base):
    """Something to be done so that it does not happen again (措施), by whom, until when, and whether it worked.

    `origin_key`, where the machine raises it, so that one reason raises one measure.
    """

    __tablename__ = "measures"
    __table_args__ = (
        UniqueConstraint("estate_id", "origin_key"),
        Index(None, "estate_id", "done_at", "due_on"),
        Index(None, "owner_id", "done_at"),
        Index(None, "case_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estates.id"))
    kind: Mapped[str] = mapped_column(
        String(12)
    )  # corrective | preventive | root_cause | action (of a meeting)
    origin: Mapped[str] = mapped_column(
        String(12)
    )  # case | incident | recurrence | revisits | meeting | training
    origin_key: Mapped[str | None] = mapped_column(String(60))
    clause: Mapped[str] = mapped_column(String(12))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incidents.id"))
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meetings.id"))
    category: Mapped[str | None] = mapped_column(String(20))
    building_id: Mapped[int | None] = mapped_column(ForeignKey("buildings.id"))
    cause: Mapped[str | None] = mapped_column(String(20))
    what: Mapped[str] = mapped_column(Text)  # in staff's words, which name no owner
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))  # None: raised, nobody named yet
    due_on: Mapped[date | None]
    raised_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))  # None: the machine
    raised_at: Mapped[datetime] = mapped_column(Instant)
    done_at: Mapped[datetime | None] = mapped_column(Instant)
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    result: Mapped[str] = mapped_column(Text, default="", server_default="")
    check_on: Mapped[date | None]  # when it will be looked at whether it worked
    effect: Mapped[str | None] = mapped_column(String(12))  # effective | partly | ineffective
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    checked_at: Mapped[datetime | None] = mapped_column(Instant)
    check_note: Mapped[str] = mapped_column(Text, default="", server_default="")
    dropped_at: Mapped[datetime | None] = mapped_column(
        Instant
    )  # not to be done after all; `result` says why

    case: Mapped[Case | None] = relationship()
    owner: Mapped[User | None] = relationship(foreign_keys=[owner_id])
    raised_by: Mapped[User | None] = relationship(foreign_keys=[raised_by_id])
    done_by: Mapped[User | None] = relationship(foreign_keys=[done_by_id])
    checked_by: Mapped[User | None] = relationship(foreign_keys=[checked_by_id])
    meeting: Mapped[Meeting | None] = relationship(back_populates="actions")


class Training(Base):
    """A course, a drill or a test of those who meet owners (MS-5, CO-M4)."""

    __tablename__ = "trainings"
    __table_args__ = (Index(None, "estate_id", "held_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estates.id"))
    kind: Mapped[str] = mapped_column(String(8))  # course | drill | test
    title: Mapped[str] = mapped_column(String(80))
    held_at: Mapped[datetime] = mapped_column(Instant)
    minutes: Mapped[int]
    place: Mapped[str] = mapped_column(String(60), default="", server_default="")
    trainer: Mapped[str] = mapped_column(String(60), default="", server_default="")
    content: Mapped[str] = mapped_column(Text, default="", server_default="")
    pass_mark: Mapped[int | None]  # of 100; None: nothing was tested
    planned_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    planned_at: Mapped[datetime] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)  # the attendance is complete and stands
    called_off_at: Mapped[datetime | None] = mapped_column(Instant)

    estate: Mapped[Estate] = relationship()
    planned_by: Mapped[User] = relationship()
    attendances: Mapped[list[Attendance]] = relationship(back_populates="training")


class Attendance(Base):
    """Whether one person of the front line was there, and how the test went."""

    __tablename__ = "attendances"
    __table_args__ = (UniqueConstraint("training_id", "user_id"), Index(None, "user_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    training_id: Mapped[int] = mapped_column(ForeignKey("trainings.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    present: Mapped[bool]
    score: Mapped[int | None]  # of 100

    training: Mapped[Training] = relationship(back_populates="attendances")
    user: Mapped[User] = relationship()


class Lesson(Base):
    """A closed case retold for the library, without anybody in it (CO-7); read once somebody else approved it."""

    __tablename__ = "lessons"
    __table_args__ = (Index(None, "estate_id", "approved_at"), Index(None, "case_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estates.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    title: Mapped[str] = mapped_column(String(80))
    category: Mapped[str] = mapped_column(String(20))
    cause: Mapped[str | None] = mapped_column(String(20))
    happened: Mapped[str] = mapped_column(Text)
    learnt: Mapped[str] = mapped_column(Text)
    written_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    written_at: Mapped[datetime] = mapped_column(Instant)
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    approved_at: Mapped[datetime | None] = mapped_column(Instant)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)

    written_by: Mapped[User] = relationship(foreign_keys=[written_by_id])
    approved_by: Mapped[User | None] = relationship(foreign_keys=[approved_by_id])


class Meeting(Base):
    """The monthly review of complaint work (MS-7): agenda, who was there, minutes, and what is to be done."""

    __tablename__ = "meetings"
    __table_args__ = (Index(None, "estate_id", "held_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estates.id"))
    title: Mapped[str] = mapped_column(String(80))
    held_at: Mapped[datetime] = mapped_column(Instant)
    place: Mapped[str] = mapped_column(String(60), default="", server_default="")
    agenda: Mapped[str] = mapped_column(Text, default="", server_default="")
    minutes: Mapped[str] = mapped_column(Text, default="", server_default="")
    owners_present: Mapped[int | None]  # representatives of the owners, counted and not named
    called_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    called_at: Mapped[datetime] = mapped_column(Instant)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    closed_at: Mapped[datetime | None] = mapped_column(Instant)  # the minutes stand
    called_off_at: Mapped[datetime | None] = mapped_column(Instant)

    called_by: Mapped[User] = relationship(foreign_keys=[called_by_id])
    closed_by: Mapped[User | None] = relationship(foreign_keys=[closed_by_id])
    participants: Mapped[list[MeetingParticipant]] = relationship(back_populates="meeting")
    actions: Mapped[list[Measure]] = relationship(back_populates="meeting", order_by=Measure.id)


class MeetingParticipant(Base):
    """Who of the staff was asked to a meeting, and came."""

    __tablename__ = "meeting_participants"
    __table_args__ = (UniqueConstraint("meeting_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    present: Mapped[bool] = mapped_column(default=False, server_default=false())

    meeting: Mapped[Meeting] = relationship(back_populates="participants")
    user: Mapped[User] = relationship()
