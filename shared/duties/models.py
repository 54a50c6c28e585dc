"""One occurrence of a periodic duty (周期任务)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.database import Base, Instant


class Occurrence(Base):
    """A duty of one period, such as the summary of November: what of it is known for certain and told once."""

    __tablename__ = "duty_occurrences"
    __table_args__ = (UniqueConstraint("estate_id", "duty", "starts_on"), Index(None, "estate_id", "due_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estates.id"))
    duty: Mapped[str] = mapped_column(String(30))  # as the policy in force when it was opened calls it
    clause: Mapped[str] = mapped_column(String(12))
    starts_on: Mapped[date]  # by the estate's wall; both days are within
    ends_on: Mapped[date]
    needed: Mapped[int]  # how many: two spot checks, one summary
    due_at: Mapped[datetime] = mapped_column(Instant)
    reminded_at: Mapped[datetime | None] = mapped_column(Instant)
    met_at: Mapped[datetime | None] = mapped_column(Instant)
    missed_at: Mapped[datetime | None] = mapped_column(Instant)  # = due_at; recorded once, never unset
