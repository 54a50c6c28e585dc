"""What of the cases may hang in the lobby: these columns and no others (decision 18), of the cases that may hang there.

Never a name, a telephone, a flat, a spot or a word an owner wrote. Where a building has fewer than three cases, neither
the building nor the number; where a category has, not the category: a neighbour could guess whose it is. What staff
report internally never shows, nor what somebody has decided to keep off (`shared.notices.publicity`).
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select, union_all

from shared.cases.lifecycle import State
from shared.cases.models import Case, Round
from shared.cases.participation import ordinary
from shared.cases.vocabulary import TOPICS, Category
from shared.clock import local_date
from shared.database import db
from shared.deadlines import promises
from shared.deadlines.models import Deadline
from shared.deadlines.promises import Promise
from shared.identity.models import Building, Estate
from shared.notices.models import Publicity
from shared.register import figures, so_far
from shared.register.so_far import Figures
from shared.register.views import IS_OPEN

FEWEST = 3
MOST_IN_PROGRESS = 14  # two pages of what is most pressing; nobody waits in a lobby for a third
MOST_FINISHED = 10
JUST_FINISHED = timedelta(days=14)

IN_PROGRESS = (State.RECEIVED, State.CLAIMED, State.DISPATCHED, State.HANDLING, State.REFERRED)
FINISHED = (State.COMPLETED, State.INFORMED, State.CLOSED, State.ARCHIVED)


@dataclass(frozen=True, slots=True)
class BoardCase:
    """A case as anybody may see it. *number*, *building*, *category* are empty where they would point at somebody."""

    number: str
    building: str
    category: str
    state: State
    days: int  # since it was received; 1 on the day itself
    took: timedelta | None  # from reception to completion
    promise: Promise | None
    line: str  # what was done, in staff's words that another of them approved


@dataclass(frozen=True, slots=True)
class BoardData:
    in_progress: list[BoardCase]
    in_progress_total: int
    finished: list[BoardCase]
    figures: Figures


@dataclass(frozen=True, slots=True)
class Named:
    """What has cases enough to be named. A topic is, where its category is named too."""

    buildings: frozenset[int | None]
    categories: frozenset[str]
    topics: frozenset[str]


def may_hang(estate_id: int) -> ColumnElement[bool]:
    """The cases of an estate that anybody may know of."""
    kept_off = select(Publicity.id).where(
        Publicity.case_id == Case.id, Publicity.replaced_at.is_(None), Publicity.shown.is_(False)
    )
    return and_(Case.estate_id == estate_id, ordinary(), ~kept_off.exists())


def _columns(estate_id: int) -> Select[Any]:
    # Of this round: what was said of an earlier one is no longer so.
    approved = (
        select(Publicity.line)
        .join(Round, (Round.case_id == Publicity.case_id) & (Round.number == Case.round))
        .where(
            Publicity.case_id == Case.id,
            Publicity.replaced_at.is_(None),
            Publicity.approved_at.is_not(None),
            Publicity.at >= Round.opened_at,
        )
        .correlate(Case)
        .limit(1)
        .scalar_subquery()
    )
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
            approved.label("line"),
        )
        .outerjoin(Building, Building.id == Case.building_id)
        .where(may_hang(estate_id))
    )


def _counted(estate_id: int, since: datetime) -> tuple[Named, int]:
    """What may be named, and how many cases are in progress in all."""
    here = select(Case.building_id, Case.category, Case.topic, Case.state).where(may_hang(estate_id))
    # Two narrow searches, each along its index, where one condition with OR would read every case.
    both = union_all(
        here.where(IS_OPEN, Case.state.in_(IN_PROGRESS)),
        here.where(Case.state.in_(FINISHED), Case.changed_at >= since),
    ).subquery()
    found = db.session.execute(
        select(
            both.c.building_id,
            both.c.category,
            both.c.topic,
            func.count(),
            func.count().filter(both.c.state.in_(IN_PROGRESS)),
        ).group_by(both.c.building_id, both.c.category, both.c.topic)
    ).all()
    buildings: Counter[int | None] = Counter()
    categories: Counter[str] = Counter()
    topics: Counter[tuple[str, str | None]] = Counter()
    for building, category, topic, n, _open in found:
        buildings[building] += n
        categories[category] += n
        topics[category, topic] += n
    known = select(func.count()).select_from(Building).where(Building.estate_id == estate_id)
    places = (db.session.scalar(known) or 0) + 1  # the grounds between them are one too
    told = frozenset(_enough(categories, len(Category)))
    named = Named(frozenset(_enough(buildings, places)), told, frozenset(_told_topics(topics, told)))
    return named, sum(row[4] for row in found)


def _told_topics(counts: Counter[tuple[str, str | None]], told: Collection[str]) -> Iterator[str]:
    """Of each category that is named, the topics with cases enough; one corrected to another category counts not."""
    for category in told:
        of_it = {topic for topic, (_kind, of) in TOPICS.items() if of == category}
        here: Counter[str | None] = Counter()
        for (of, topic), n in counts.items():
            if of == category:
                here[topic if topic in of_it else None] += n
        # That nothing more is known of a case is one more thing it can be.
        yield from (topic for topic in _enough(here, len(of_it) + 1) if topic is not None)


def _enough(counts: Counter[Any], there_are: int) -> set[Any]:
    """Those with cases enough, and only as many as leave the others unguessed.

    One that is left over alone would be known by not being named: then the least of the others goes unnamed with it.
    *there_are*: how many, whether or not they have cases.
    """
    named = {key for key, n in counts.items() if n >= FEWEST}
    hidden = sum(n for key, n in counts.items() if key not in named)
    if named and hidden and there_are - len(named) < 2:
        named.remove(min(named, key=lambda key: counts[key]))
    return named


def nameable(estate_id: int, at: datetime) -> Named:
    """What may be named of an estate's cases at *at*, on the board and wherever else anybody reads of them."""
    return _counted(estate_id, at - JUST_FINISHED)[0]


def completion_promises(ids: Collection[int], rules: list[str]) -> dict[int, Deadline]:
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
    """Everything the board of *estate* shows of its cases: the most pressing first, the last finished first."""
    since = at - JUST_FINISHED
    rules = figures.rules_of(estate.id)
    running = db.session.execute(
        _columns(estate.id)
        .where(IS_OPEN, Case.state.in_(IN_PROGRESS))
        .order_by(Case.next_due_at.is_(None), Case.next_due_at, Case.id)
        .limit(MOST_IN_PROGRESS)
    ).all()
    ended = db.session.execute(
        _columns(estate.id)
        .where(Case.state.in_(FINISHED), Case.changed_at >= since)
        .order_by(Case.changed_at.desc(), Case.id.desc())
        .limit(MOST_FINISHED)
    ).all()
    named, total = _counted(estate.id, since)
    deadlines = completion_promises([row.id for row in (*running, *ended)], rules.completion)

    def shown(row: Any) -> BoardCase:
        return _board_case(row, named, deadlines.get(row.id), estate.zone, at)

    return BoardData(
        in_progress=_unguessable(shown(row) for row in running),
        in_progress_total=total,
        finished=_unguessable(shown(row) for row in ended),
        figures=so_far.read(estate, rules, at),
    )


def _unguessable(cases: Iterable[BoardCase]) -> list[BoardCase]:
    """The rows without a number last: between two numbered ones the gap would give theirs away."""
    return sorted(cases, key=lambda case: not case.number)


def _board_case(row: Any, named: Named, deadline: Deadline | None, zone: str, at: datetime) -> BoardCase:
    met_at = deadline.met_at if deadline else None
    is_named = row.building_id in named.buildings
    return BoardCase(
        number=row.archive_number if is_named else "",
        building=(row.building or "") if is_named else "",
        category=row.category if row.category in named.categories else "",
        state=State(row.state),
        days=(local_date(at, zone) - local_date(row.received_at, zone)).days + 1,
        took=met_at - row.received_at if met_at else None,
        promise=promises.promise(deadline, at, zone, row.clocks_parked) if deadline else None,
        line=row.line or "",
    )
