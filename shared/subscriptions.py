"""EVENT → who listens: all wiring on one screen."""

from collections.abc import Callable
from typing import Any

from flask import Flask

from shared import events
from shared.assessment import proposing as assessing
from shared.assessment.events import EntryAppealed, EntryDecided, EntryProposed
from shared.assessment.models import Decision, Entry
from shared.calendars.events import CalendarChanged
from shared.cases import scope
from shared.cases.events import (
    CaseClosed,
    CaseCompleted,
    CaseFiled,
    CaseReopened,
    CaseTouched,
    CaseTriaged,
    CaseWithdrawn,
    CircumstancesFound,
    ManyOpened,
    OutstandingGiven,
    PartyInformed,
    PartyUrged,
    ProgressTold,
    StatementGrew,
    SubjectNamed,
)
from shared.cases.models import Case, Escalation, Opinion, OutstandingWork, Plan, Proposal
from shared.clock import now
from shared.database import after_commit, before_commit, db, rewrite
from shared.deadlines import recounting, tracking
from shared.deadlines.events import (
    BrokenDutyOver,
    DeadlineBreached,
    DeadlineNear,
    ProposalAnswered,
    ProposalMade,
)
from shared.deadlines.models import Deadline
from shared.escalation import climbing
from shared.escalation import queries as ladder
from shared.escalation.events import RungGiven
from shared.escalation.models import Rung
from shared.events import Event, subscribe
from shared.identity.events import PersonInvited
from shared.identity.models import User
from shared.improvement.events import MeasureGiven, MeasureUnowned, MeetingCalled
from shared.incidents import proposing
from shared.incidents.events import HandlerDesignated, ReportsCounted, SpecialReportMade
from shared.incidents.models import SpecialReport
from shared.notifications import (
    assessments,
    data_rights,
    grave,
    handovers,
    improvement,
    inviting,
    openings,
    outstanding,
    party_acts,
    returns,
    tasks,
    telling,
)
from shared.operations import counted
from shared.outbox import nudge
from shared.ownership import cooperating, dispatching, returning, routing, transferring
from shared.ownership.events import (
    CaseDispatched,
    CaseEscalated,
    HandoverAnswered,
    HandoverOffered,
    LeaverSucceeded,
    OpinionGiven,
    PlanMade,
    ReturnAnswered,
    ReturnAsked,
    TaskAsked,
    TaskEnded,
    TaskGroupFormed,
    TransferAsked,
)
from shared.ownership.models import Assignment, Handover, Return, Task, Transfer
from shared.policies.terms import NOBODY
from shared.register import terms
from shared.retention import archive
from shared.retention.events import DataAnswered, DataAsked
from shared.revisits.events import Appealed, FoundUnsatisfied, RatedLow
from shared.severity import grading
from shared.severity.events import CaseGraded
from shared.severity.models import Grading


def _row(model: type[Any], row_id: int) -> Any:
    found = db.session.get(model, row_id)
    if found is None:
        raise LookupError(f"{model.__name__} {row_id} vanished within its own change")
    return found


def _the(model: type[Any], name: str) -> Callable[[Any], Any]:
    """The row whose id stands under *name* in an event."""
    return lambda event: _row(model, getattr(event, name))


def _of_case(tell: Callable[..., object], *facts: str | Callable[[Any], Any]) -> Callable[[Any], None]:
    """Call *tell* with the case of an event, its *facts*, and the instant that it names, or of the act."""

    def listen(event: Any) -> None:
        case = _row(Case, event.case_id)
        told = [getattr(event, fact) if isinstance(fact, str) else fact(event) for fact in facts]
        tell(case, *told, getattr(event, "at", case.changed_at))

    return listen


def _note_touched(event: CaseTouched) -> None:
    db.session.info.setdefault("touched", {})[event.case_id] = True


def _settle(event: CaseFiled) -> None:
    """What has become of it so far is written at once, before the others look for cases like it."""
    rewrite(_row(Case, event.case_id))


def _on_words(event: CaseFiled | StatementGrew) -> None:
    terms.write(_row(Case, event.case_id))


def _on_handover_answered(event: HandoverAnswered) -> None:
    handover = _row(Handover, event.handover_id)
    handovers.on_answered(_row(Case, event.case_id), handover, handover.answered_at)


def _on_near(event: DeadlineNear) -> None:
    telling.on_deadline_near(_row(Case, event.case_id), _row(Deadline, event.deadline_id), now())


def _on_breached(event: DeadlineBreached) -> None:
    climbing.on_breached(_row(Case, event.case_id), _row(Deadline, event.deadline_id), now())


def _on_violation(event: DeadlineBreached) -> None:
    assessing.propose_breach(_row(Case, event.case_id), _row(Deadline, event.deadline_id), now())


def _on_entry_proposed(event: EntryProposed) -> None:
    assessments.on_proposed(_row(Entry, event.entry_id), event.at)


def _on_entry_decided(event: EntryDecided) -> None:
    assessments.on_decided(_row(Entry, event.entry_id), _row(Decision, event.decision_id), event.at)


def _on_entry_appealed(event: EntryAppealed) -> None:
    assessments.on_appealed(_row(Entry, event.entry_id), event.at)


def _on_measure_given(event: MeasureGiven) -> None:
    improvement.on_given(event.measure_id, event.at)


def _on_measure_unowned(event: MeasureUnowned) -> None:
    improvement.on_unowned(event.measure_id, event.at)


def _on_meeting_called(event: MeetingCalled) -> None:
    improvement.on_called(event.meeting_id, event.at)


def _on_rung_given(event: RungGiven) -> None:
    case, rung = _row(Case, event.case_id), _row(Rung, event.rung_id)
    telling.on_rung_given(case, rung, ladder.people_of(rung), event.climbed, rung.given_at)


def _on_breach_to_count(event: DeadlineBreached) -> None:
    counted.on_breached(_row(Case, event.case_id), _row(Deadline, event.deadline_id))


def _on_threshold(event: DeadlineBreached) -> None:
    """Nobody's duty was broken, but what has lasted so long is judged again, as of that instant (TR-3, VK-4h)."""
    deadline, case = _row(Deadline, event.deadline_id), _row(Case, event.case_id)
    if deadline.duty == NOBODY:
        grading.rejudge(case, max(case.changed_at, deadline.due_at))


def _on_graded(event: CaseGraded) -> None:
    if event.became_major:
        case = _row(Case, event.case_id)
        grave.on_major(case, _row(Grading, event.grading_id), case.changed_at)


def _on_reopened(event: CaseReopened) -> None:
    archive.unseal(_row(Case, event.case_id))


def _on_invited(event: PersonInvited) -> None:
    inviting.on_invited(event.invitation_id)


def _finish() -> None:
    """At the end of every change: handle the news, then derive the clocks of each touched case once.

    A threshold found to have run out regrades its case, which touches it again; a breach is news only once, so
    this ends.
    """
    events.drain()
    while touched := db.session.info.pop("touched", {}):
        for case_id in touched:
            tracking.derive(scope.read_by_id(case_id))
        events.drain()


WIRING: tuple[tuple[type[Event], Callable[[Any], None]], ...] = (
    (CaseTouched, _note_touched),
    (CaseFiled, _on_words),
    (StatementGrew, _on_words),
    (CaseFiled, _of_case(routing.assign)),
    (CaseFiled, _of_case(telling.on_case_filed)),
    (CaseFiled, _settle),
    (CaseTriaged, _of_case(routing.assign)),
    (CaseDispatched, _of_case(telling.on_dispatched, _the(Assignment, "assignment_id"))),
    (PartyInformed, _of_case(telling.on_informed)),
    (FoundUnsatisfied, _of_case(telling.on_not_satisfied, "round", "department_id")),
    (CaseReopened, _on_reopened),
    (DataAsked, _of_case(data_rights.on_data_asked, "request_id")),
    (ManyOpened, _of_case(openings.on_many, _the(User, "user_id"), "number")),
    (PersonInvited, _on_invited),
    (DataAnswered, _of_case(data_rights.on_data_answered, "request_id")),
    (CaseReopened, _of_case(dispatching.release)),
    (CaseReopened, _of_case(telling.on_reopened)),
    (CaseClosed, _of_case(telling.on_closed)),
    (TransferAsked, _of_case(telling.on_transfer_asked, _the(Transfer, "transfer_id"))),
    (HandoverOffered, _of_case(handovers.on_offered, _the(Handover, "handover_id"))),
    (HandoverAnswered, _on_handover_answered),
    (LeaverSucceeded, _of_case(handovers.on_succeeded, "leaver_id", _the(User, "successor_id"))),
    (SubjectNamed, _of_case(transferring.lapse_of_subject)),
    (CaseClosed, _of_case(transferring.lapse)),
    (CaseWithdrawn, _of_case(transferring.lapse)),
    (ReturnAsked, _of_case(returns.on_asked, _the(Return, "return_id"))),
    (ReturnAnswered, _of_case(returns.on_answered, _the(Return, "return_id"))),
    (TaskAsked, _of_case(tasks.on_asked, _the(Task, "task_id"))),
    (TaskEnded, _of_case(tasks.on_ended, _the(Task, "task_id"))),
    (TaskGroupFormed, _of_case(tasks.on_group, "newcomers")),
    (CaseReopened, _of_case(cooperating.lapse)),
    (CaseClosed, _of_case(cooperating.lapse)),
    (CaseWithdrawn, _of_case(cooperating.lapse)),
    (CaseDispatched, _of_case(returning.lapse)),
    (CaseCompleted, _of_case(returning.lapse)),
    (PartyInformed, _of_case(returning.lapse)),
    (OutstandingGiven, _of_case(outstanding.on_given, _the(OutstandingWork, "work_id"))),
    (CaseEscalated, _of_case(telling.on_escalated, _the(Escalation, "escalation_id"))),
    (DeadlineNear, _on_near),
    (DeadlineBreached, _on_breached),
    (DeadlineBreached, _on_violation),
    (EntryProposed, _on_entry_proposed),
    (EntryDecided, _on_entry_decided),
    (EntryAppealed, _on_entry_appealed),
    (MeasureGiven, _on_measure_given),
    (MeasureUnowned, _on_measure_unowned),
    (MeetingCalled, _on_meeting_called),
    (BrokenDutyOver, _of_case(climbing.settle)),
    (RungGiven, _on_rung_given),
    (DeadlineBreached, _on_threshold),
    (DeadlineBreached, _on_breach_to_count),
    (CaseFiled, _of_case(grading.weigh)),
    (CaseFiled, _of_case(proposing.ask)),
    (CaseFiled, _of_case(counted.on_filed)),
    (CaseTriaged, _of_case(grading.weigh)),
    (CaseTriaged, _of_case(proposing.ask)),
    (CircumstancesFound, _of_case(grading.rejudge)),
    (CaseReopened, _of_case(grading.rejudge)),
    (ReportsCounted, _of_case(grading.rejudge)),
    (SpecialReportMade, _of_case(grave.on_special_report, _the(SpecialReport, "report_id"))),
    (HandlerDesignated, _of_case(grave.on_designated, _the(SpecialReport, "report_id"))),
    (CaseGraded, _on_graded),
    (ProgressTold, _of_case(grave.on_progress, "seq")),
    (CaseCompleted, _of_case(grave.on_completed)),
    (PlanMade, _of_case(grave.on_plan, _the(Plan, "plan_id"))),
    (OpinionGiven, _of_case(grave.on_opinion, _the(Opinion, "opinion_id"))),
    (CalendarChanged, recounting.on_calendar_changed),
    (PartyUrged, _of_case(party_acts.on_urged, "seq")),
    (RatedLow, _of_case(party_acts.on_rated_low, "round", "department_id")),
    (Appealed, _of_case(party_acts.on_appealed, "round", "department_id")),
    (ProposalMade, _of_case(party_acts.on_proposed, _the(Proposal, "proposal_id"))),
    (ProposalAnswered, _of_case(party_acts.on_proposal_answered, _the(Proposal, "proposal_id"))),
)


def init_app(_app: Flask) -> None:
    """Wire everything; a second application in the same process changes nothing."""
    for event, listener in WIRING:
        subscribe(event, listener)
    before_commit(_finish)
    after_commit(nudge.nudge_pending)
    after_commit(counted.count_noted)
