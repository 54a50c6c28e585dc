"""What people did about a case, act by act: each row says who, when, in which round, and with which words."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shared.database import Base, Instant
from shared.identity.models import Department, User

_UNANSWERED = text("answered_at IS NULL AND due_at IS NOT NULL")


class Contact(Base):
    """A person of ours reached, or tried to reach, the reporting party (CO-M2, VK-4c)."""

    __tablename__ = "contacts"
    __table_args__ = (Index(None, "case_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    round: Mapped[int]
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    method: Mapped[str] = mapped_column(String(20))
    reached: Mapped[bool]
    words_id: Mapped[int | None] = mapped_column(ForeignKey("words.id"))


class Resolution(Base):
    """The handler's completion: the outcome, and the result in words the owner will read."""

    __tablename__ = "resolutions"
    __table_args__ = (Index(None, "case_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    round: Mapped[int]
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    outcome: Mapped[str] = mapped_column(String(10))
    words_id: Mapped[int | None] = mapped_column(ForeignKey("words.id"))
    undone_at: Mapped[datetime | None] = mapped_column(Instant)


class Closure(Base):
    """The specialist ended the round, and on what ground (VK-3.1, VK-4l)."""

    __tablename__ = "closures"
    __table_args__ = (Index(None, "case_id"), Index(None, "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    round: Mapped[int]
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    ground: Mapped[str] = mapped_column(String(20))  # satisfied | unreachable | no_contact | dissatisfied
    words_id: Mapped[int | None] = mapped_column(ForeignKey("words.id"))


class OutstandingWork(Base):
    """What is still to be done after the answer (遗留事项): its own person and date, tracked until it is done."""

    __tablename__ = "outstanding_works"
    __table_args__ = (Index(None, "case_id"), Index(None, "owner_id", "ended_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    round: Mapped[int]
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    words_id: Mapped[int | None] = mapped_column(ForeignKey("words.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    due_at: Mapped[datetime] = mapped_column(Instant)  # the first date promised; later ones are events
    promised_at: Mapped[datetime] = mapped_column(Instant)  # the date that holds now
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    done: Mapped[bool | None]  # None: still to do; False: given up, with a reason
    result_words_id: Mapped[int | None] = mapped_column(ForeignKey("words.id"))

    department: Mapped[Department] = relationship()
    owner: Mapped[User] = relationship(foreign_keys=[owner_id])


class Finding(Base):
    """What is known of a matter, as it stands after the act: fault and circumstances (TR-3, TR-6, VK-4h)."""

    __tablename__ = "findings"
    __table_args__ = (Index(None, "case_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    round: Mapped[int]
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    fault: Mapped[str] = mapped_column(String(10))
    loss: Mapped[int]  # yuan
    injury: Mapped[bool]
    litigation: Mapped[bool]
    media: Mapped[bool]
    facility_failure: Mapped[bool]  # unforeseeable: power, water and drainage, air-conditioning, lifts (TR-3)
    people: Mapped[int]  # who complain together, counted on the spot; 0: not counted (VK-4h)
    strong_complaint: Mapped[bool]
    serious_consequences: Mapped[bool]
    words_id: Mapped[int | None] = mapped_column(ForeignKey("words.id"))


class Plan(Base):
    """The measures somebody means to take (AH-3.1, VK-4f); for major cases a special plan (AH-3.3c)."""

    __tablename__ = "plans"
    __table_args__ = (Index(None, "case_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    round: Mapped[int]
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    special: Mapped[bool]
    told: Mapped[bool]  # the owner has been told of it
    words_id: Mapped[int | None] = mapped_column(ForeignKey("words.id"))
    replaced_at: Mapped[datetime | None] = mapped_column(Instant)


class Opinion(Base):
    """What was said of a plan: the specialist's review (VK-4f) or the general manager's approval (VK-4g)."""

    __tablename__ = "opinions"
    __table_args__ = (Index(None, "plan_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id"))
    act: Mapped[str] = mapped_column(String(20))  # review | approval
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    passed: Mapped[bool]
    complete_by: Mapped[datetime | None] = mapped_column(Instant)  # the date the specialist asks for (VK-7)
    words_id: Mapped[int | None] = mapped_column(ForeignKey("words.id"))


class Postponement(Base):
    """A later time for a case's clocks: agreed with the owner on evidence (GZ-12), or given with a reason (AH-3.2)."""

    __tablename__ = "postponements"
    __table_args__ = (Index(None, "case_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    round: Mapped[int]
    act: Mapped[str] = mapped_column(String(20))  # agreement | extension
    # None: the owner agreed on the progress page, to the proposal of that round that was answered then.
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    until: Mapped[datetime] = mapped_column(Instant)
    evidence: Mapped[str | None] = mapped_column(
        String(20)
    )  # of an agreement: message | letter | signature | email
    words_id: Mapped[int | None] = mapped_column(ForeignKey("words.id"))


class Escalation(Base):
    """A person told the next level (GZ-13); whoever was told says that they have heard."""

    __tablename__ = "escalations"
    __table_args__ = (Index(None, "case_id"), Index(None, "to_id", "answered_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    round: Mapped[int]
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    to_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    words_id: Mapped[int | None] = mapped_column(ForeignKey("words.id"))
    answered_at: Mapped[datetime | None] = mapped_column(Instant)

    by: Mapped[User] = relationship(foreign_keys=[by_id])
    to: Mapped[User] = relationship(foreign_keys=[to_id])


class Proposal(Base):
    """A time that the owner is asked to agree to; their own answer on the progress page is the evidence (GZ-12)."""

    __tablename__ = "proposals"
    __table_args__ = (Index(None, "case_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    round: Mapped[int]
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    until: Mapped[datetime] = mapped_column(Instant)
    words_id: Mapped[int | None] = mapped_column(ForeignKey("words.id"))  # why, in words the owner reads
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    accepted: Mapped[bool | None]
    replaced_at: Mapped[datetime | None] = mapped_column(Instant)  # another was made in its place

    by: Mapped[User] = relationship()


class OutsideOrder(Base):
    """The number and the limit under which 12345 or the street office passed the matter to us."""

    __tablename__ = "outside_orders"
    __table_args__ = (
        Index(None, "case_id"),
        Index(None, "number"),
        Index(
            "ix_outside_orders_unanswered",
            "due_at",
            "case_id",
            postgresql_where=_UNANSWERED,
            sqlite_where=_UNANSWERED,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    issuer: Mapped[str] = mapped_column(String(20))  # a Channel: city_hotline | street_office
    number: Mapped[str] = mapped_column(String(40))
    due_at: Mapped[datetime | None] = mapped_column(Instant)
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)  # when our answer went back to them
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
