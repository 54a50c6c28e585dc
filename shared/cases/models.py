"""The case and what belongs to it. Words about people stand in tables of their own, which can be erased."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shared.cases import references
from shared.cases.lifecycle import OPEN, State
from shared.cases.vocabulary import Channel
from shared.database import Base, Instant
from shared.identity.models import Building, Department, Estate, User
from shared.policies.models import PolicyVersion
from shared.sealing import Sealed

_PARKED = text("clocks_parked IS NOT NULL")
_ABOUT = text("part = 'about'")
_WAITING = text("next_due_at IS NOT NULL")
_CONTESTED = text("cause IN ('appeal', 'rating')")  # as in shared.register.views
_UNANSWERED = text("answered_at IS NULL AND due_at IS NOT NULL")
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
