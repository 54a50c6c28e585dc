"""One case as a line of a list: only what the line shows, read in three queries however many lines there are."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, case, func, select
from sqlalchemy.orm import aliased

from shared.cases import outside_orders
from shared.cases.lifecycle import OPEN, State
from shared.cases.models import Case, Statement
from shared.cases.vocabulary import Channel
from shared.database import db
from shared.deadlines import outside, promises, queries
from shared.deadlines.promises import Promise
from shared.identity.models import Building, Estate, User

FIRST_WORDS = 60

_handler = aliased(User)
_responder = aliased(User)
_twin = aliased(Case)
_COLUMNS = (
    Case.id,
    Case.archive_number,
    Case.estate_id,
    Case.kind,
    Case.category,
    Case.channel,
    Case.state,
    Case.round,
    Case.urgency,
    Case.severity,
    Case.call_me,
    case((Case.sealed_at.is_(None), Case.spot)).label("spot"),
    Case.filed_at,
    Case.next_due_at,
    Case.clocks_parked,
    Case.version,
    Case.incident_id,
    select(func.count()).where(_twin.incident_id == Case.incident_id).scalar_subquery().label("together"),
    Case.first_responder_id,
    Estate.name.label("estate"),
    Estate.zone,
    Building.name.label("building"),
    _handler.name.label("handler"),
    _responder.name.label("first_responder"),
    Case.sealed_at,
    Case.erased_at,
    # Lists show the first words; a long description stays in the database, and of a sealed case every word (PIPL 47).
    case((Case.sealed_at.is_(None), func.substr(Statement.description, 1, FIRST_WORDS + 1)), else_="").label(
        "words"
    ),
)


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A line of a list of staff."""

    id: int
    number: str
    estate_id: int
    estate: str
    kind: str
    category: str
    channel: str
    state: State
    round: int
    urgent: bool
    major: bool
    call_me: bool
    building: str | None
    spot: str | None
    words: str
    handler: str | None
    first_responder: str | None
    filed_at: datetime
    next_due_at: datetime | None
    zone: str
    version: int
    incident_id: int | None = None
    sealed: bool = False
    erased: bool = False
    together: int = 0  # how many cases the matter has; none: it stands in no incident
    promise: Promise | None = None

    @property
    def is_internal(self) -> bool:
        """Whoever sees such a line answers for it."""
        return self.channel == Channel.INTERNAL

    @property
    def is_claimable(self) -> bool:
        """The state allows it; the person's permission is asked by the screen."""
        return self.state is State.RECEIVED and self.first_responder is None


def selection(keys: Select[Any]) -> Select[Any]:
    """The columns of the lines whose ids *keys* gives; the caller adds the order."""
    found = keys.subquery("found")
    return (
        select(*_COLUMNS)
        .select_from(found)
        .join(Case, Case.id == found.c.id)
        .join(Estate, Estate.id == Case.estate_id)
        .outerjoin(Building, Building.id == Case.building_id)
        .outerjoin(_handler, _handler.id == Case.handler_id)
        .outerjoin(_responder, _responder.id == Case.first_responder_id)
        .outerjoin(Statement, Statement.case_id == Case.id)
    )


def _row(found: Row[Any], promise: Promise | None) -> CaseRow:
    words = " ".join((found.words or "").split())
    return CaseRow(
        id=found.id,
        number=found.archive_number,
        estate_id=found.estate_id,
        estate=found.estate,
        kind=found.kind,
        category=found.category,
        channel=found.channel,
        state=State(found.state),
        round=found.round,
        urgent=found.urgency == "urgent",
        major=found.severity == "major",
        call_me=found.call_me,
        building=found.building,
        spot=found.spot,
        words=words[:FIRST_WORDS] + "…" if len(words) > FIRST_WORDS else words,
        handler=found.handler,
        first_responder=found.first_responder,
        filed_at=found.filed_at,
        next_due_at=found.next_due_at,
        zone=found.zone,
        version=found.version,
        incident_id=found.incident_id,
        sealed=found.sealed_at is not None,
        erased=found.erased_at is not None,
        together=found.together,
        promise=promise,
    )


def load(statement: Select[Any], at: datetime) -> list[CaseRow]:
    """The lines of *statement* (made from `selection`), each with the promise that matters now."""
    found = db.session.execute(statement).all()
    nearest = _promises(found, at)
    return [_row(row, nearest.get(row.id)) for row in found]


def _promises(found: Sequence[Row[Any]], at: datetime) -> dict[int, Promise]:
    """Our nearest clock, or the limit of an outside order where that falls due first."""
    ids: Collection[int] = [row.id for row in found if row.next_due_at is not None]
    deadlines = queries.nearest_of(ids)
    nearest = {
        row.id: promises.promise(deadlines[row.id], at, row.zone, row.clocks_parked)
        for row in found
        if row.id in deadlines
    }
    orders = outside_orders.nearest_of([row.id for row in found if row.state in OPEN])
    for row in found:
        theirs = outside.promise(orders[row.id], at, row.zone) if row.id in orders else None
        if theirs and (row.id not in nearest or theirs.due_at < nearest[row.id].due_at):
            nearest[row.id] = theirs
    return nearest
