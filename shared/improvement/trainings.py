"""Training of those who meet owners: planned, held, and closed once it is known who was there (MS-5, CO-M4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from flask_babel import gettext as _
from sqlalchemy import or_, select

from shared.cases.acting import refuse_unless
from shared.clock import local
from shared.database import db
from shared.errors import Refused
from shared.identity.models import Appointment, Estate, User
from shared.identity.permissions import Permission, Role
from shared.improvement.models import Attendance, Training

CLAUSE = "MS-5"
# Who meets owners, in person, by telephone or on the spot.
FRONT_LINE = frozenset({Role.DISPATCHER, Role.SPECIALIST, Role.HANDLER, Role.ASSISTANT, Role.DEPARTMENT_HEAD})
FULL_MARKS = 100
LONGEST_MINUTES = 14_400  # ten days
LONGEST_AHEAD = timedelta(days=366)  # and back to the new year: what a year owes is closed with it (MS-5)


class Kind(StrEnum):
    COURSE = "course"
    DRILL = "drill"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be held when; *minutes* long, *pass_mark* of 100, None where nothing is tested."""

    kind: Kind
    title: str
    held_at: datetime
    minutes: int
    place: str = ""
    trainer: str = ""
    content: str = ""
    pass_mark: int | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """Whether somebody was there, and the score of 100, if there was one."""

    present: bool
    score: int | None = None


def front_line(estate_id: int, at: datetime) -> Sequence[User]:
    """Whoever held a post of the front line at *at*, by name."""
    return db.session.scalars(
        select(User)
        .where(
            User.id.in_(
                select(Appointment.user_id).where(
                    Appointment.estate_id == estate_id,
                    Appointment.role.in_(FRONT_LINE),
                    Appointment.since <= at,
                    or_(Appointment.until.is_(None), Appointment.until > at),
                )
            ),
            or_(User.deactivated_at.is_(None), User.deactivated_at > at),
        )
        .order_by(User.name, User.id)
    ).all()


def can_hold(user: User, estate_id: int) -> bool:
    return user.is_active and user.can(Permission.TRAINING_HOLD, estate_id)


def is_open(training: Training) -> bool:
    """Whether it is still to be held, or to be written down who was there."""
    return training.closed_at is None and training.called_off_at is None


def plan(estate: Estate, wanted: Plan, *, by: User, at: datetime) -> Training:
    """One that was held already can be entered, of this year. Raises Refused."""
    _check(estate, wanted, by, at)
    training = Training(estate_id=estate.id, planned_by_id=by.id, planned_at=at, **_values(wanted))
    db.session.add(training)
    db.session.flush()
    return training


def change(training: Training, wanted: Plan, *, by: User, at: datetime) -> None:
    """Another day, place or content. Raises Refused once it is over."""
    _check(training.estate, wanted, by, at)
    _check_open(training)
    for name, value in _values(wanted).items():
        setattr(training, name, value)


def _check(estate: Estate, wanted: Plan, by: User, at: datetime) -> None:
    refuse_unless(can_hold(by, estate.id), _("您不能安排这个小区的培训。"), CLAUSE)
    refuse_unless(bool(wanted.title.strip()), _("请写培训的题目。"), CLAUSE)
    held_in, this_year = local(wanted.held_at, estate.zone).year, local(at, estate.zone).year
    soon = held_in >= this_year and wanted.held_at <= at + LONGEST_AHEAD
    refuse_unless(soon, _("培训的时间要在今年以内，或者从今天起一年以内。"), CLAUSE)
    refuse_unless(0 < wanted.minutes <= LONGEST_MINUTES, _("请填培训多少分钟。"), CLAUSE)
    is_tested = wanted.kind is Kind.TEST
    refuse_unless(not is_tested or wanted.pass_mark is not None, _("测验要有及格分。"), CLAUSE)
    in_range = wanted.pass_mark is None or 0 < wanted.pass_mark <= FULL_MARKS
    refuse_unless(in_range, _("及格分要在 1 到 %(n)s 之间。", n=FULL_MARKS), CLAUSE)


def _values(wanted: Plan) -> dict[str, object]:
    return {
        "kind": wanted.kind,
        "title": wanted.title.strip(),
        "held_at": wanted.held_at,
        "minutes": wanted.minutes,
        "place": wanted.place.strip(),
        "trainer": wanted.trainer.strip(),
        "content": wanted.content.strip(),
        "pass_mark": wanted.pass_mark,
    }


def _check_open(training: Training) -> None:
    if not is_open(training):
        raise Refused(_("这次培训已经了结，不能再改。"), CLAUSE)


def call_off(training: Training, *, by: User, at: datetime) -> None:
    """It is not held. Raises Refused once it has been."""
    refuse_unless(can_hold(by, training.estate_id), _("您不能安排这个小区的培训。"), CLAUSE)
    _check_open(training)
    training.called_off_at = at


def close(training: Training, marks: Mapping[int, Mark], *, by: User, at: datetime) -> None:
    """Who of the front line was there, and how the test went; from now on it stands. *marks* by user id.

    Of whom nothing is said, was not there. Raises Refused before it was held, with a score that is none, or without one
    where there was a test.
    """
    refuse_unless(can_hold(by, training.estate_id), _("您不能安排这个小区的培训。"), CLAUSE)
    _check_open(training)
    refuse_unless(training.held_at <= at, _("培训还没有开始，到时再记谁到场。"), CLAUSE)
    for person in front_line(training.estate_id, training.held_at):
        mark = marks.get(person.id, Mark(False))
        _check_mark(training, person, mark)
        db.session.add(
            Attendance(training_id=training.id, user_id=person.id, present=mark.present, score=mark.score)
        )
    training.closed_at = at


def _check_mark(training: Training, person: User, mark: Mark) -> None:
    name = person.name
    fits = mark.score is None or 0 <= mark.score <= FULL_MARKS
    refuse_unless(fits, _("%(name)s的分数要在 0 到 %(n)s 之间。", name=name, n=FULL_MARKS), CLAUSE)
    refuse_unless(mark.present or mark.score is None, _("%(name)s没有到场，不能有分数。", name=name), CLAUSE)
    tested = training.pass_mark is not None and mark.present
    refuse_unless(not tested or mark.score is not None, _("请填%(name)s的分数。", name=name), CLAUSE)
    refuse_unless(
        training.pass_mark is not None or mark.score is None, _("这次培训没有及格分，不用填分数。"), CLAUSE
    )
