"""Keeping the stored deadlines of a case equal to what its timeline says."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from operator import attrgetter
from typing import Any, cast

from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.orm.attributes import set_committed_value

from shared import events
from shared.audit import timeline
from shared.calendars.queries import calendar_of
from shared.calendars.working_time import YearMissing
from shared.cases.lifecycle import Act
from shared.cases.models import Case
from shared.database import db, run
from shared.deadlines.engine import Due, due_times
from shared.deadlines.events import BrokenDutyOver, DeadlineBreached
from shared.deadlines.facts import facts_of
from shared.deadlines.models import Deadline
from shared.deadlines.story import CaseFacts
from shared.policies.schema import Clock, PolicyError
from shared.policies.terms import NOBODY
from shared.policies.versions import policy_of

log = logging.getLogger(__name__)

REASON_LENGTH = 200
# What derives anew each time. An attribute is set only to what it is not yet: a row in which anything was set,
# even to what it was, is written out by the next flush, which takes longer than most statements.
DERIVED = (
    "clause",
    "term",
    "owner_sees",
    "duty",
    "due_at",
    "near_at",
    "original_due_at",
    "moved_by",
    "paused_at",
    "met_at",
    "ended_at",
    "superseded_by",
)
_facts_of_a_clock = attrgetter(*DERIVED)
# Built once: every change of a case asks it.
_OF_CASE = select(Deadline).where(Deadline.case_id == bindparam("case_id"))
_NEW = insert(cast("Table", Deadline.__table__))
_CASES = cast("Table", Case.__table__)
_NEAREST = update(_CASES).where(_CASES.c.id == bindparam("case")).values(next_due_at=bindparam("nearest"))
_DERIVED = (
    "clocks"  # in db.session.info, which every change begins empty: the cases whose clocks it has stored
)

Key = tuple[int, str, datetime]


@dataclass(frozen=True, slots=True)
class _News:
    """What came out when the clocks of a case were stored."""

    late: list[Deadline]  # turned out to have been broken
    is_over: bool  # a duty broken before is done or fell away
    next_due_at: datetime | None


def derive(case: Case, at: datetime | None = None) -> int | None:
    """Compute the clocks of *case* from its timeline and store them, at *at*; left out: when it last changed.

    Called inside a change, after the act is in the timeline, before the events are drained: a duty found to
    have been done too late is recorded as a breach and published; how many is the answer. If anything fails
    the clocks stay as they were and are *parked* with the reason, the answer is None, and the change goes on:
    no filing is lost to a bad calendar. The next success unparks.
    """
    try:
        with db.session.begin_nested():
            news = _store(case, at or case.changed_at)
            db.session.flush()
    except Exception as error:  # whatever it is, the owner's filing is worth more than our clocks
        reason = _reason(error)
        log.exception("clocks of case %s are parked: %s", case.archive_number, reason)
        case.clocks_parked = reason
        return None
    if case.clocks_parked is not None:
        case.clocks_parked = None
    _note_nearest(case, news.next_due_at)
    if news.is_over:
        events.publish(BrokenDutyOver(case.id))
    for deadline in news.late:
        events.publish(DeadlineBreached(case.id, deadline.id, deadline.rule))
    return len(news.late)


def _reason(error: Exception) -> str:
    """A code that `naming.parked` turns into words."""
    match error:
        case YearMissing():
            return f"calendar:{error.year}"
        case PolicyError():
            return f"policy:{error}"[:REASON_LENGTH]
        case _:
            return f"error:{type(error).__name__}"


def _store(case: Case, at: datetime) -> _News:
    """Write what derives."""
    facts = facts_of(case)
    stored = _stored(case)
    broken = [row for row in stored.values() if row.breached_at is not None and not _is_over(row)]
    policy = policy_of(case.policy_version)
    derived = due_times(policy, facts, calendar_of(case.estate))
    if case.is_internal:
        derived = [due for due in derived if _is_for_supervision(policy.clock(due.rule))]
    if _was_settled_before(facts):
        derived = [due for due in derived if due.round > 1]
    dues = [_promised(due, stored.get(_key(due)), at) for due in derived]
    db.session.info.setdefault(_DERIVED, set()).add(case.id)
    stored = _begun(case, [due for due in dues if _key(due) not in stored]) or stored
    late = []
    for due in dues:
        row = stored.pop(_key(due), None)
        if row is None:
            continue  # begun just now, and not broken
        _update(row, due)
        if due.broke_at is not None and row.breached_at is None:
            row.breached_at = due.broke_at
            late.append(row)
    _end(stored.values(), facts.facts[-1].at if facts.facts else case.received_at)
    return _News(
        late,
        any(map(_is_over, broken)),
        min((due.due_at for due in dues if _counts_down(due)), default=None),
    )


def _note_nearest(case: Case, next_due_at: datetime | None) -> None:
    """Written past the session: it would look through the whole case for this one column."""
    if case.next_due_at != next_due_at:
        run(_NEAREST, {"case": case.id, "nearest": next_due_at})
        set_committed_value(case, "next_due_at", next_due_at)


def is_new_to_clocks(case: Case) -> bool:
    """Whether it is known without asking that no clock of *case* is stored: it began in this change."""
    return timeline.begun_here(case) is not None and case.id not in db.session.info.get(_DERIVED, ())


def _stored(case: Case) -> dict[Key, Deadline]:
    if is_new_to_clocks(case):
        return {}
    return {_key(row): row for row in db.session.scalars(_OF_CASE, {"case_id": case.id})}


def _is_over(row: Deadline) -> bool:
    return row.met_at is not None or row.ended_at is not None


def _was_settled_before(facts: CaseFacts) -> bool:
    """Settled in the register that an estate kept earlier, which knew no clocks; a round opened now has them."""
    return bool(facts.facts) and bool(facts.facts[0].data.get("settled"))


def _is_for_supervision(clock: Clock | None) -> bool:
    """A report from inside is given to nobody and graded by no machine (CO-M5): of both no clock of it speaks."""
    if clock is None or not clock.is_duty:
        return False
    met_by = {pattern.act for pattern in clock.stop}
    is_of_handing_on = met_by & {Act.DISPATCH, Act.ACCEPTANCE, Act.ESCALATION}
    return not is_of_handing_on or bool(met_by & {Act.CONTACT, Act.PROGRESS})


def _counts_down(due: Due) -> bool:
    """Does somebody have to do something by then?"""
    waits = due.met_at is None and due.ended_at is None and due.paused_at is None
    return waits and due.duty != NOBODY


def _promised(due: Due, row: Deadline | None, at: datetime) -> Due:
    """What no changed calendar undoes: a due time is not moved to before *at*, and what was broken stays so."""
    if row is None:
        return due
    is_late_after_the_fact = due.due_at < min(at, row.due_at)
    # By the limit alone, nothing but the calendar moves a due time.
    is_put_off = row.breached_at is not None and due.original_due_at > row.original_due_at
    if not is_late_after_the_fact and (not is_put_off or due.moved_by is not None):
        return due
    until = due.met_at or due.ended_at
    return replace(
        due,
        due_at=row.due_at,
        original_due_at=row.original_due_at,
        near_at=row.near_at,
        steps=tuple(row.steps),
        broke_at=row.due_at if until is not None and until > row.due_at else None,
    )


def _key(clock: Deadline | Due) -> Key:
    return clock.round, clock.rule, clock.started_at


def _begun(case: Case, dues: Sequence[Due]) -> dict[Key, Deadline]:
    """New rows; and with them all of the case, where one that began is broken already and its id is news.

    Read again rather than returned: SQLite gives the ids of several rows back in no order, so a flush inserts singly.
    """
    if not dues:
        return {}
    rows = [{"case_id": case.id, "started_at": due.started_at, **_derived(due)} for due in dues]
    run(_NEW, rows)
    return _stored(case) if any(due.broke_at is not None for due in dues) else {}


def _derived(due: Due) -> dict[str, Any]:
    names = ("round", "rule", *DERIVED)
    return {name: getattr(due, name) for name in names} | {"steps": list(due.steps)}


def _update(row: Deadline, due: Due) -> None:
    """Everything but what was told and what was broken: that stays. A row that says it already is left alone."""
    if _facts_of_a_clock(row) == _facts_of_a_clock(due) and row.steps == list(due.steps):
        return
    for name in DERIVED:
        setattr(row, name, getattr(due, name))
    row.steps = list(due.steps)


def _end(rows: Iterable[Deadline], at: datetime) -> None:
    """A clock that no longer derives (its policy row was mended, say) fell away; its row is kept."""
    for row in rows:
        if not _is_over(row):
            row.ended_at = at
