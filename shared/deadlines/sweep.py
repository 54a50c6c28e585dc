"""Looking for clocks that came near or were broken. Safe to repeat, and to run many times at once."""

import logging
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, CursorResult, select, update

from shared import events
from shared.cases.models import Case
from shared.database import db, transaction
from shared.deadlines import queries, tracking
from shared.deadlines.events import DeadlineBreached, DeadlineNear
from shared.deadlines.models import Deadline

log = logging.getLogger(__name__)


@dataclass(slots=True)
class SweepResult:
    """What one pass did, in clocks and cases."""

    near: int = 0
    broken: int = 0
    cases: int = 0  # looked at
    parked: int = 0  # whose clocks cannot be derived
    failed: int = 0  # whose change did not stand; they are tried again by the next pass


def sweep(at: datetime) -> SweepResult:
    """Record every clock that was broken by *at*, tell every one that is near, and try parked cases again.

    Each case is a change of its own, so one that fails holds up no other. Not to be called inside a change.
    """
    result = SweepResult()
    case_ids = list(dict.fromkeys([*queries.cases_to_sweep(at), *queries.parked_cases()]))
    for case_id in case_ids:
        result.cases += 1
        try:
            with transaction():
                # Held until the end, or each listener would read it from the database anew.
                case = _lock(case_id)
                near, broken, parked = _sweep_case(case, at) if case else (0, 0, 0)
        except Exception:
            log.exception("the sweep failed on case id %s", case_id)
            result.failed += 1
            continue
        result.near += near
        result.broken += broken
        result.parked += parked
    return result


def _lock(case_id: int) -> Case | None:
    """The case; its clocks stand still while its row is locked."""
    return db.session.get(Case, case_id, with_for_update=True, populate_existing=True)


def _sweep_case(case: Case, at: datetime) -> tuple[int, int, int]:
    """(near, broken, parked) of one case that is locked."""
    broken = tracking.derive(case, at)
    if broken is None:
        return 0, 0, 1
    near = 0
    for deadline in db.session.scalars(
        select(Deadline).where(Deadline.case_id == case.id, queries.ripe(at)).order_by(Deadline.due_at)
    ).all():
        if deadline.due_at < at:
            broken += claim_breach(deadline)
        else:
            near += claim_nearness(deadline, at)
    return near, broken, 0


def claim_breach(deadline: Deadline) -> bool:
    """Record the breach, unless somebody did or the duty was done meanwhile; True for exactly one caller."""
    if not _claim(deadline, Deadline.breached_at.is_(None), values={"breached_at": Deadline.due_at}):
        return False
    events.publish(DeadlineBreached(deadline.case_id, deadline.id, deadline.rule))
    return True


def claim_nearness(deadline: Deadline, at: datetime) -> bool:
    """Mark the clock as told to be near; True for exactly one caller."""
    unbroken = Deadline.breached_at.is_(None) & Deadline.near_told_at.is_(None)
    if not _claim(deadline, unbroken, values={"near_told_at": at}):
        return False
    events.publish(DeadlineNear(deadline.case_id, deadline.id, deadline.rule))
    return True


def _claim(deadline: Deadline, unclaimed: ColumnElement[bool], values: dict[str, object]) -> bool:
    """One conditional UPDATE; its row count decides."""
    result = db.session.execute(
        update(Deadline).where(Deadline.id == deadline.id, queries.WAITING, unclaimed).values(**values),
        execution_options={"synchronize_session": False},
    )
    db.session.expire(deadline, list(values))
    assert isinstance(result, CursorResult)
    return result.rowcount == 1
