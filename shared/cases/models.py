"""The case and what belongs to it; what was done about it stands in `records`, and is had from here too.

Words about people stand in tables of their own, which can be erased.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shared.cases import references
from shared.cases.lifecycle import OPEN, State
from shared.cases.records import (
    Closure,
    Contact,
    Escalation,
    Finding,
    Opinion,
    OutsideOrder,
    OutstandingWork,
    Plan,
    Postponement,
    Proposal,
    Resolution,
)
from shared.cases.vocabulary import Channel
from shared.database import Base, Instant
from shared.identity.models import Building, Department, Estate, User
from shared.policies.models import PolicyVersion
from shared.sealing import Sealed

__all__ = [
    "ArchiveCounter",
    "Case",
    "Closure",
    "Contact",
    "Draft",
    "Escalation",
    "Finding",
    "Opinion",
    "OutsideOrder",
    "OutstandingWork",
    "Participation",
    "Party",
    "Plan",
    "Postponement",
    "PrivateLink",
    "Proposal",
    "Resolution",
    "Round",
    "Statement",
    "Words",
]

_PARKED = text("clocks_parked IS NOT NULL")
_ABOUT = text("part = 'about'")
_WAITING = text("next_due_at IS NOT NULL")
_CONTESTED = text("cause IN ('appeal', 'rating')")  # as in shared.register.views
# Word for word what shared.register.views.IS_OPEN renders: SQLite uses a partial index only for its own words.
_OPEN = text("state IN ({})".format(", ".join(f"'{state}'" for state in sorted(OPEN))))


class Case(Base):
    """One matter reported by one party. Verbs change it; nothing else does."""

    __tablename__ = "cases"
    __table_args__ = (
        UniqueConstraint("estate_id", "archive_year", "archive_serial"),
        Index(None, "estate_id", "filed_at", "id"),
        # One line of the register's filters, the latest first.
        Index(None, "estate_id", "channel", "filed_at", "id"),
        Index(None, "estate_id", "category", "filed_at", "id"),
        Index(None, "estate_id", "building_id", "filed_at", "id"),
        Index(None, "estate_id", "state", "next_due_at"),
        Index(None, "handler_id", "state", "next_due_at"),
        Index(None, "first_responder_id", "state", "next_due_at"),
        Index(None, "lead_department_id", "state", "next_due_at"),
        Index("ix_cases_parked", "id", postgresql_where=_PARKED, sqlite_where=_PARKED),
        # Of many years' cases few are open and fewer wait: these stay small.
        Index("ix_cases_open", "estate_id", "filed_at", "id", postgresql_where=_OPEN, sqlite_where=_OPEN),
        Index(
            "ix_cases_waiting",
            "estate_id",
            "next_due_at",
            "id",
            postgresql_where=_WAITING,
            sqlite_where=_WAITING,
        ),
        Index(None, "changed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # Derived by key from the submission key; reference, receipt code and private link derive from it in turn.
    seed: Mapped[bytes] = mapped_column(LargeBinary(16), unique=True)
    reference: Mapped[str] = mapped_column(String(references.LENGTH), unique=True)
    archive_year: Mapped[int]
    archive_serial: Mapped[int]
    archive_number: Mapped[str] = mapped_column(String(20), unique=True)

    estate_id: Mapped[int] = mapped_column(ForeignKey("estates.id"))
    building_id: Mapped[int | None] = mapped_column(ForeignKey("buildings.id"))
    spot: Mapped[str | None] = mapped_column(String(60))

    kind: Mapped[str] = mapped_column(String(10))
    category: Mapped[str] = mapped_column(String(20))
    topic: Mapped[str | None] = mapped_column(String(20))
    channel: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(12))
    state_before_referral: Mapped[str | None] = mapped_column(String(12))
    round: Mapped[int] = mapped_column(default=1)

    urgency_reported: Mapped[str] = mapped_column(String(10))
    urgency: Mapped[str] = mapped_column(String(10))
    severity: Mapped[str] = mapped_column(String(10))
    complexity: Mapped[str] = mapped_column(String(10))
    validity: Mapped[str] = mapped_column(String(10))
    fault: Mapped[str] = mapped_column(String(10), default="presumed", server_default="presumed")

    anonymous: Mapped[bool]
    call_me: Mapped[bool]
    occurred_at: Mapped[datetime | None] = mapped_column(Instant)
    wanted_reply_by: Mapped[datetime | None] = mapped_column(Instant)
    # When somebody is at home for a repair.
    visit_from: Mapped[datetime | None] = mapped_column(Instant)
    visit_until: Mapped[datetime | None] = mapped_column(Instant)
    received_at: Mapped[datetime] = mapped_column(Instant)  # clocks run from here (clauses.md, settled 10)
    filed_at: Mapped[datetime] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)

    first_responder_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    lead_department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    policy_version_id: Mapped[int] = mapped_column(ForeignKey("policy_versions.id"))
    # The incident it has been joined to; the rows of its membership, refused ones too, stand in shared.incidents.
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incidents.id"), index=True)

    next_due_at: Mapped[datetime | None] = mapped_column(Instant)  # the nearest running clock, for lists
    clocks_parked: Mapped[str | None] = mapped_column(String(200))  # why no clock could be derived
    notice_version: Mapped[str | None] = mapped_column(String(10))  # of the privacy notice it was filed under
    sealed_at: Mapped[datetime | None] = mapped_column(Instant)
    erased_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(default=0)  # grows with every act; forms carry it
    last_seq: Mapped[int] = mapped_column(default=0)
    last_hash: Mapped[bytes] = mapped_column(LargeBinary(32), default=b"")

    estate: Mapped[Estate] = relationship()
    building: Mapped[Building | None] = relationship()
    first_responder: Mapped[User | None] = relationship(foreign_keys=[first_responder_id])
    handler: Mapped[User | None] = relationship(foreign_keys=[handler_id])
    lead_department: Mapped[Department | None] = relationship()
    policy_version: Mapped[PolicyVersion] = relationship()
    statement: Mapped[Statement | None] = relationship(back_populates="case")
    party: Mapped[Party | None] = relationship(back_populates="case")

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_internal(self) -> bool:
        """Staff about what is wrong inside: supervision alone has to do with it (CO-M5)."""
        return self.channel == Channel.INTERNAL

    @property
    def stage(self) -> State:
        return State(self.state)

    @property
    def shown_reference(self) -> str:
        return references.shown(self.reference)


class ArchiveCounter(Base):
    """The last archive number given out, per estate and year; raised inside the filing itself, so no gap."""

    __tablename__ = "archive_counters"

    estate_id: Mapped[int] = mapped_column(ForeignKey("estates.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


class Round(Base):
    """One pass through handling, and why it was opened."""

    __tablename__ = "rounds"
    __table_args__ = (
        UniqueConstraint("case_id", "number"),
        Index(
            "ix_rounds_contested", "case_id", "number", postgresql_where=_CONTESTED, sqlite_where=_CONTESTED
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    number: Mapped[int]
    opened_at: Mapped[datetime] = mapped_column(Instant)
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    cause: Mapped[str] = mapped_column(String(20))  # filing | revisit | reopening | rating | appeal


class Statement(Base):
    """The reporting party's own words. Erasable."""

    __tablename__ = "statements"
    __table_args__ = (Index(None, "text_index"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    description: Mapped[str] = mapped_column(Text)
    demands: Mapped[str] = mapped_column(Text)
    about: Mapped[str] = mapped_column(String(120))  # whom or what it is about, as the owner put it
    text_index: Mapped[bytes | None] = mapped_column(
        LargeBinary(16)
    )  # keyed: finds the same words again (T24)

    case: Mapped[Case] = relationship(back_populates="statement")


class Party(Base):
    """Who reported it; absent for an anonymous case. Sealed, found by keyed digests only. Erasable."""

    __tablename__ = "parties"
    __table_args__ = (Index(None, "phone_index"), Index(None, "phone_tail_index"), Index(None, "name_index"))

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    type: Mapped[str] = mapped_column(String(10))
    name: Mapped[str | None] = mapped_column(Sealed("parties.name"))
    phone: Mapped[str | None] = mapped_column(Sealed("parties.phone"))
    email: Mapped[str | None] = mapped_column(Sealed("parties.email"))
    unit: Mapped[str | None] = mapped_column(Sealed("parties.unit"))
    locale: Mapped[str] = mapped_column(String(10))
    name_index: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    phone_index: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    phone_tail_index: Mapped[bytes | None] = mapped_column(LargeBinary(16))

    case: Mapped[Case] = relationship(back_populates="party")


class Words(Base):
    """What somebody wrote on a case after filing. The timeline names the row and its digest. Erasable."""

    __tablename__ = "words"
    __table_args__ = (Index(None, "case_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    text: Mapped[str] = mapped_column(Text)
    public: Mapped[bool]  # the owner reads them; a public act may carry words that are not


class Participation(Base):
    """Who has to do with a case, and as what: the one source of scope, with a role that sees the whole estate."""

    __tablename__ = "participations"
    __table_args__ = (
        Index(None, "case_id"),
        Index(None, "user_id", "case_id"),
        Index(None, "department_id", "case_id"),
        Index("ix_participations_about", "case_id", postgresql_where=_ABOUT, sqlite_where=_ABOUT),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    part: Mapped[str] = mapped_column(String(20))
    since: Mapped[datetime] = mapped_column(Instant)
    until: Mapped[datetime | None] = mapped_column(Instant)

    user: Mapped[User | None] = relationship()
    department: Mapped[Department | None] = relationship()


class PrivateLink(Base):
    """The address of the owner's page, by digest; generation n + 1 ends generation n (T06)."""

    __tablename__ = "private_links"
    __table_args__ = (UniqueConstraint("case_id", "generation"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    generation: Mapped[int]
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    made_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class Draft(Base):
    """What an owner has filled in so far, sealed; deleted in the change that files it."""

    __tablename__ = "drafts"
    __table_args__ = (Index(None, "touched_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estates.id"))
    content: Mapped[str] = mapped_column(Sealed("drafts.content"))
    touched_at: Mapped[datetime] = mapped_column(Instant)
