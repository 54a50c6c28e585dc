"""Clocks that passed their own limit while a later time held, where a rule book judges by that limit (T38).

Nothing is broken by the time in force, so no breach is told; the ledger has to look by itself.
"""

import logging
from datetime import datetime

from sqlalchemy import Select, bindparam, func, select

from shared.assessment.models import Entry
from shared.assessment.proposing import propose_breach
from shared.cases import scope
from shared.cases.models import Case
from shared.database import Instant, db, transaction
from shared.deadlines.models import Deadline
from shared.policies.findings import ORIGINAL
from shared.policies.models import PolicyVersion
from shared.policies.schema import PolicyError
from shared.policies.terms import NOBODY
from shared.policies.versions import policy_of

log = logging.getLogger(__name__)

BATCH = 500


def sweep(at: datetime) -> int:
    """Propose entries for them; how many. Each case in a change of its own; not to be called inside a change."""
    versions = _judging_by_the_limit()
    if not versions:
        return 0
    found = db.session.execute(_passed(versions, at)).all()
    db.session.rollback()
    proposed = 0
    for deadline_id, case_id in found:
        try:
            with transaction():
                case = scope.lock_by_id(case_id)
                deadline = db.session.get_one(Deadline, deadline_id, populate_existing=True)
                proposed += propose_breach(case, deadline, at) is not None
        except Exception:
            log.exception("clock %s could not be entered in the ledger", deadline_id)
    return proposed


def _judging_by_the_limit() -> list[int]:
    """Ids of the versions, of which there are few: each is read once and remembered."""
    found = []
    for version in db.session.scalars(select(PolicyVersion)):
        try:
            assessment = policy_of(version).assessment
        except PolicyError:
            continue
        if assessment is not None and assessment.judged_by == ORIGINAL:
            found.append(version.id)
    return found


def _passed(versions: list[int], at: datetime) -> Select[int, int]:
    until = func.coalesce(
        Deadline.met_at, Deadline.ended_at, Deadline.paused_at, bindparam("now", at, type_=Instant)
    )
    return (
        select(Deadline.id, Deadline.case_id)
        .join(Case, Case.id == Deadline.case_id)
        .outerjoin(Entry, Entry.deadline_id == Deadline.id)
        .where(
            Case.policy_version_id.in_(versions),
            Deadline.moved_by.is_not(None),
            Deadline.breached_at.is_(None),
            Deadline.duty != NOBODY,
            Deadline.original_due_at < until,
            Deadline.original_due_at < at,
            Entry.id.is_(None),
        )
        .order_by(Deadline.id)
        .limit(BATCH)
    )
