"""How long what was closed on some days took, by stage and by holder, and why it came about (AH-5.1, CO-6).

It is read from the timeline and counts with all its rounds up to the end of the days; of very many closed cases some
are read, evenly drawn by their number, and it is said so.
"""

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import func, select

from shared.audit.models import TimelineRow
from shared.cases.lifecycle import State
from shared.cases.models import Case, Closure
from shared.cases.participation import ordinary
from shared.database import db
from shared.identity.models import Estate
from shared.improvement.models import Cause
from shared.ownership.holding import holding
from shared.ownership.segments import As
from shared.reports.indicators import Days
from shared.reports.pictures.spending import STAGES, Spent, spent, stages
from shared.reports.standing import among_ids
from shared.reports.statements import Statement

MOST = 3_000  # cases whose timelines are read: 1.6 s of a processor
CHUNK = 500
SECOND = timedelta(seconds=1)
K = TypeVar("K", bound=Hashable)


class Holder(NamedTuple):
    """As what, and of which department where one led."""

    as_what: As
    department_id: int | None


@dataclass(slots=True)
class Closed:
    """*read* of *total* cases were looked into. What is known of each: its id and the seconds."""

    total: int = 0
    read: int = 0
    stages: dict[State, list[tuple[int, int]]] = field(default_factory=dict)
    holders: dict[Holder, list[tuple[int, int]]] = field(default_factory=dict)
    waited: Counter[Holder] = field(default_factory=Counter)

    @property
    def by_stage(self) -> list[Spent[State]]:
        """In the order of a case's life."""
        return spent(_seconds(self.stages), order=STAGES)

    @property
    def by_holder(self) -> list[Spent[Holder]]:
        """Who had it longest first."""
        return spent(_seconds(self.holders), self.waited)


def _seconds(found: Mapping[K, list[tuple[int, int]]]) -> dict[K, list[int]]:
    return {key: [seconds for _case, seconds in each] for key, each in found.items()}


def read(estate: Estate, days: Days) -> Closed:
    """What was closed on *days*."""
    ends = days.span(estate.zone).ends
    ids = sorted(db.session.scalars(closed(estate, days)))
    drawn = ids[:: max(1, -(-len(ids) // MOST))]
    found = Closed(total=len(ids), read=len(drawn))
    for case_id, received_at, rows in _timelines(drawn, ends):
        for state, lasted in stages(rows, received_at).items():
            found.stages.setdefault(state, []).append((case_id, lasted // SECOND))
        for holder, (lasted, waited) in _held(rows, received_at, ends).items():
            found.holders.setdefault(holder, []).append((case_id, lasted // SECOND))
            found.waited[holder] += waited // SECOND
    return found


def closed(estate: Estate, days: Days) -> Statement:
    """The ids of what was closed on *days*, each once."""
    span = days.span(estate.zone)
    return (
        select(Case.id)
        .join_from(Closure, Case, Case.id == Closure.case_id)
        .where(Case.estate_id == estate.id, ordinary(), Closure.at >= span.begins, Closure.at < span.ends)
        .distinct()
    )


def _timelines(ids: Sequence[int], ends: datetime) -> Iterator[tuple[int, datetime, list[Any]]]:
    """Each case with when it was received and its rows until *ends*, some at a time."""
    row = TimelineRow
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        received = dict(db.session.execute(select(Case.id, Case.received_at).where(Case.id.in_(part))).all())
        rows = db.session.execute(
            select(row.case_id, row.act, row.at, row.actor_id, row.data)
            .where(row.case_id.in_(part), row.at < ends)
            .order_by(row.case_id, row.seq)
        )
        for case_id, many in groupby(rows, key=lambda each: each.case_id):
            yield case_id, received[case_id], list(many)


def _held(
    rows: list[Any], received_at: datetime, ends: datetime
) -> dict[Holder, tuple[timedelta, timedelta]]:
    found: dict[Holder, tuple[timedelta, timedelta]] = {}
    for each in holding(rows, received_at).sums(ends):
        holder = Holder(each.as_what, each.department_id)
        lasted, waited = found.get(holder, (timedelta(), timedelta()))
        found[holder] = lasted + each.lasted, waited + each.waited
    return found


def causes(estate: Estate, days: Days) -> Counter[str | None]:
    """How often each cause was found of what was closed on *days*; None: nobody has said."""
    known = dict(db.session.execute(_newest(closed(estate, days))).all())
    counts: Counter[str | None] = Counter(known.values())
    counts[None] = len(set(db.session.scalars(closed(estate, days)))) - len(known)
    return +counts


def _newest(cases: Statement) -> Statement:
    """Of each of these cases the cause that holds: the latest."""
    latest = select(func.max(Cause.id)).where(Cause.case_id.in_(cases)).group_by(Cause.case_id)
    return select(Cause.case_id, Cause.code).where(Cause.id.in_(latest))


def cases_of(estate: Estate, days: Days, key: State | Holder, slow: bool) -> Statement:
    """The ids of the cases that were at a stage or a holder; *slow*: the tenth that was there longest."""
    found = read(estate, days)
    there = found.stages.get(key, []) if isinstance(key, State) else found.holders.get(key, [])
    if slow:
        by_length = sorted(seconds for _case, seconds in there)
        least = by_length[-(-len(by_length) * 9 // 10) - 1] if by_length else 0
        there = [each for each in there if each[1] >= least]
    return select(Case.id).where(among_ids([case_id for case_id, _seconds in there]))


def cases_caused(estate: Estate, days: Days, code: str | None) -> Statement:
    """The ids of the cases of a cause; None: of those nobody has said it of."""
    among = closed(estate, days)
    known = _newest(among).subquery()
    if code is None:
        return among.where(Case.id.not_in(select(known.c.case_id)))
    return among.where(Case.id.in_(select(known.c.case_id).where(known.c.code == code)))
