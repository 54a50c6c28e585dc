"""Reads of training: one of them, a year beside what is owed, and one's own (MS-5). Scope inside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from shared.database import db
from shared.errors import NotFound
from shared.identity.models import Estate, User
from shared.identity.permissions import Permission
from shared.improvement.models import Attendance, Training
from shared.improvement.trainings import front_line

A_YEAR = 4  # trainings, at the least (MS-5)
PASS_RATE = 95  # percent


@dataclass(frozen=True, slots=True)
class Year:
    """What was held in a year of the estate, who of today's front line was at none of it, and how tests went."""

    year: int
    held: int
    everybody: int
    absent: Sequence[User]
    passed: int
    tested: int

    @property
    def missing(self) -> int:
        return max(0, A_YEAR - self.held)

    @property
    def pass_rate(self) -> int | None:
        """Percent, never rounded up; None where nobody was tested."""
        return self.passed * 100 // self.tested if self.tested else None


def of_estate(user: User, estate_id: int, year: int, zone: str) -> Sequence[Training]:
    """A year's, the latest first; what was called off as well."""
    return db.session.scalars(
        select(Training)
        .where(Training.estate_id == estate_id, *_in_year(year, zone), _in_sight(user))
        .order_by(Training.held_at.desc(), Training.id.desc())
    ).all()


def read(user: User, training_id: int, *, lock: bool = False) -> Training:
    """Raises NotFound where *user* may not see it. *lock*: within a change, until its end."""
    statement = select(Training).where(Training.id == training_id, _in_sight(user))
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    training = db.session.scalar(statement)
    if training is None:
        raise NotFound
    return training


def attendances(training: Training) -> Sequence[Attendance]:
    return db.session.scalars(
        select(Attendance)
        .join(User, User.id == Attendance.user_id)
        .where(Attendance.training_id == training.id)
        .options(joinedload(Attendance.user))
        .order_by(Attendance.present, User.name, User.id)
    ).all()


def own(user: User, estate_id: int, year: int, zone: str) -> Sequence[Attendance]:
    """Where *user* was, or was missed, in a year."""
    return db.session.scalars(
        select(Attendance)
        .join(Training, Training.id == Attendance.training_id)
        .where(Attendance.user_id == user.id, Training.estate_id == estate_id, *_in_year(year, zone))
        .options(joinedload(Attendance.training))
        .order_by(Training.held_at.desc())
    ).all()


def count_between(estate_id: int, begins: datetime, ends: datetime) -> int:
    """How many were held and closed; *ends* is not included."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Training)
            .where(
                Training.estate_id == estate_id,
                Training.closed_at.is_not(None),
                Training.held_at >= begins,
                Training.held_at < ends,
            )
        )
        or 0
    )


def year_of(estate: Estate, year: int, at: datetime) -> Year:
    """The year as it stands *at* that instant."""
    begins, ends = _bounds(year, estate.zone)
    closed = (
        select(Attendance)
        .join(Training, Training.id == Attendance.training_id)
        .where(Training.estate_id == estate.id, Training.closed_at.is_not(None), *_in_year(year, estate.zone))
        .options(joinedload(Attendance.training))
    )
    rows = db.session.scalars(closed).all()
    people = front_line(estate.id, at)
    came = {row.user_id for row in rows if row.present}
    scored = [(row.score, row.training.pass_mark) for row in rows if row.score is not None]
    return Year(
        year=year,
        held=count_between(estate.id, begins, ends),
        everybody=len(people),
        absent=[person for person in people if person.id not in came],
        passed=sum(score >= (mark or 0) for score, mark in scored),
        tested=len(scored),
    )


def _bounds(year: int, zone: str) -> tuple[datetime, datetime]:
    wall = ZoneInfo(zone)
    return (
        datetime(year, 1, 1, tzinfo=wall).astimezone(UTC),
        datetime(year + 1, 1, 1, tzinfo=wall).astimezone(UTC),
    )


def _in_year(year: int, zone: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    begins, ends = _bounds(year, zone)
    return Training.held_at >= begins, Training.held_at < ends


def _in_sight(user: User) -> ColumnElement[bool]:
    return Training.estate_id.in_(user.estates_where(Permission.LEARN))
