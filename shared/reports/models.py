"""A report (报告): the figures of a period, frozen with the definitions they were counted by (GZ-3, VK-4l, CO-M8)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shared.database import Base, Instant
from shared.identity.models import Estate, User
from shared.policies.models import PolicyVersion


class Report(Base):
    """Made once for a period; counted again later it shows what differs, and is not changed. The digest is of both."""

    __tablename__ = "reports"
    __table_args__ = (UniqueConstraint("estate_id", "kind", "starts_on"), Index(None, "estate_id", "ends_on"))

    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estates.id"))
    kind: Mapped[str] = mapped_column(String(10))  # weekly | monthly | quarterly | annual
    starts_on: Mapped[date]  # by the estate's wall; both days are within
    ends_on: Mapped[date]
    policy_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("policy_versions.id")
    )  # in force when made
    made_at: Mapped[datetime] = mapped_column(Instant)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))  # None: by itself
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)
    definitions: Mapped[dict[str, Any]] = mapped_column(JSON)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    analysis: Mapped[str] = mapped_column(
        Text, default="", server_default=""
    )  # until it is signed (VK-4l, TR-17)
    analysed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))  # the service centre
    signed_at: Mapped[datetime | None] = mapped_column(Instant)
    received_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))  # supervision
    received_at: Mapped[datetime | None] = mapped_column(Instant)
    published_at: Mapped[datetime | None] = mapped_column(Instant)  # of the annual one (CO-M8)

    estate: Mapped[Estate] = relationship()
    policy_version: Mapped[PolicyVersion | None] = relationship()
    made_by: Mapped[User | None] = relationship(foreign_keys=[made_by_id])
    analysed_by: Mapped[User | None] = relationship(foreign_keys=[analysed_by_id])
    signed_by: Mapped[User | None] = relationship(foreign_keys=[signed_by_id])
    received_by: Mapped[User | None] = relationship(foreign_keys=[received_by_id])
