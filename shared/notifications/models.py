"""One message to one person about one event; words are made when it is sent, and not kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shared.database import Base, Instant
from shared.identity.models import User

WAITING, SENT, UNSENT = "waiting", "sent", "unsent"


class Message(Base):
    __tablename__ = "messages"
    __table_args__ = (Index(None, "case_id"), Index(None, "user_id", "made_at"))

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

    user: Mapped[User | None] = relationship()
