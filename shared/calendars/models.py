"""Opening hours and exceptional days, as rows an estate may edit."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.database import Base


class OpeningHours(Base):
    """One interval of one weekday (Monday 0), in minutes since local midnight; 1440 is 24:00."""

    __tablename__ = "opening_hours"
    __table_args__ = (UniqueConstraint("estate_id", "weekday", "opens"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int] = mapped_column(ForeignKey("estates.id"))
    weekday: Mapped[int]
    opens: Mapped[int]
    closes: Mapped[int]


class CalendarYear(Base):
    """A year whose holidays are known: officially announced, or provisional (computed in advance)."""

    __tablename__ = "calendar_years"

    year: Mapped[int] = mapped_column(primary_key=True)
    status: Mapped[str] = mapped_column(String(12))  # official | provisional


class CalendarDay(Base):
    """A day that differs from its weekday: off although a weekday, or worked although a weekend (调休)."""

    __tablename__ = "calendar_days"
    __table_args__ = (UniqueConstraint("estate_id", "on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    estate_id: Mapped[int | None] = mapped_column(ForeignKey("estates.id"))  # None: the whole country
    on: Mapped[date] = mapped_column(Date)
    works: Mapped[bool]
    name: Mapped[str] = mapped_column(String(40))
