"""Where cases stood at an instant that is over: what came later is taken back by the record."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select

from shared.audit.models import TimelineRow
from shared.cases.lifecycle import LEADS, OPEN, Act, State
from shared.cases.models import Case
from shared.cases.participation import ordinary
from shared.database import db
from shared.register.views import IS_OPEN

# Where each act leads, from wherever; what a recall leads to, the record before it says.
_TO: Mapping[str, State] = {act.value: to for (_state, act), to in LEADS.items()}
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


def open_at(estate_id: int, at: datetime) -> int:
    """How many cases of the estate were open just before *at* (CO-M5: but those from inside)."""
    here = (Case.estate_id == estate_id, Case.received_at < at, ordinary())
    quiet = Case.changed_at < at
    still = db.session.scalar(select(func.count(Case.id)).where(*here, quiet, IS_OPEN))
    moved = list(db.session.scalars(select(Case.id).where(*here, ~quiet)))
    return (still or 0) + sum(state in OPEN for state in states_at(moved, at).values())
