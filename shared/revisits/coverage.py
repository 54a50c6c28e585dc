"""Whether everybody was asked (TR-13, VK-4k: 100 %): who was told the result and never revisited, the oldest first."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import joinedload

from shared.audit.models import TimelineRow
from shared.cases.ending import NO_CONTACT
from shared.cases.lifecycle import Act, State
from shared.cases.models import Case, Closure
from shared.cases.participation import ordinary, visible_to
from shared.database import db
from shared.identity.models import User
from shared.identity.permissions import Permission
from shared.revisits.models import Revisit

LOOKED_BACK = timedelta(days=90)  # a quarter, as the rules count revisits (VK-4l)
MOST = 200


@dataclass(frozen=True, slots=True)
class Missing:
    """Told the result at *informed_at* and never reached since; *ground*: on which it was closed, if it was."""

    case: Case
    informed_at: datetime
    ground: str | None
    tried: int


@dataclass(frozen=True, slots=True)
class Coverage:
    owed: int
    done: int
    valid_owed: int
    valid_done: int
    missing: list[Missing]

    @property
    def percent(self) -> int:
        """Rounded down: 100 means everybody."""
        return 100 * self.done // self.owed if self.owed else 100


def coverage(user: User, at: datetime) -> Coverage:
    """Of what waits for a revisit now, and of what was closed in the last quarter, in *user*'s estates.

    Whoever left no contact cannot be asked, and is not counted.
    """
    done = _reached()
    owed = _owed(user, at)
    valid = Case.validity == "valid"
    figures = db.session.execute(
        select(
            func.count(),
            func.count().filter(done),
            func.count().filter(valid),
            func.count().filter(and_(valid, done)),
        )
        .select_from(Case)
        .where(*owed)
    ).one()
    return Coverage(*figures, missing=_without(owed))


def _owed(user: User, at: datetime) -> tuple[ColumnElement[bool], ...]:
    closed = exists().where(_closure_of_round(), Closure.at >= at - LOOKED_BACK, Closure.ground != NO_CONTACT)
    return (
        visible_to(user),
        ordinary(),
        Case.estate_id.in_(user.estates_where(Permission.CASE_REVISIT)),
        Case.anonymous.is_(False),
        or_(
            Case.state == State.INFORMED,
            and_(Case.state.in_((State.CLOSED, State.ARCHIVED)), closed),
        ),
    )


def _closure_of_round() -> ColumnElement[bool]:
    return and_(Closure.case_id == Case.id, Closure.round == Case.round)


def _reached() -> ColumnElement[bool]:
    return exists().where(Revisit.case_id == Case.id, Revisit.round == Case.round, Revisit.reached.is_(True))


def _without(owed: tuple[ColumnElement[bool], ...]) -> list[Missing]:
    informed_at = (
        select(func.max(TimelineRow.at))
        .where(
            TimelineRow.case_id == Case.id,
            TimelineRow.act == Act.INFORMING,
            TimelineRow.round == Case.round,
        )
        .correlate(Case)
        .scalar_subquery()
    )
    ground = select(func.max(Closure.ground)).where(_closure_of_round()).correlate(Case).scalar_subquery()
    tried = (
        select(func.count())
        .where(Revisit.case_id == Case.id, Revisit.round == Case.round)
        .correlate(Case)
        .scalar_subquery()
    )
    found = db.session.execute(
        select(Case, informed_at, ground, tried)
        .where(*owed, ~_reached(), informed_at.is_not(None))
        .options(joinedload(Case.estate), joinedload(Case.building))
        .order_by(informed_at, Case.id)
        .limit(MOST)
    )
    return [Missing(case, at, ground, tried) for case, at, ground, tried in found]
