"""What a party asked of their own data, and what was answered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shared.cases.models import Case
from shared.database import Base, Instant
from shared.identity.models import User


class DataRequest(Base):
    """A copy or a deletion asked for on the progress page (PIPL 45, 47; T42)."""

    __tablename__ = "data_requests"
    __table_args__ = (Index(None, "case_id"), Index(None, "answered_at", "due_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[str] = mapped_column(String(10))  # copy | deletion
    at: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime] = mapped_column(Instant)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    granted: Mapped[bool | None]
    words_id: Mapped[int | None] = mapped_column(ForeignKey("words.id"))

    case: Mapped[Case] = relationship()
    answered_by: Mapped[User | None] = relationship()
