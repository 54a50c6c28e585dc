"""One row per effect. The row is the truth; a queue only makes it sooner (trust.md, decision 1)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from shared.database import Base, Instant

DUE, DONE, DEAD = "due", "done", "dead"


class OutboxRow(Base):
    __tablename__ = "outbox"
    __table_args__ = (Index(None, "state", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    task: Mapped[str] = mapped_column(String(40))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)  # ids only
    key: Mapped[str] = mapped_column(String(120), unique=True)  # the same effect is never written twice
    state: Mapped[str] = mapped_column(String(10))  # due | done | dead
    attempts: Mapped[int]  # leases taken; the number also tells one holder of the lease from the next
    unanswered: Mapped[int]  # leases in a row that ended in neither success nor failure: crashes
    created_at: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime] = mapped_column(Instant)  # while leased: when the lease ends
    done_at: Mapped[datetime | None] = mapped_column(Instant)
    error: Mapped[str | None] = mapped_column(String(300))  # a kind of error; foreign texts quote people
