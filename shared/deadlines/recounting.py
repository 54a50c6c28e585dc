"""Counting the clocks of running cases anew after a calendar has changed, in the background and in batches.

What a change of the calendar does to a case: clocks that still run, and parked ones, are counted anew; a breach
once recorded stays; and no due time is moved to before the present (`tracking.derive`). Cases on which nothing
waits are left alone.
"""

import logging
import secrets
from datetime import timedelta

from sqlalchemy import or_, select

from shared.calendars.events import CalendarChanged
from shared.cases import scope
from shared.cases.models import Case
from shared.clock import now
from shared.database import db, transaction
from shared.deadlines import tracking
from shared.outbox import rows
from shared.outbox.tasks import Payload, Undone, task

log = logging.getLogger(__name__)

TASK = "recount_clocks"
BATCH = 200  # a case takes some milliseconds; a batch ends long before its lease does
LEASE = timedelta(minutes=5)
_ASKED = "recounts"  # in db.session.info: what this change has asked for already


def on_calendar_changed(event: CalendarChanged) -> None:
    """Inside the change: have the clocks that may depend on it counted anew once it stands."""
    asked: set[int | None] = db.session.info.setdefault(_ASKED, set())
    if event.estate_id not in asked:
        asked.add(event.estate_id)
        _ask(event.estate_id, run=secrets.token_hex(8), after=0)


def waiting_cases(estate_id: int | None, after: int, limit: int) -> list[int]:
    """Ids above *after*, in order, of cases with a clock that waits or could not be counted."""
    running = or_(Case.next_due_at.is_not(None), Case.clocks_parked.is_not(None))
    wanted = select(Case.id).where(running, Case.id > after)
    if estate_id is not None:
        wanted = wanted.where(Case.estate_id == estate_id)
    return list(db.session.scalars(wanted.order_by(Case.id).limit(limit)))


def _ask(estate_id: int | None, *, run: str, after: int) -> None:
    rows.write(TASK, {"estate": estate_id, "run": run, "after": after}, f"{TASK}:{run}:{after}")


@task(TASK, lease=LEASE)
def recount(payload: Payload) -> None:
    """One batch, and the row that asks for the next. May run twice: the second time finds everything counted."""
    case_ids = waiting_cases(payload["estate"], payload["after"], BATCH)
    failed = sum(not _recount(case_id) for case_id in case_ids)
    if len(case_ids) == BATCH:
        with transaction():
            _ask(payload["estate"], run=payload["run"], after=case_ids[-1])
    if failed:
        raise Undone(f"the clocks of {failed} cases could not be counted anew")


def _recount(case_id: int) -> bool:
    """A change of its own for each case, so that one that fails holds up no other; whether it stands."""
    try:
        with transaction():
            tracking.derive(scope.lock_by_id(case_id), now())
    except Exception:
        log.exception("the clocks of case id %s could not be counted anew", case_id)
        return False
    return True
