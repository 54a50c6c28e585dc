"""EVENT → who listens: all wiring on one screen."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Flask

from shared import events
from shared.calendars.events import CalendarChanged
from shared.cases import scope
from shared.cases.events import (
    CaseClosed,
    CaseFiled,
    CaseReopened,
    CaseTouched,
    CaseTriaged,
    PartyInformed,
)
from shared.cases.models import Case, Escalation
from shared.clock import now
from shared.database import after_commit, before_commit, db
from shared.deadlines import recounting, tracking
from shared.deadlines.events import DeadlineBreached, DeadlineNear
from shared.deadlines.models import Deadline
from shared.escalation import climbing
from shared.escalation import queries as ladder
from shared.escalation.events import RungGiven
from shared.escalation.models import Rung
from shared.events import Event, subscribe
from shared.notifications import telling
from shared.outbox import nudge
from shared.ownership import dispatching, routing
from shared.ownership.events import CaseDispatched, CaseEscalated, TransferAsked
from shared.ownership.models import Assignment, Transfer
from shared.revisits.events import FoundUnsatisfied


def _row(model: type[Any], row_id: int) -> Any:
    found = db.session.get(model, row_id)
    if found is None:
        raise LookupError(f"{model.__name__} {row_id} vanished within its own change")
    return found


def _of_case(tell: Callable[[Case, datetime], None]) -> Callable[[Any], None]:
    """Call *tell* with the case of an event, at the instant of the act."""

    def listen(event: Any) -> None:
        case = _row(Case, event.case_id)
        tell(case, case.changed_at)

    return listen


def _note_touched(event: CaseTouched) -> None:
    db.session.info.setdefault("touched", {})[event.case_id] = True


def _on_dispatched(event: CaseDispatched) -> None:
    case = _row(Case, event.case_id)
    telling.on_dispatched(case, _row(Assignment, event.assignment_id), case.changed_at)


def _on_transfer_asked(event: TransferAsked) -> None:
    case = _row(Case, event.case_id)
    telling.on_transfer_asked(case, _row(Transfer, event.transfer_id), case.changed_at)


def _on_unsatisfied(event: FoundUnsatisfied) -> None:
    case = _row(Case, event.case_id)
    telling.on_not_satisfied(case, event.round, event.department_id, case.changed_at)


def _on_near(event: DeadlineNear) -> None:
    telling.on_deadline_near(_row(Case, event.case_id), _row(Deadline, event.deadline_id), now())


def _on_breached(event: DeadlineBreached) -> None:
    climbing.on_breached(_row(Case, event.case_id), _row(Deadline, event.deadline_id), now())


def _on_rung_given(event: RungGiven) -> None:
    case, rung = _row(Case, event.case_id), _row(Rung, event.rung_id)
    telling.on_rung_given(case, rung, ladder.people_of(rung), event.climbed, rung.given_at)


def _on_escalated(event: CaseEscalated) -> None:
    case = _row(Case, event.case_id)
    telling.on_escalated(case, _row(Escalation, event.escalation_id), case.changed_at)


def _finish() -> None:
    """At the end of every change: handle the news, then derive the clocks of each touched case once."""
    events.drain()
    for case_id in db.session.info.pop("touched", {}):
        case = scope.read_by_id(case_id)
        tracking.derive(case)
        climbing.settle(case)
    events.drain()


WIRING: tuple[tuple[type[Event], Callable[[Any], None]], ...] = (
    (CaseTouched, _note_touched),
    (CaseFiled, _of_case(routing.assign)),
    (CaseFiled, _of_case(telling.on_case_filed)),
    (CaseTriaged, _of_case(routing.assign)),
    (CaseDispatched, _on_dispatched),
    (PartyInformed, _of_case(telling.on_informed)),
    (FoundUnsatisfied, _on_unsatisfied),
    (CaseReopened, _of_case(dispatching.release)),
    (CaseReopened, _of_case(telling.on_reopened)),
    (CaseClosed, _of_case(telling.on_closed)),
    (TransferAsked, _on_transfer_asked),
    (CaseEscalated, _on_escalated),
    (DeadlineNear, _on_near),
    (DeadlineBreached, _on_breached),
    (RungGiven, _on_rung_given),
    (CalendarChanged, recounting.on_calendar_changed),
)


def init_app(_app: Flask) -> None:
    """Wire everything; a second application in the same process changes nothing."""
    for event, listener in WIRING:
        subscribe(event, listener)
    before_commit(_finish)
    after_commit(nudge.nudge_pending)
