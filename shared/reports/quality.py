"""What the record of a period lacks, or holds wrongly (GZ-17B): looked for before each report, and frozen with it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from shared.audit.models import TimelineRow
from shared.cases.lifecycle import Act
from shared.cases.models import Case, Closure, Party
from shared.cases.participation import ordinary
from shared.cases.vocabulary import Channel, Validity
from shared.database import db
from shared.deadlines.models import Deadline
from shared.identity.models import Estate
from shared.improvement.models import Cause
from shared.ownership.models import Assignment
from shared.register.views import IS_OPEN
from shared.reports.periods import Period
from shared.reports.statements import came_at

MOST = 200  # numbers that are kept of one finding; how many there are is counted whole
FORMER = "former"  # of a register kept before ours, whose gaps are not ours to fill
# What owners and apps file themselves holds what they chose to say.
BY_THEMSELVES = (Channel.PORTAL, Channel.PARTNER)

Find = Callable[[datetime, datetime], Select[Any]]


@dataclass(frozen=True, slots=True)
class Check:
    """What is looked for: *find* gives the cases, from the begin of a period until before its end."""

    code: str
    clause: str
    find: Find


def _owed(*rules: str) -> Find:
    """Broken by then and not done when the period ended: what is owed, the case's own rules say."""

    def find(_begins: datetime, ends: datetime) -> Select[Any]:
        owed = select(Deadline.id).where(
            Deadline.case_id == Case.id,
            Deadline.rule.in_(rules),
            Deadline.breached_at < ends,
            Deadline.met_at.is_(None) | (Deadline.met_at >= ends),
            Deadline.ended_at.is_(None) | (Deadline.ended_at >= ends),
            Deadline.superseded_by.is_(None),
        )
        return _cases(Case.received_at < ends, _moves_since(ends), owed.exists())

    return find


def _moves_since(ends: datetime) -> ColumnElement[bool]:
    """Open, or changed since: what ended before owed nothing any more. Few, of many years' cases."""
    return IS_OPEN | (Case.changed_at >= ends)


def _cases(*conditions: ColumnElement[bool]) -> Select[Any]:
    return select(Case.archive_number).where(ordinary(), *conditions)


def _received(begins: datetime, ends: datetime) -> ColumnElement[bool]:
    return (Case.filed_at >= begins) & (came_at >= begins) & (came_at < ends)


def _without_contact(begins: datetime, ends: datetime) -> Select[Any]:
    """Taken at the desk of somebody who is not anonymous, and whom nobody can reach (GZ-6)."""
    reachable = select(Party.case_id).where(
        Party.case_id == Case.id, Party.phone_index.is_not(None) | Party.email.is_not(None)
    )
    return _cases(
        _received(begins, ends),
        Case.channel.not_in(BY_THEMSELVES),
        Case.anonymous.is_(False),
        Case.erased_at.is_(None),
        ~reachable.exists(),
    )


def _without_time(begins: datetime, ends: datetime) -> Select[Any]:
    return _cases(_received(begins, ends), Case.channel.not_in(BY_THEMSELVES), Case.occurred_at.is_(None))


def _unjudged(begins: datetime, ends: datetime) -> Select[Any]:
    closed = select(Closure.id).where(
        Closure.case_id == Case.id, Closure.at >= begins, Closure.at < ends, Closure.ground != FORMER
    )
    # From the few that ended in the period, never from every case.
    ended = select(Closure.case_id).where(Closure.at >= begins, Closure.at < ends)
    return _cases(Case.id.in_(ended), closed.exists(), Case.validity == Validity.UNDECIDED)


def _done(act: Act, begins: datetime, ends: datetime) -> Select[Any]:
    return select(TimelineRow.case_id).where(
        TimelineRow.act == act.value, TimelineRow.at >= begins, TimelineRow.at < ends
    )


def _recategorised(begins: datetime, ends: datetime) -> Select[Any]:
    """Put into another category after it had been sent to a department (MS-2, T38)."""
    judged = db.session.execute(
        _done(Act.TRIAGE, begins, ends).add_columns(TimelineRow.at, TimelineRow.data)
    ).all()
    moved = [
        row
        for row in judged
        if "before" in row.data and row.data["before"]["category"] != row.data["category"]
    ]
    # The latest first, so that the first one is what stays.
    assigned = select(Assignment.case_id, Assignment.at).where(
        Assignment.case_id.in_({row.case_id for row in moved})
    )
    sent = {row.case_id: row.at for row in db.session.execute(assigned.order_by(Assignment.id.desc()))}
    late = {row.case_id for row in moved if row.case_id in sent and sent[row.case_id] < row.at}
    return _cases(Case.id.in_(late))


def _uncaused(begins: datetime, ends: datetime) -> Select[Any]:
    """Archived without anybody having said why it came about (CO-6)."""
    found = select(Cause.id).where(Cause.case_id == Case.id, Cause.found_at < ends)
    return _cases(Case.id.in_(_done(Act.ARCHIVING, begins, ends)), ~found.exists())


def _parked(_begins: datetime, ends: datetime) -> Select[Any]:
    return _cases(Case.clocks_parked.is_not(None), Case.received_at < ends)


CHECKS = (
    # omitted
    Check("unrelayed", "GZ-8", _owed("relay", "relay_urgent")),
    Check("unreported", "GZ-16", _owed("report")),
    Check("untold", "GZ-15", _owed("result_told")),
    Check("unrevisited", "VK-4k", _owed("revisit", "revisit_major", "revisit_valid", "revisit_valid_major")),
    Check("unrecorded", "VK-5.1", _owed("record")),
    Check("uncaused", "CO-6", _uncaused),
    # incomplete or wrong
    Check("without_contact", "GZ-6", _without_contact),
    Check("without_time", "AH-2.2", _without_time),
    Check("unjudged", "VK-4b", _unjudged),
    Check("recategorised", "MS-2", _recategorised),
    Check("parked", "GZ-17B", _parked),
)


def read(estate: Estate, period: Period, at: datetime | None = None) -> list[dict[str, Any]]:
    """What was found, each with the numbers of its cases in their order; nothing of what was not.

    *at*: of a period that is not over, as it is then.
    """
    begins, ends = period.instants(estate.zone)
    ends = min(ends, at) if at else ends
    found = []
    for check in CHECKS:
        wanted = check.find(begins, ends).where(Case.estate_id == estate.id).order_by(Case.id)
        numbers = list(db.session.scalars(wanted))
        if numbers:
            line = {"code": check.code, "clause": check.clause, "n": len(numbers), "cases": numbers[:MOST]}
            found.append(line)
    return found
