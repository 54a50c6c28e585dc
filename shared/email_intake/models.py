"""What came of each mail."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from shared.database import Base, Instant
from shared.sealing import Sealed


class InboundMail(Base):
    """One mail, taken once. Its words stay here only while nobody has decided where they belong."""

    __tablename__ = "inbound_mails"
    __table_args__ = (Index(None, "estate_id", "outcome", "received_at"), Index(None, "case_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estates.id"))
    digest: Mapped[bytes] = mapped_column(
        LargeBinary(32), unique=True
    )  # of its Message-ID, else of all of it
    received_at: Mapped[datetime] = mapped_column(Instant)
    outcome: Mapped[str] = mapped_column(String(12))  # filed | added | waiting | ignored | refused
    reason: Mapped[str] = mapped_column(String(40))  # a code: why
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    sender: Mapped[str | None] = mapped_column(Sealed("inbound_mails.sender"))
    subject: Mapped[str | None] = mapped_column(Sealed("inbound_mails.subject"))
    body: Mapped[str | None] = mapped_column(Sealed("inbound_mails.body"))
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
