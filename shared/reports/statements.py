"""What the figures of a period count: a statement for each, so that a number and the list of its cases never differ."""

from typing import Any

from sqlalchemy import Label, case, or_, select

from shared.assessment.models import Entry
from shared.cases.models import Case, Closure, Party, Resolution, Round
from shared.cases.participation import ordinary
from shared.deadlines.models import Deadline
from shared.identity.models import Estate
from shared.improvement.models import Cause, Measure
from shared.incidents.models import Incident
from shared.ownership.models import Assignment
from shared.policies.terms import NOBODY
from shared.reports import standing
from shared.reports.periods import Period
from shared.revisits.models import Revisit

ANSWERS = ("satisfied", "timely", "courteous")

VIOLATIONS = ("breach", "finding", "duty")  # origins of entries that stand for one each

# When a matter came to us: before it was entered in an emergency (VK-5.1), and not when an older register with it was.
came_at = case((Case.filed_at < Case.received_at, Case.filed_at), else_=Case.received_at)

# A row of each is a thing counted; what its columns are called, the figures read.
Statement = Any


class Statements:
    """Of one estate and period; what staff report internally is in none (CO-M5)."""

    def __init__(self, estate: Estate, period: Period) -> None:
        self._estate_id, self._last = estate.id, period.ends_on
        self._begins, self._ends = period.instants(estate.zone)

    def _within(self, wanted: Statement, column: Any) -> Statement:
        here = (Case.estate_id == self._estate_id, ordinary())
        return wanted.where(*here, column >= self._begins, column < self._ends)

    def department(self) -> Label[Any]:
        """The department that a case was last sent to before the end."""
        return (
            select(Assignment.department_id)
            .where(Assignment.case_id == Case.id, Assignment.at < self._ends)
            .order_by(Assignment.id.desc())
            .limit(1)
            .correlate(Case)
            .scalar_subquery()
            .label("department")
        )

    def received(self) -> Statement:
        columns = (Case.kind, Case.category, Case.channel, Case.building_id, Case.state, Case.changed_at)
        wanted = select(Case.id, Case.incident_id, *columns, self.department())
        # Nothing is filed before it came to us: the index on that serves.
        return self._within(wanted, came_at).where(Case.filed_at >= self._begins)

    def completed(self) -> Statement:
        """Completions that stood when the period ended, each with when its round began."""
        done = (Resolution.at, Resolution.outcome, Resolution.round)
        wanted = (
            select(Case.id, *done, Case.received_at, Round.opened_at, self.department())
            .join_from(Resolution, Case, Case.id == Resolution.case_id)
            .join(Round, (Round.case_id == Resolution.case_id) & (Round.number == Resolution.round))
            .where(Resolution.undone_at.is_(None) | (Resolution.undone_at >= self._ends))
        )
        return self._within(wanted, Resolution.at)

    def broken(self) -> Statement:
        wanted = (
            select(Case.id, Deadline.clause, Deadline.rule, Deadline.duty, self.department())
            .join_from(Deadline, Case, Case.id == Deadline.case_id)
            # What was broken since then also falls due after it, at once or as it was moved: that index serves.
            .where(Deadline.duty != NOBODY, Deadline.due_at >= self._begins)
        )
        return self._within(wanted, Deadline.breached_at)

    def revisits(self) -> Statement:
        answers = (getattr(Revisit, name) for name in ANSWERS)
        wanted = select(Case.id, Revisit.reached, *answers, self.department())
        return self._within(wanted.join_from(Revisit, Case, Case.id == Revisit.case_id), Revisit.at)

    def closed(self) -> Statement:
        wanted = select(Case.id, Closure.ground).join_from(Closure, Case, Case.id == Closure.case_id)
        return self._within(wanted, Closure.at)

    def phones(self) -> Statement:
        wanted = select(Case.id, Party.phone_index).join_from(Party, Case, Case.id == Party.case_id)
        known = wanted.where(Party.phone_index.is_not(None), Case.filed_at >= self._begins)
        return self._within(known, came_at)

    def incidents(self) -> dict[str, Statement]:
        """Confirmed ones, by what happened to them."""
        here = (Incident.estate_id == self._estate_id, Incident.confirmed_at.is_not(None))
        during = {"opened": Incident.opened_at, "ended": Incident.ended_at}
        return {
            name: select(Incident.id).where(*here, column >= self._begins, column < self._ends)
            for name, column in during.items()
        }

    def causes(self) -> Statement:
        wanted = select(Case.id, Cause.code).join_from(Cause, Case, Case.id == Cause.case_id)
        return self._within(wanted, Cause.found_at)

    def measures(self) -> dict[str, Statement]:
        """What was to be done so that it does not happen again, by what became of it (CO-6, MS-7)."""
        wanted = select(Measure.id).where(Measure.estate_id == self._estate_id)
        owed = [column.is_(None) | (column >= self._ends) for column in (Measure.done_at, Measure.dropped_at)]
        during = {"raised": Measure.raised_at, "done": Measure.done_at}
        found = {
            name: wanted.where(column >= self._begins, column < self._ends) for name, column in during.items()
        }
        return {
            **found,
            "overdue": wanted.where(Measure.raised_at < self._ends, Measure.due_on <= self._last, *owed),
        }

    def entries(self) -> Statement:
        """What was proposed for the ledger in the period, by department: how often, never of whom or how much."""
        of_case = or_(Entry.case_id.is_(None), ordinary())
        return (
            select(Entry.department_id.label("department"))
            .outerjoin(Case, Case.id == Entry.case_id)
            .where(Entry.estate_id == self._estate_id, Entry.origin.in_(VIOLATIONS), of_case)
            .where(Entry.proposed_at >= self._begins, Entry.proposed_at < self._ends)
        )

    def open(self) -> Statement:
        """Those that were open just before the end, whenever they were received."""
        here = (Case.estate_id == self._estate_id, Case.received_at < self._ends, ordinary())
        return select(Case.id).where(*here, standing.was_open(here, self._ends))
