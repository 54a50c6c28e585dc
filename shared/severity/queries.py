"""Reads of what the severity of a case rests on."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select

from shared.audit import timeline
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.cases.vocabulary import Severity
from shared.database import db
from shared.deadlines.models import Deadline
from shared.deadlines.tracking import is_new_to_clocks
from shared.policies.terms import NOBODY
from shared.severity.models import Grading

# Built once: every filing asks them.
_GRADINGS = select(Grading).where(Grading.case_id == bindparam("case")).order_by(Grading.id)
_PASSED = select(Deadline.rule).where(
    Deadline.case_id == bindparam("case"), Deadline.duty == NOBODY, Deadline.breached_at.is_not(None)
)


def gradings_of(case: Case) -> Sequence[Grading]:
    """All gradings of *case*, the oldest first."""
    return () if timeline.lacks(case, Act.GRADING) else db.session.scalars(_GRADINGS, {"case": case.id}).all()


def latest_grading(case: Case) -> Grading | None:
    return db.session.scalar(
        select(Grading).where(Grading.case_id == case.id).order_by(Grading.id.desc()).limit(1)
    )


def is_provisional(grading: Grading | None) -> bool:
    """Major by rule, and no person has said yes or no (clauses.md, settled 4)."""
    return grading is not None and grading.by_id is None and grading.severity == Severity.MAJOR


def thresholds_passed(case: Case) -> frozenset[str]:
    """The rules of the clocks that were nobody's duty and have run out (TR-3, VK-4h)."""
    return (
        frozenset() if is_new_to_clocks(case) else frozenset(db.session.scalars(_PASSED, {"case": case.id}))
    )
