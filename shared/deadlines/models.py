"""One clock of one case in one round, as last derived."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.database import Base, Instant

_RUNNING = text("met_at IS NULL AND ended_at IS NULL AND breached_at IS NULL AND paused_at IS NULL")

# As in shared.register.views: the clocks by which something has to move every so often (AH-4.1, VK-3.3).
_PROGRESS = text(
    "rule IN ('stalled', 'internal_progress') AND met_at IS NULL AND ended_at IS NULL AND paused_at IS NULL"
)

# As in shared.register.views too: records still to be completed (VK-5.1).
_UNRECORDED = text("rule IN ('record') AND met_at IS NULL AND ended_at IS NULL")


class Deadline(Base):
    __tablename__ = "deadlines"
    __table_args__ = (
        Index("uq_deadlines_clock", "case_id", "round", "rule", "started_at", unique=True),
        Index(None, "due_at"),
        # near_at never follows due_at, so one small index finds both what is near and what is broken
        Index("ix_deadlines_running", "near_at", postgresql_where=_RUNNING, sqlite_where=_RUNNING),
        Index(
            "ix_deadlines_progress", "due_at", "case_id", postgresql_where=_PROGRESS, sqlite_where=_PROGRESS
        ),
        Index("ix_deadlines_unrecorded", "case_id", postgresql_where=_UNRECORDED, sqlite_where=_UNRECORDED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    round: Mapped[int]
    rule: Mapped[str] = mapped_column(String(30))
    clause: Mapped[str] = mapped_column(String(12))
    term: Mapped[str] = mapped_column(String(30))  # the limit, as in "48 hours" or "5 working_days"
    owner_sees: Mapped[bool]  # a promise to the owner, or a duty between ourselves
    duty: Mapped[str] = mapped_column(
        String(20), server_default="first_responder"
    )  # whose; "nobody": a threshold that judges the case
    started_at: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime] = mapped_column(Instant)
    original_due_at: Mapped[datetime] = mapped_column(Instant)  # by the limit alone; both are judged (T38)
    moved_by: Mapped[str | None] = mapped_column(String(20))  # agreement | extension: what put due_at there
    paused_at: Mapped[datetime | None] = mapped_column(Instant)  # since when it stands still (TR-9)
    near_at: Mapped[datetime] = mapped_column(Instant)
    steps: Mapped[list[str]] = mapped_column(JSON)
    met_at: Mapped[datetime | None] = mapped_column(Instant)  # when the duty was done, in time or not
    ended_at: Mapped[datetime | None] = mapped_column(Instant)  # the duty fell away before it was done
    superseded_by: Mapped[str | None] = mapped_column(String(30))  # the rule that took its place
    near_told_at: Mapped[datetime | None] = mapped_column(Instant)
    breached_at: Mapped[datetime | None] = mapped_column(Instant)  # = due_at; recorded once, never unset
