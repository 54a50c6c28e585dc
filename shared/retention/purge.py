"""Sealing and erasing what is due, case by case: `flask privacy purge`, and the schedule's line (T41).

Every case has a change of its own and is looked at again inside it, so two purges at once, or one that was killed,
do no harm.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select

from shared.audit.models import Access, TimelineRow
from shared.cases import scope
from shared.cases.models import Case
from shared.database import cut_log, db, transaction
from shared.identity.models import Estate
from shared.identity.queries import estates
from shared.register.terms import forget_traces
from shared.retention import archive, erasure, terms
from shared.retention.terms import Term

log = logging.getLogger(__name__)

# The schedule believes no clock that says nothing has happened for so long; an operator may.
LONGEST_SILENCE = timedelta(days=90)
PATIENCE_MS = 2_000  # with readers of the write-ahead log; writers wait meanwhile

Condition = Callable[[Estate, datetime], ColumnElement[bool]]
Stopping = Callable[[], bool]


@dataclass(slots=True)
class Purged:
    """How many cases were sealed and erased, entries of the access register forgotten, and what could not be done."""

    sealed: int = 0
    erased: int = 0
    accesses: int = 0
    failed: int = 0
    traces: bool = False  # whether SQLite's write-ahead log still holds what was erased

    def __bool__(self) -> bool:
        return any(asdict(self).values())


def run(at: datetime, stopping: Stopping = lambda: False) -> Purged:
    """Do all that is due. Opens its own changes; safe to repeat and to run twice at once."""
    done = Purged()
    for estate in list(estates()):
        done.erased += _each(estate, terms.erasure_due, erasure.erase, at, stopping, done)
        done.sealed += _each(estate, terms.sealing_due, archive.seal, at, stopping, done)
    if not stopping():
        done.accesses = _forget_accesses(at)
    if done.erased:
        with transaction():
            forget_traces()
    db.session.rollback()  # our own snapshot must not be what holds the log
    done.traces = not cut_log(PATIENCE_MS)
    return done


def run_if_alive(at: datetime, stopping: Stopping = lambda: False) -> Purged:
    """For the schedule: nothing while the clock is months ahead of the newest entry of any timeline.

    A machine that starts with a wrong year would otherwise erase what nobody can bring back.
    """
    newest = db.session.scalar(select(func.max(TimelineRow.at)))
    if newest is None or newest < at - LONGEST_SILENCE:
        if newest is not None:
            log.error("nothing has happened since %s: `flask privacy purge` is left to an operator", newest)
        return Purged()
    return run(at, stopping)


def plan(at: datetime) -> dict[str, list[Term]]:
    """What `run` would seal and erase at that instant; changes nothing."""
    found: dict[str, list[Term]] = {"sealing": [], "erasure": []}
    for estate in list(estates()):
        found["erasure"] += _due(terms.erasure_due(estate, at))
        found["sealing"] += _due(terms.sealing_due(estate, at))
    erased = {term.case_id for term in found["erasure"]}
    found["sealing"] = [term for term in found["sealing"] if term.case_id not in erased]
    return found


def _due(condition: ColumnElement[bool]) -> Iterator[Term]:
    after = 0
    while found := terms.due(condition, after=after):
        yield from found
        after = found[-1].case_id


def _each(
    estate: Estate,
    condition: Condition,
    verb: Callable[..., None],
    at: datetime,
    stopping: Stopping,
    done: Purged,
) -> int:
    """Apply *verb* to every case of which *condition* still holds when it is locked; how many."""
    count = 0
    for term in _due(condition(estate, at)):
        if stopping():
            break
        try:
            with transaction():
                case = scope.lock_by_id(term.case_id)
                if terms.applies(condition(estate, at), case):
                    verb(case, at=at)
                    count += 1
        except Exception as error:
            # One case that resists must not keep the personal data of all others. No words of it in the log.
            log.error("case %s could not be purged: %s", term.case_id, type(error).__name__)
            done.failed += 1
    return count


def _forget_accesses(at: datetime) -> int:
    """Entries of the access register live as long as the archive does (three years)."""
    forgotten = 0
    for estate in list(estates()):
        of_estate = select(Case.id).where(Case.estate_id == estate.id)
        old = delete(Access).where(
            Access.case_id.in_(of_estate), Access.at <= at - timedelta(days=estate.erased_after)
        )
        with transaction():
            forgotten += db.session.execute(old).rowcount  # type: ignore[attr-defined]
    return forgotten
