"""Judgements of severity, each with the clauses and the evidence it rests on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shared.database import Base, Instant
from shared.identity.models import User


class Grading(Base):
    """By rule (`by_id` None: provisional) or by a person, who confirms it or overrules it with a reason."""

    __tablename__ = "gradings"
    __table_args__ = (Index(None, "case_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    round: Mapped[int]
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    severity: Mapped[str] = mapped_column(String(10))
    # [{"clause": "TR-3", "of": "owners", "evidence": {"count": 3, "cases": [...]}}]
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    words_id: Mapped[int | None] = mapped_column(ForeignKey("words.id"))

    by: Mapped[User | None] = relationship()
