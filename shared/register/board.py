"""What of the cases may hang in the lobby: these columns and no others (decision 18).

Never a name, a telephone, a flat, a spot or a word somebody wrote. Where a building has fewer than three cases,
neither the building nor the number: a neighbour could guess whose it is.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, union_all

from shared.cases.lifecycle import State
from shared.cases.models import Case
from shared.clock import local_date
from shared.database import db
from shared.deadlines import promises
from shared.deadlines.models import Deadline
from shared.deadlines.promises import Promise
from shared.identity.models import Building, Estate
from shared.register import figures
from shared.register.figures import Figures
from shared.register.views import IS_OPEN

FEWEST = 3
MOST_IN_PROGRESS = 28
MOST_FINISHED = 10
JUST_FINISHED = timedelta(days=14)

IN_PROGRESS = (State.RECEIVED, State.CLAIMED, State.DISPATCHED, State.HANDLING, State.REFERRED)
FINISHED = (State.COMPLETED, State.INFORMED, State.CLOSED, State.ARCHIVED)


@dataclass(frozen=True, slots=True)
class BoardCase:
    """A case as anybody may see it. *number* and *building* are empty where they would point at somebody."""

    number: str
    building: str
    category: str
    state: State
    days: int  # since it was received; 1 on the day itself
    took: timedelta | None  # from reception to completion
    promise: Promise | None


@dataclass(frozen=True, slots=True)
class BoardData:
    in_progress: list[BoardCase]
    in_progress_total: int
    finished: list[BoardCase]
    figures: Figures


def _columns(estate_id: int) -> Any:
    return (
        select(
            Case.id,
            Case.archive_number,
            Case.category,
            Case.state,
            Case.received_at,
            Case.clocks_parked,
            Case.building_id,
            Building.name.label("building"),
        )
        .outerjoin(Building, Building.id == Case.building_id)
        .where(Case.estate_id == estate_id)
    )


def _shared_buildings(estate_id: int, since: datetime) -> tuple[set[int | None], int]:
    """The buildings with cases enough to be named, and how many cases are in progress in all."""
    here = select(Case.building_id, Case.state).where(Case.estate_id == estate_id)
    # Two narrow searches, each along its index, where one condition with OR would read every case.
    both = union_all(
        here.where(IS_OPEN, Case.state.in_(IN_PROGRESS)),
        here.where(Case.state.in_(FINISHED), Case.changed_at >= since),
    ).subquery()
    counted = db.session.execute(
        select(both.c.building_id, func.count(), func.count().filter(both.c.state.in_(IN_PROGRESS))).group_by(
            both.c.building_id
        )
    ).all()
    return {building for building, n, _open in counted if n >= FEWEST}, sum(row[2] for row in counted)


def _completion_promises(ids: Collection[int], rules: list[str]) -> dict[int, Deadline]:
    """Per case the completion clock that counts: of the last round, and not one that another took the place of."""
    found: dict[int, Deadline] = {}
    if ids and rules:
        for deadline in db.session.scalars(
            select(Deadline)
            .where(Deadline.case_id.in_(ids), Deadline.rule.in_(rules), Deadline.superseded_by.is_(None))
            .order_by(Deadline.round, Deadline.started_at, Deadline.id)
        ):
            found[deadline.case_id] = deadline
    return found


def read(estate: Estate, at: datetime) -> BoardData:
    """Everything the board of *estate* shows of its cases."""
    since = at - JUST_FINISHED
    rules = figures.completion_rules(estate.id)
    running = db.session.execute(
        _columns(estate.id)
        .where(IS_OPEN, Case.state.in_(IN_PROGRESS))
        .order_by(Case.filed_at.desc(), Case.id.desc())
        .limit(MOST_IN_PROGRESS)
    ).all()
    ended = db.session.execute(
        _columns(estate.id)
        .where(Case.state.in_(FINISHED), Case.changed_at >= since)
        .order_by(Case.changed_at.desc(), Case.id.desc())
        .limit(MOST_FINISHED)
    ).all()
    named, total = _shared_buildings(estate.id, since)
    deadlines = _completion_promises([row.id for row in (*running, *ended)], rules)

    def shown(row: Any) -> BoardCase:
        return _board_case(row, row.building_id in named, deadlines.get(row.id), estate.zone, at)

    return BoardData(
        in_progress=_unguessable(shown(row) for row in running),
        in_progress_total=total,
        finished=_unguessable(shown(row) for row in ended),
        figures=figures.of_month(estate, rules, at),
    )


def _unguessable(cases: Iterable[BoardCase]) -> list[BoardCase]:
    """The rows without a number last: between two numbered ones the gap would give theirs away."""
    return sorted(cases, key=lambda case: not case.number)


def _board_case(row: Any, is_named: bool, deadline: Deadline | None, zone: str, at: datetime) -> BoardCase:
    met_at = deadline.met_at if deadline else None
    return BoardCase(
        number=row.archive_number if is_named else "",
        building=(row.building or "") if is_named else "",
        category=row.category,
        state=State(row.state),
        days=(local_date(at, zone) - local_date(row.received_at, zone)).days + 1,
        took=met_at - row.received_at if met_at else None,
        promise=promises.promise(deadline, at, zone, row.clocks_parked) if deadline else None,
    )
