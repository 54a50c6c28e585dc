"""The timeline of cases as the engine reads it."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import bindparam, select

from shared.audit import timeline
from shared.audit.models import TimelineRow
from shared.cases.models import Case
from shared.database import db
from shared.deadlines.story import CaseFacts, Fact

# Built once: every change of a case asks it.
_TOLD = (
    select(
        TimelineRow.case_id,
        TimelineRow.act,
        TimelineRow.at,
        TimelineRow.round,
        TimelineRow.seq,
        TimelineRow.data,
        TimelineRow.actor_id,
        TimelineRow.public,
    )
    .where(TimelineRow.case_id.in_(bindparam("cases", expanding=True)))
    .order_by(TimelineRow.case_id, TimelineRow.seq)
)


def facts_of(case: Case) -> CaseFacts:
    """Everything that has happened to *case*."""
    begun = timeline.begun_here(case)
    return facts_of_many([case])[case.id] if begun is None else _told_of(case, [_fact(row) for row in begun])


def facts_of_many(cases: Sequence[Case]) -> dict[int, CaseFacts]:
    """The same of several cases by their ids, in one query."""
    told: dict[int, list[Fact]] = defaultdict(list)
    for case_id, *fact in db.session.execute(_TOLD, {"cases": [case.id for case in cases]}):
        told[case_id].append(Fact(*fact))
    return {case.id: _told_of(case, told[case.id]) for case in cases}


def _fact(row: TimelineRow) -> Fact:
    return Fact(row.act, row.at, row.round, row.seq, row.data, row.actor_id, row.public)


def _told_of(case: Case, facts: list[Fact]) -> CaseFacts:
    return CaseFacts(
        received_at=case.received_at,
        kind=case.kind,
        category=case.category,
        channel=case.channel,
        contactable=not case.anonymous,
        facts=facts,
    )
