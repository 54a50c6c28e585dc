"""Everything about one case as plain values: what `flask case show --json` prints (contract.md)."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import select

from shared import clock
from shared.audit import timeline
from shared.cases import outside_orders
from shared.cases.models import Case, Participation, Proposal, Round
from shared.cli import case_ledger
from shared.database import db
from shared.deadlines import naming
from shared.deadlines import queries as deadlines
from shared.deadlines.models import Deadline
from shared.deadlines.postponing import postponements_of
from shared.identity.models import Department, User
from shared.incidents.models import Incident
from shared.incidents.queries import sizes
from shared.incidents.repeats import special_reports_of
from shared.notifications.models import Message
from shared.ownership import held
from shared.ownership.models import Assignment, Return, Task
from shared.ownership.segments import As
from shared.revisits.models import Appeal, Rating, Revisit
from shared.severity.queries import latest_grading


def of(case: Case) -> dict[str, Any]:
    """The whole file of *case*: codes, ids as usernames, instants in UTC; no name, no telephone, no words."""
    names: dict[int, str] = dict(db.session.execute(select(User.id, User.username)).all())
    departments: dict[int, str] = dict(
        db.session.execute(
            select(Department.id, Department.name).where(Department.estate_id == case.estate_id)
        ).all()
    )

    def who(user_id: int | None) -> str | None:
        return names.get(user_id) if user_id is not None else None

    def where(department_id: int | None) -> str | None:
        return departments.get(department_id) if department_id is not None else None

    return {
        "reference": case.shown_reference,
        "archive_number": case.archive_number,
        "estate": case.estate.slug,
        "round": case.round,
        "kind": case.kind,
        "category": case.category,
        "topic": case.topic,
        "channel": case.channel,
        "state": case.state,
        "building": case.building.name if case.building else None,
        "received_at": case.received_at,
        "filed_at": case.filed_at,
        "urgency": case.urgency,
        "urgency_reported": case.urgency_reported,
        "severity": case.severity,
        "severity_reasons": _severity_reasons(case),
        "complexity": case.complexity,
        "validity": case.validity,
        "fault": case.fault,
        "anonymous": case.anonymous,
        "first_responder": who(case.first_responder_id),
        "handler": who(case.handler_id),
        "lead_department": where(case.lead_department_id),
        "cooperating": [
            where(p.department_id)
            for p in _rows(select(Participation).filter_by(case_id=case.id, part="cooperating", until=None))
        ],
        "policy": {"preset": case.policy_version.preset, "version": case.policy_version.version},
        "clocks_parked": case.clocks_parked,
        "deadlines": [_deadline(d) for d in deadlines.of_case(case.id)],
        "timeline": [
            {
                "seq": row.seq,
                "at": row.at,
                "round": row.round,
                "act": row.act,
                "actor": who(row.actor_id),
                "public": row.public,
                "data": row.data,
            }
            for row in timeline.rows_of(case.id)
        ],
        "assignments": [
            {
                "round": a.round,
                "department": where(a.department_id),
                "handler": who(a.handler_id),
                "by": who(a.by_id),
                "at": a.at,
                "wanted_by": a.wanted_by,
                "accepted_at": a.accepted_at,
                "ended_at": a.ended_at,
                "final": a.final,
            }
            for a in _rows(select(Assignment).filter_by(case_id=case.id).order_by(Assignment.id))
        ],
        "returns": [
            {
                "round": r.round,
                "department": where(r.assignment.department_id),
                "by": who(r.by_id),
                "at": r.at,
                "decided_at": r.decided_at,
                "decided_by": who(r.decided_by_id),
                "approved": r.approved,
            }
            for r in _rows(select(Return).filter_by(case_id=case.id).order_by(Return.id))
        ],
        "holding": _holding(case, who, where),
        "tasks": [
            {
                "round": t.round,
                "department": where(t.department_id),
                "asked_by": who(t.asked_by_id),
                "asked_at": t.asked_at,
                "wanted_by": t.wanted_by,
                "taken_by": who(t.taken_by_id),
                "taken_at": t.taken_at,
                "ended_at": t.ended_at,
                "done": t.done,
            }
            for t in _rows(select(Task).filter_by(case_id=case.id).order_by(Task.id))
        ],
        "postponements": [
            {
                "round": p.round,
                "act": p.act,
                "by": who(p.by_id),
                "at": p.at,
                "until": p.until,
                "evidence": p.evidence,
            }
            for p in postponements_of(case)
        ],
        "revisits": [
            {
                "round": r.round,
                "by": who(r.by_id),
                "at": r.at,
                "method": r.method,
                "reached": r.reached,
                "satisfied": r.satisfied,
                "timely": r.timely,
                "courteous": r.courteous,
            }
            for r in _rows(select(Revisit).filter_by(case_id=case.id).order_by(Revisit.id))
        ],
        "ratings": [
            {
                "round": r.round,
                "at": r.at,
                "level": r.level,
                "solved": r.solved,
                "timely": r.timely,
                "courteous": r.courteous,
                "reasons": r.reasons,
                "door": r.door,
                "replaced_at": r.replaced_at,
            }
            for r in _rows(select(Rating).filter_by(case_id=case.id).order_by(Rating.id))
        ],
        "appeals": [
            {"round": a.round, "at": a.at, "reasons": a.reasons}
            for a in _rows(select(Appeal).filter_by(case_id=case.id).order_by(Appeal.id))
        ],
        "proposals": [
            {
                "round": p.round,
                "by": who(p.by_id),
                "at": p.at,
                "until": p.until,
                "answered_at": p.answered_at,
                "accepted": p.accepted,
                "replaced_at": p.replaced_at,
            }
            for p in _rows(select(Proposal).filter_by(case_id=case.id).order_by(Proposal.id))
        ],
        "messages": [
            {
                "channel": m.channel,
                "to_role": m.to_role,
                "about": m.about,
                "state": m.state,
                "reason": m.reason,
            }
            for m in _rows(select(Message).filter_by(case_id=case.id).order_by(Message.id))
        ],
        "outside_orders": [
            {
                "issuer": o.issuer,
                "number": o.number,
                "due_at": o.due_at,
                "at": o.at,
                "by": who(o.by_id),
                "answered_at": o.answered_at,
                "answered_by": who(o.answered_by_id),
            }
            for o in outside_orders.of_case(case.id)
        ],
        "assessments": case_ledger.of(case.id, who),
        "incident": _incident(case),
        "special_reports": [
            {
                "clause": r.clause,
                "nth": r.nth,
                "earlier": r.earlier,
                "made_at": r.made_at,
                "designated_at": r.designated_at,
                "designated_by": who(r.designated_by_id),
                "department": where(r.department_id),
                "handler": who(r.handler_id),
            }
            for r in special_reports_of(case)
        ],
        "rounds": [
            {"number": r.number, "opened_at": r.opened_at, "opened_by": who(r.opened_by_id), "cause": r.cause}
            for r in _rows(select(Round).filter_by(case_id=case.id).order_by(Round.number))
        ],
    }


def _holding(
    case: Case, who: Callable[[int | None], str | None], where: Callable[[int | None], str | None]
) -> Any:
    """Who had it from when to when, as what, and how many seconds of that were waiting on others."""
    found, now = held.of_case(case, timeline.rows_of(case.id)), clock.now()
    return {
        "segments": [
            {
                "who": who(s.user_id),
                "department": where(s.department_id),
                "as": s.as_what,
                "from": s.begins,
                "to": s.ends,
                "seconds": int(s.lasted(now).total_seconds()),
                "waited": int(found.waited(s, now).total_seconds()) if s.as_what is not As.TASK else 0,
            }
            for s in (*found.segments, *found.beside)
        ],
        "waits": [{"on": w.on, "from": w.begins, "to": w.ends} for w in found.waits],
        "by_person": {who(i): int(t.total_seconds()) for i, t in found.by_person(now).items()},
        "by_department": {where(i): int(t.total_seconds()) for i, t in found.by_department(now).items()},
    }


def _rows(statement: Any) -> Sequence[Any]:
    return db.session.scalars(statement).all()


def _deadline(deadline: Deadline) -> dict[str, Any]:
    return {
        "rule": deadline.rule,
        "clause": deadline.clause,
        "name": str(naming.name(deadline.rule)),
        "round": deadline.round,
        "started_at": deadline.started_at,
        "due_at": deadline.due_at,
        "original_due_at": deadline.original_due_at,
        "moved_by": deadline.moved_by,
        "paused_at": deadline.paused_at,
        "duty": deadline.duty,
        "met_at": deadline.met_at,
        "breached_at": deadline.breached_at,
        "ended_at": deadline.ended_at,
        "superseded_by": deadline.superseded_by,
        "steps": deadline.steps,
    }


def _incident(case: Case) -> dict[str, Any] | None:
    """The matter it is a part of, and how many cases that has."""
    incident = db.session.get(Incident, case.incident_id) if case.incident_id else None
    if incident is None:
        return None
    joined = sizes([incident.id])[incident.id].joined
    return {"id": incident.id, "title": incident.title, "cases": joined}


def _severity_reasons(case: Case) -> list[dict[str, Any]]:
    """Why the case is major: what its last grading rests on, by rule or by a person (TR-3, VK-4h)."""
    graded = latest_grading(case)
    if graded is None or graded.severity != case.severity or case.severity != "major":
        return []
    return [
        {
            "clause": r["clause"],
            "evidence": {"of": r["of"], **r["evidence"]},
            "provisional": graded.by_id is None,
        }
        for r in graded.reasons
    ]
