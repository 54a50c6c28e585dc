"""What an entry rests on, as ids, codes and instants: the clock, both due times, who moved it, and who had the case."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from shared.assessment.amounts import asks_for_repeats, circumstances_in
from shared.assessment.sharing import Division, divide
from shared.audit.models import TimelineRow
from shared.cases.models import Case
from shared.deadlines.facts import facts_of
from shared.deadlines.models import Deadline
from shared.deadlines.postponing import postponements_of
from shared.incidents.repeats import complained_again
from shared.ownership import held
from shared.policies.schema import Clock
from shared.policies.terms import CIRCUMSTANCES


def circumstances_of(case: Case, clock: Clock) -> dict[str, Any]:
    """What the record says of *case* now, as far as the amounts of *clock* hang on it."""
    again = asks_for_repeats(clock) and case.archive_number in complained_again([case])
    return circumstances_in(facts_of(case), repeated=again)


def of_breach(
    case: Case, deadline: Deadline, circumstances: Mapping[str, Any], rows: Sequence[TimelineRow]
) -> dict[str, Any]:
    """Both due times always stand in it, whichever the policy judges by (T38)."""
    return {
        "term": deadline.term,
        "duty": deadline.duty,
        "started_at": _written(deadline.started_at),
        "due_at": _written(deadline.due_at),
        "original_due_at": _written(deadline.original_due_at),
        "moved_by": deadline.moved_by,
        "moves": _moves(case, deadline) if deadline.moved_by else [],
        "flags": sorted(key for key in CIRCUMSTANCES if circumstances.get(key)),
        "shares": division_of(case, deadline, rows, deadline.due_at).as_evidence(),
    }


def division_of(case: Case, deadline: Deadline, rows: Sequence[TimelineRow], now: datetime) -> Division:
    """How the time from the clock's start until the duty was done (*now*, where it never was) divides."""
    until = deadline.met_at or deadline.ended_at or now
    return divide(held.of_case(case, rows), deadline.started_at, until)


def _moves(case: Case, deadline: Deadline) -> list[dict[str, Any]]:
    """Who put it off and until when (nobody of ours: the owner's own hand); why, for as long as words are kept."""
    return [
        {
            "act": move.act,
            "by": move.by_id,
            "at": _written(move.at),
            "until": _written(move.until),
            "words": move.words_id,
        }
        for move in postponements_of(case)
        if move.round == deadline.round and move.act == deadline.moved_by
    ]


def _written(instant: datetime) -> str:
    return instant.isoformat()
