"""One message to one person about one event; words are made when it is sent, and not kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shared.database import Base, Instant
from shared.identity.models import User
from shared.sealing import Sealed

WAITING, SENT, UNSENT = "waiting", "sent", "unsent"


class Message(Base):
    __tablename__ = "messages"
    __table_args__ = (Index(None, "case_id"), Index(None, "user_id", "made_at"), Index(None, "foreign_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))  # None: the reporting party
    to_role: Mapped[str] = mapped_column(String(20))  # party, handler, first_responder, director …
    about: Mapped[str] = mapped_column(String(30))  # which wording
    detail: Mapped[str | None] = mapped_column(String(60))  # a rule or an id the wording needs
    channel: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10))  # waiting | sent | unsent
    reason: Mapped[str | None] = mapped_column(String(200))  # why it was not sent
    made_at: Mapped[datetime] = mapped_column(Instant)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    foreign_id: Mapped[str | None] = mapped_column(String(80))  # what the carrier calls it
    delivered_at: Mapped[datetime | None] = mapped_column(Instant)  # where a carrier tells

    user: Mapped[User | None] = relationship()


class PartyAddress(Base):
    """Where a party asked to be told of one case beside telephone and e-mail: a browser, WeChat. Erasable."""

    __tablename__ = "party_addresses"
    __table_args__ = (Index(None, "case_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    channel: Mapped[str] = mapped_column(String(10))  # push | wechat
    address: Mapped[str] = mapped_column(Sealed("party_addresses.address"))
    made_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
