"""EVENT → who listens: all wiring on one screen."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Flask

from shared import events
from shared.assessment import proposing as assessing
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
from shared.database import after_commit, before_commit, db
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
from shared.incidents import proposing, repeats
from shared.incidents.events import HandlerDesignated, ReportsCounted, SpecialReportMade
from shared.incidents.models import SpecialReport
from shared.notifications import (
    data_rights,
    grave,
    handovers,
    inviting,
    openings,
    outstanding,
    party_acts,
    returns,
    tasks,
    telling,
)
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


def _of_case(tell: Callable[[Case, datetime], object]) -> Callable[[Any], None]:
    """Call *tell* with the case of an event, at the instant of the act."""

    def listen(event: Any) -> None:
        case = _row(Case, event.case_id)
        tell(case, case.changed_at)

    return listen


def _note_touched(event: CaseTouched) -> None:
    db.session.info.setdefault("touched", {})[event.case_id] = True


def _on_words(event: CaseFiled | StatementGrew) -> None:
    terms.write(_row(Case, event.case_id))


def _on_dispatched(event: CaseDispatched) -> None:
    case = _row(Case, event.case_id)
    telling.on_dispatched(case, _row(Assignment, event.assignment_id), case.changed_at)


def _on_transfer_asked(event: TransferAsked) -> None:
    case = _row(Case, event.case_id)
    telling.on_transfer_asked(case, _row(Transfer, event.transfer_id), case.changed_at)


def _on_handover_offered(event: HandoverOffered) -> None:
    case = _row(Case, event.case_id)
    handovers.on_offered(case, _row(Handover, event.handover_id), case.changed_at)


def _on_handover_answered(event: HandoverAnswered) -> None:
    handover = _row(Handover, event.handover_id)
    handovers.on_answered(_row(Case, event.case_id), handover, handover.answered_at)


def _on_succeeded(event: LeaverSucceeded) -> None:
    case, successor = _row(Case, event.case_id), _row(User, event.successor_id)
    handovers.on_succeeded(case, event.leaver_id, successor, case.changed_at)


def _on_return_asked(event: ReturnAsked) -> None:
    case = _row(Case, event.case_id)
    returns.on_asked(case, _row(Return, event.return_id), case.changed_at)


def _on_return_answered(event: ReturnAnswered) -> None:
    case = _row(Case, event.case_id)
    returns.on_answered(case, _row(Return, event.return_id), case.changed_at)


def _on_task_asked(event: TaskAsked) -> None:
    case = _row(Case, event.case_id)
    tasks.on_asked(case, _row(Task, event.task_id), case.changed_at)


def _on_task_ended(event: TaskEnded) -> None:
    case = _row(Case, event.case_id)
    tasks.on_ended(case, _row(Task, event.task_id), case.changed_at)


def _on_group_formed(event: TaskGroupFormed) -> None:
    case = _row(Case, event.case_id)
    tasks.on_group(case, event.newcomers, case.changed_at)


def _on_outstanding_given(event: OutstandingGiven) -> None:
    case = _row(Case, event.case_id)
    outstanding.on_given(case, _row(OutstandingWork, event.work_id), case.changed_at)


def _on_unsatisfied(event: FoundUnsatisfied) -> None:
    case = _row(Case, event.case_id)
    telling.on_not_satisfied(case, event.round, event.department_id, case.changed_at)


def _on_near(event: DeadlineNear) -> None:
    telling.on_deadline_near(_row(Case, event.case_id), _row(Deadline, event.deadline_id), now())


def _on_breached(event: DeadlineBreached) -> None:
    climbing.on_breached(_row(Case, event.case_id), _row(Deadline, event.deadline_id), now())


def _on_violation(event: DeadlineBreached) -> None:
    assessing.propose_breach(_row(Case, event.case_id), _row(Deadline, event.deadline_id), now())


def _on_rung_given(event: RungGiven) -> None:
    case, rung = _row(Case, event.case_id), _row(Rung, event.rung_id)
    telling.on_rung_given(case, rung, ladder.people_of(rung), event.climbed, rung.given_at)


def _on_escalated(event: CaseEscalated) -> None:
    case = _row(Case, event.case_id)
    telling.on_escalated(case, _row(Escalation, event.escalation_id), case.changed_at)


def _on_threshold(event: DeadlineBreached) -> None:
    """Nobody's duty was broken, but what has lasted so long is judged again, as of that instant (TR-3, VK-4h)."""
    deadline, case = _row(Deadline, event.deadline_id), _row(Case, event.case_id)
    if deadline.duty == NOBODY:
        grading.rejudge(case, max(case.changed_at, deadline.due_at))


def _on_graded(event: CaseGraded) -> None:
    if event.became_major:
        case = _row(Case, event.case_id)
        grave.on_major(case, _row(Grading, event.grading_id), case.changed_at)


def _on_progress(event: ProgressTold) -> None:
    case = _row(Case, event.case_id)
    grave.on_progress(case, event.seq, case.changed_at)


def _on_plan(event: PlanMade) -> None:
    case = _row(Case, event.case_id)
    grave.on_plan(case, _row(Plan, event.plan_id), case.changed_at)


def _on_opinion(event: OpinionGiven) -> None:
    case = _row(Case, event.case_id)
    grave.on_opinion(case, _row(Opinion, event.opinion_id), case.changed_at)


def _on_counted(event: ReportsCounted) -> None:
    grading.rejudge(_row(Case, event.case_id), event.at)


def _on_special_report(event: SpecialReportMade) -> None:
    grave.on_special_report(_row(Case, event.case_id), _row(SpecialReport, event.report_id), event.at)


def _on_designated(event: HandlerDesignated) -> None:
    grave.on_designated(_row(Case, event.case_id), _row(SpecialReport, event.report_id), event.at)


def _on_reopened(event: CaseReopened) -> None:
    archive.unseal(_row(Case, event.case_id))


def _on_urged(event: PartyUrged) -> None:
    case = _row(Case, event.case_id)
    party_acts.on_urged(case, event.seq, case.changed_at)


def _on_rated_low(event: RatedLow) -> None:
    case = _row(Case, event.case_id)
    party_acts.on_rated_low(case, event.round, event.department_id, case.changed_at)


def _on_appealed(event: Appealed) -> None:
    case = _row(Case, event.case_id)
    party_acts.on_appealed(case, event.round, event.department_id, case.changed_at)


def _on_proposed(event: ProposalMade) -> None:
    case = _row(Case, event.case_id)
    party_acts.on_proposed(case, _row(Proposal, event.proposal_id), case.changed_at)


def _on_proposal_answered(event: ProposalAnswered) -> None:
    case = _row(Case, event.case_id)
    party_acts.on_proposal_answered(case, _row(Proposal, event.proposal_id), case.changed_at)


def _on_invited(event: PersonInvited) -> None:
    inviting.on_invited(event.invitation_id)


def _on_many_opened(event: ManyOpened) -> None:
    openings.on_many(_row(Case, event.case_id), _row(User, event.user_id), event.number, event.at)


def _on_data_asked(event: DataAsked) -> None:
    data_rights.on_data_asked(_row(Case, event.case_id), event.request_id, event.at)


def _on_data_answered(event: DataAnswered) -> None:
    data_rights.on_data_answered(_row(Case, event.case_id), event.request_id, event.at)


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
    (CaseTriaged, _of_case(routing.assign)),
    (CaseDispatched, _on_dispatched),
    (PartyInformed, _of_case(telling.on_informed)),
    (FoundUnsatisfied, _on_unsatisfied),
    (CaseReopened, _on_reopened),
    (DataAsked, _on_data_asked),
    (ManyOpened, _on_many_opened),
    (PersonInvited, _on_invited),
    (DataAnswered, _on_data_answered),
    (CaseReopened, _of_case(dispatching.release)),
    (CaseReopened, _of_case(telling.on_reopened)),
    (CaseClosed, _of_case(telling.on_closed)),
    (TransferAsked, _on_transfer_asked),
    (HandoverOffered, _on_handover_offered),
    (HandoverAnswered, _on_handover_answered),
    (LeaverSucceeded, _on_succeeded),
    (SubjectNamed, _of_case(transferring.lapse_of_subject)),
    (CaseClosed, _of_case(transferring.lapse)),
    (CaseWithdrawn, _of_case(transferring.lapse)),
    (ReturnAsked, _on_return_asked),
    (ReturnAnswered, _on_return_answered),
    (TaskAsked, _on_task_asked),
    (TaskEnded, _on_task_ended),
    (TaskGroupFormed, _on_group_formed),
    (CaseReopened, _of_case(cooperating.lapse)),
    (CaseClosed, _of_case(cooperating.lapse)),
    (CaseWithdrawn, _of_case(cooperating.lapse)),
    (CaseDispatched, _of_case(returning.lapse)),
    (CaseCompleted, _of_case(returning.lapse)),
    (PartyInformed, _of_case(returning.lapse)),
    (OutstandingGiven, _on_outstanding_given),
    (CaseEscalated, _on_escalated),
    (DeadlineNear, _on_near),
    (DeadlineBreached, _on_breached),
    (DeadlineBreached, _on_violation),
    (BrokenDutyOver, _of_case(climbing.settle)),
    (RungGiven, _on_rung_given),
    (DeadlineBreached, _on_threshold),
    (CaseFiled, _of_case(repeats.notice)),
    (CaseFiled, _of_case(proposing.ask)),
    (CaseFiled, _of_case(grading.rejudge)),
    (CaseTriaged, _of_case(repeats.notice)),
    (CaseTriaged, _of_case(proposing.ask)),
    (CaseTriaged, _of_case(grading.rejudge)),
    (CircumstancesFound, _of_case(grading.rejudge)),
    (CaseReopened, _of_case(grading.rejudge)),
    (ReportsCounted, _on_counted),
    (SpecialReportMade, _on_special_report),
    (HandlerDesignated, _on_designated),
    (CaseGraded, _on_graded),
    (ProgressTold, _on_progress),
    (CaseCompleted, _of_case(grave.on_completed)),
    (PlanMade, _on_plan),
    (OpinionGiven, _on_opinion),
    (CalendarChanged, recounting.on_calendar_changed),
    (PartyUrged, _on_urged),
    (RatedLow, _on_rated_low),
    (Appealed, _on_appealed),
    (ProposalMade, _on_proposed),
    (ProposalAnswered, _on_proposal_answered),
)


def init_app(_app: Flask) -> None:
    """Wire everything; a second application in the same process changes nothing."""
    for event, listener in WIRING:
        subscribe(event, listener)
    before_commit(_finish)
    after_commit(nudge.nudge_pending)
