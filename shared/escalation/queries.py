"""Reading the ladder: what waits for one person's answer, and who was told of one case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, select
from sqlalchemy.orm import aliased, joinedload

from shared.cases.lifecycle import OPEN as OPEN_STATES
from shared.cases.models import Case, Escalation, Words
from shared.cases.participation import visible_to
from shared.database import db
from shared.deadlines.models import Deadline
from shared.escalation.models import Rung, RungPerson
from shared.identity.models import User

SHOWN = 100  # more than anybody answers in one sitting

OPEN = and_(Rung.answered_at.is_(None), Rung.ended_at.is_(None))  # the words of the index of open rungs
_IS_ASKED = and_(OPEN, Case.state.in_(sorted(OPEN_STATES)))
_IS_WAITING = and_(
    Escalation.answered_at.is_(None), Escalation.round == Case.round, Case.state.in_(sorted(OPEN_STATES))
)


@dataclass(frozen=True, slots=True)
class Breach:
    """A rung of the machine's ladder, with its clock and its case."""

    rung: Rung
    deadline: Deadline
    case: Case


@dataclass(frozen=True, slots=True)
class Report:
    """What a colleague escalated, in their words."""

    escalation: Escalation
    case: Case
    words: str


def _asked(user: User) -> Select[Rung, Deadline, Case]:
    return (
        select(Rung, Deadline, Case)
        .join(RungPerson, RungPerson.rung_id == Rung.id)
        .join(Deadline, Deadline.id == Rung.deadline_id)
        .join(Case, Case.id == Rung.case_id)
        .where(RungPerson.user_id == user.id, visible_to(user))
    )


def _reported(user: User) -> Select[Escalation, Case, str]:
    return (
        select(Escalation, Case, Words.text)
        .join(Case, Case.id == Escalation.case_id)
        .outerjoin(Words, Words.id == Escalation.words_id)
        .where(Escalation.to_id == user.id, visible_to(user))
        .options(joinedload(Escalation.by))
    )


def waiting(user: User) -> ColumnElement[int]:
    """How much waits for this person's answer, as a column of a query."""
    breaches = _asked(user).where(_IS_ASKED).with_only_columns(Rung.id).limit(SHOWN).subquery()
    reports = _reported(user).where(_IS_WAITING).with_only_columns(Escalation.id).limit(SHOWN).subquery()
    of_breaches = select(func.count()).select_from(breaches).scalar_subquery()
    return of_breaches + select(func.count()).select_from(reports).scalar_subquery()


def breaches(user: User) -> list[Breach]:
    """The breaches that this person is asked about and has not answered, the longest first."""
    return _breaches(_asked(user).where(_IS_ASKED).order_by(Rung.given_at, Rung.id))


def answered_breaches(user: User, since: datetime) -> list[Breach]:
    """Those this person has answered since then, the latest first."""
    answered = _asked(user).where(Rung.answered_by_id == user.id, Rung.answered_at >= since)
    return _breaches(answered.order_by(Rung.answered_at.desc()))


def _breaches(found: Select[Rung, Deadline, Case]) -> list[Breach]:
    with_places = found.options(joinedload(Case.estate), joinedload(Case.building)).limit(SHOWN)
    return [Breach(*row) for row in db.session.execute(with_places)]


def reports(user: User) -> list[Report]:
    """What colleagues escalated to this person and waits for an answer, the longest first."""
    return _reports(_reported(user).where(_IS_WAITING).order_by(Escalation.at, Escalation.id))


def answered_reports(user: User, since: datetime) -> list[Report]:
    """Those this person has answered since then, the latest first."""
    answered: ColumnElement[bool] = Escalation.answered_at >= since
    return _reports(_reported(user).where(answered).order_by(Escalation.answered_at.desc()))


def _reports(found: Select[Escalation, Case, str]) -> list[Report]:
    with_places = found.options(joinedload(Case.estate), joinedload(Case.building)).limit(SHOWN)
    return [
        Report(escalation, case, said or "") for escalation, case, said in db.session.execute(with_places)
    ]


def people_of(rung: Rung) -> list[User]:
    """Whom the rung asks."""
    rows = select(RungPerson).where(RungPerson.rung_id == rung.id).order_by(RungPerson.id)
    return [row.user for row in db.session.scalars(rows)]


_asks = aliased(RungPerson)
# Built once: every page of a case asks them.
_RUNGS = (
    select(Rung, Deadline, User)
    .join(Deadline, Deadline.id == Rung.deadline_id)
    .join(_asks, _asks.rung_id == Rung.id)
    .join(User, User.id == _asks.user_id)
    .where(Rung.case_id == bindparam("case_id"))
    .options(joinedload(Rung.answered_by))
    .order_by(Rung.id, _asks.id)
)
_ESCALATIONS = (
    select(Escalation)
    .where(Escalation.case_id == bindparam("case_id"))
    .options(joinedload(Escalation.by), joinedload(Escalation.to))
    .order_by(Escalation.id)
)


def rungs_of(case_id: int) -> list[tuple[Rung, Deadline, list[User]]]:
    """Every notice of a breach of the case: its clock and whom it asked, in the order in which they were given."""
    rows = db.session.execute(_RUNGS, {"case_id": case_id})
    found: dict[int, tuple[Rung, Deadline, list[User]]] = {}
    for rung, deadline, user in rows:
        found.setdefault(rung.id, (rung, deadline, []))[2].append(user)
    return list(found.values())


def escalations_of(case_id: int) -> Sequence[Escalation]:
    """What people escalated on the case, oldest first."""
    return db.session.scalars(_ESCALATIONS, {"case_id": case_id}).all()
