"""The holding times of a case as its record has them now."""

from collections.abc import Sequence

from shared.audit.models import TimelineRow
from shared.cases import measures
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.ownership.holding import holding
from shared.ownership.segments import Holding


def of_case(case: Case, rows: Sequence[TimelineRow]) -> Holding:
    """Of *case*, whose whole timeline is *rows*. What a plan still waits for, the rules of the case say."""
    awaited = measures.awaited(case) if any(_is_plan_of_now(row, case) for row in rows) else None
    act = awaited.act if awaited else None
    return holding(rows, case.received_at, internal=case.is_internal, awaited=act)


def _is_plan_of_now(row: TimelineRow, case: Case) -> bool:
    return row.act == Act.PLAN and row.round == case.round
