"""What of the assessment ledger stands in the file of a case (contract.md)."""

from collections.abc import Callable
from typing import Any

from shared.assessment import queries
from shared.assessment.statements import Line


def of(case_id: int, who: Callable[[int | None], str | None]) -> list[dict[str, Any]]:
    """Every entry that came of the case; *who* gives a username."""
    return [_entry(line, who) for line in queries.of_case(case_id)]


def _entry(line: Line, who: Callable[[int | None], str | None]) -> dict[str, Any]:
    """*amount* before doubling and cap: what was decided, else what the article sets."""
    entry, standing = line.entry, line.standing
    return {
        "clause": entry.clause,
        "rule": entry.rule,
        "origin": entry.origin,
        "person": who(entry.person_id),
        "kind": entry.kind,
        "least": entry.least,
        "most": entry.most,
        "amount": standing.amount if standing.decided_at else entry.most,
        "multiplier": standing.multiplier,
        "grade": standing.grade,
        "state": standing.state,
        "occurred_at": entry.occurred_at,
        "month": entry.month,
        "proposed_by": who(entry.proposed_by_id),
        "evidence": entry.evidence,
    }
