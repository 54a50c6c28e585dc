"""Where cases stood at an instant that is over: what came later is taken back by the record."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, select

from shared.audit.models import TimelineRow
from shared.cases.lifecycle import LEADS, OPEN, Act, State
from shared.cases.models import Case
from shared.database import db
from shared.register.views import IS_OPEN

# Where each act leads, from wherever, of those that lead away; what a recall leads to, the record before it says.
_TO: Mapping[str, State] = {act.value: to for (state, act), to in LEADS.items() if to is not state}
_MOVING = (*_TO, Act.RECALL.value)
CHUNK = 500


def states_at(case_ids: list[int], at: datetime) -> dict[int, State]:
    """The states of these cases just before *at*; one that was not yet written down then counts as received."""
    found: dict[int, State] = {}
    for start in range(0, len(case_ids), CHUNK):
        part = case_ids[start : start + CHUNK]
        acts: dict[int, list[str]] = {case_id: [] for case_id in part}
        rows = db.session.execute(
            select(TimelineRow.case_id, TimelineRow.act)
            .where(TimelineRow.case_id.in_(part), TimelineRow.at < at, TimelineRow.act.in_(_MOVING))
            .order_by(TimelineRow.case_id, TimelineRow.seq)
        )
        for case_id, act in rows:
            acts[case_id].append(act)
        found |= {case_id: _state(done) for case_id, done in acts.items()}
    return found


def _state(acts: list[str]) -> State:
    while acts and acts[-1] == Act.RECALL:
        acts = acts[: max((n for n, act in enumerate(acts) if act == Act.REFERRAL), default=0)]
    return _TO[acts[-1]] if acts else State.RECEIVED


def was_open(among: Iterable[ColumnElement[bool]], at: datetime) -> ColumnElement[bool]:
    """The condition on cases, *among* those, that were open just before *at*.

    Whatever has not changed since is as it was; few have.
    """
    moved = list(db.session.scalars(select(Case.id).where(*among, Case.changed_at >= at)))
    then = [case_id for case_id, state in states_at(moved, at).items() if state in OPEN]
    return and_(Case.changed_at < at, IS_OPEN) | among_ids(then)


def among_ids(case_ids: list[int]) -> ColumnElement[bool]:
    """The condition on cases to be of these, however many: a statement takes only so many parameters."""
    return Case.id.in_(bindparam("among", case_ids, unique=True, expanding=True, literal_execute=True))
