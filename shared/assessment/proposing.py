"""An entry of the ledger is proposed (GZ-5 to GZ-18): by the machine for a broken clock, by a person for the rest.

What an entry came from is proposed once, however often it is looked at: its key is unique in the estate.
"""

from datetime import datetime
from typing import Any

from shared import events
from shared.assessment import evidence, liability
from shared.assessment.amounts import breach_of
from shared.assessment.events import EntryProposed
from shared.assessment.models import Entry
from shared.assessment.months import month_of
from shared.assessment.standing import Kind, Origin
from shared.audit import timeline
from shared.cases import measures
from shared.cases.models import Case
from shared.deadlines.models import Deadline
from shared.identity.models import Estate
from shared.outbox.rows import insert_once
from shared.policies.findings import ORIGINAL
from shared.policies.schema import Clock
from shared.policies.terms import NOBODY


def propose_breach(case: Case, deadline: Deadline, at: datetime) -> int | None:
    """An entry for a clock of *case* that was broken; its id, None where there is none to propose.

    None for a threshold, which is nobody's duty; for a report from inside (CO-M5); under a policy that assesses
    nothing; and where it was proposed before. Of the person who held the duty when it fell due.
    """
    rules = measures.rules_of(case)
    clock = rules.clock(deadline.rule) if rules else None
    if rules is None or rules.assessment is None or clock is None:
        return None
    if case.is_internal or deadline.duty == NOBODY:
        return None
    rows = timeline.rows_of(case.id)
    due_at = deadline.original_due_at if rules.assessment.judged_by == ORIGINAL else deadline.due_at
    circumstances = evidence.circumstances_of(case, clock)
    breach = breach_of(clock, deadline, circumstances)
    liable = liability.liable_for(case, deadline.duty, due_at, rows)
    found = evidence.of_breach(case, deadline, circumstances, rows)
    if liable.candidates:
        found["candidates"] = list(liable.candidates)
    return enter(
        case.estate,
        Origin.BREACH,
        f"deadline:{deadline.id}",
        at=at,
        occurred_at=due_at,
        clause=breach.clause,
        rule=deadline.rule,
        kind=kind_of(clock),
        least=breach.penalty.least if breach.penalty else None,
        most=breach.penalty.most if breach.penalty else None,
        person_id=liable.person.id if liable.person else None,
        department_id=liable.department_id,
        case_id=case.id,
        round=deadline.round,
        deadline_id=deadline.id,
        evidence=found,
    )


def kind_of(clock: Clock) -> Kind:
    """Of its amounts, though none of them may hold: what is decided of it in the end is of that kind."""
    return Kind(clock.penalties[0].kind) if clock.penalties else Kind.NONE


def enter(
    estate: Estate, origin: Origin, key: str, *, at: datetime, occurred_at: datetime, **facts: Any
) -> int | None:
    """Write an entry unless one of the same key stands; its id, or None.

    Of a breach no news is made: it was told as a broken clock.
    """
    entry_id = insert_once(
        Entry,
        ("estate_id", "origin_key"),
        {
            "evidence": {},
            **facts,
            "estate_id": estate.id,
            "origin": origin,
            "origin_key": key,
            "occurred_at": occurred_at,
            "month": month_of(occurred_at, estate.zone),
            "proposed_at": at,
        },
    )
    if entry_id is not None and origin is not Origin.BREACH:
        events.publish(EntryProposed(entry_id, at))
    return entry_id
