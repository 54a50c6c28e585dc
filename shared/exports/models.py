"""A long export as a job (导出任务): made in the background, fetched by whoever asked, gone after its time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shared.database import Base, Instant
from shared.identity.models import User
from shared.sealing import Sealed


class ExportJob(Base):
    """What was asked for, how far it is, and the file, which only its asker may fetch."""

    __tablename__ = "export_jobs"
    __table_args__ = (Index(None, "user_id", "asked_at"), Index(None, "expires_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    estate_id: Mapped[int | None] = mapped_column(ForeignKey("estates.id"))  # None: all that the asker sees
    form: Mapped[str] = mapped_column(String(8))  # xlsx | csv | pdf
    asked: Mapped[str] = mapped_column(
        Sealed("export_jobs.asked")
    )  # the address; it may name who was searched for
    export_id: Mapped[int | None] = mapped_column(ForeignKey("exports.id"))  # who took how much and why (T28)
    asked_at: Mapped[datetime] = mapped_column(Instant)
    started_at: Mapped[datetime | None] = mapped_column(Instant)
    rows: Mapped[int | None]  # how many it will be
    done: Mapped[int] = mapped_column(default=0, server_default="0")
    finished_at: Mapped[datetime | None] = mapped_column(Instant)
    failed: Mapped[str | None] = mapped_column(String(20))  # a code
    storage_key: Mapped[str | None] = mapped_column(String(80))
    size: Mapped[int | None]  # bytes
    fetched_at: Mapped[datetime | None] = mapped_column(Instant)  # the first time
    expires_at: Mapped[datetime | None] = mapped_column(Instant)
    removed_at: Mapped[datetime | None] = mapped_column(Instant)

    user: Mapped[User] = relationship()
