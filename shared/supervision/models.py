"""A spot check (抽查): a random sample that anybody can draw again, and what was found of each case in it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shared.cases.models import Case
from shared.database import Base, Instant
from shared.identity.models import Department, Estate, User


class SpotCheck(Base):
    """Drawn by `random.Random(seed)` from what ended, or was filed, in a period; the digest is of all it could draw."""

    __tablename__ = "spot_checks"
    __table_args__ = (Index(None, "estate_id", "drawn_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estates.id"))
    kind: Mapped[str] = mapped_column(String(10))  # revisits | cases
    department_id: Mapped[int | None] = mapped_column(
        ForeignKey("departments.id")
    )  # a head's check of the own one (GZ-18)
    since: Mapped[datetime] = mapped_column(Instant)
    until: Mapped[datetime] = mapped_column(Instant)  # not included
    seed: Mapped[str] = mapped_column(String(32))
    asked: Mapped[int]  # how many were to be drawn; fewer are where the population is smaller
    population: Mapped[int]
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    drawn_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    drawn_at: Mapped[datetime] = mapped_column(Instant)

    estate: Mapped[Estate] = relationship()
    department: Mapped[Department | None] = relationship()
    drawn_by: Mapped[User] = relationship()
    items: Mapped[list[SpotCheckItem]] = relationship(
        back_populates="check", order_by="SpotCheckItem.position"
    )


class SpotCheckItem(Base):
    """One round, or one case, of the sample, and what was found of it."""

    __tablename__ = "spot_check_items"
    __table_args__ = (UniqueConstraint("check_id", "case_id", "round"), Index(None, "case_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    check_id: Mapped[int] = mapped_column(ForeignKey("spot_checks.id"))
    position: Mapped[int]  # in the order drawn
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    round: Mapped[int]  # 0: the case as a whole
    finding: Mapped[str | None] = mapped_column(String(10))  # agrees | differs | unreached
    found_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    found_at: Mapped[datetime | None] = mapped_column(Instant)
    words_id: Mapped[int | None] = mapped_column(ForeignKey("words.id"))

    check: Mapped[SpotCheck] = relationship(back_populates="items")
    case: Mapped[Case] = relationship()
    found_by: Mapped[User | None] = relationship()
