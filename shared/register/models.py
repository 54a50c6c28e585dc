"""What a person keeps of the register: views by name."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shared.database import Base, Instant
from shared.identity.models import User


class SavedView(Base):
    """An address of the register under a name, for its maker or for everybody of the estate."""

    __tablename__ = "saved_views"
    __table_args__ = (Index(None, "user_id"), Index(None, "estate_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    estate_id: Mapped[int | None] = mapped_column(
        ForeignKey("estates.id")
    )  # shared there; None: the maker's own
    name: Mapped[str] = mapped_column(String(40))
    query: Mapped[str] = mapped_column(String(1000))  # as in the address, without a page
    made_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)

    user: Mapped[User] = relationship()
