"""What another rule book would have made of cases that are over. Reads only."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from shared.assessment.amounts import Breach, breach_of, circumstances_in, is_broken
from shared.calendars.queries import calendar_of
from shared.calendars.working_time import Calendar, YearMissing
from shared.cases.lifecycle import ENDED
from shared.cases.models import Case
from shared.cases.participation import ordinary
from shared.database import db
from shared.deadlines.engine import due_times
from shared.deadlines.facts import facts_of_many
from shared.deadlines.story import CaseFacts
from shared.identity.models import Estate
from shared.incidents.repeats import complained_again
from shared.policies.schema import Policy
from shared.policies.versions import policy_of

BATCH = 200


@dataclass(slots=True)
class Side:
    """One rule book's account of one clause: how often it applied and was broken, and what it would come to.

    Amounts are in *unit*; a rule book that assesses nothing has none.
    """

    applied: int = 0
    breaches: int = 0
    fine_least: int = 0
    fine_most: int = 0
    wage_least: int = 0
    wage_most: int = 0
    unit: str | None = None
    cases: list[str] = field(default_factory=list)  # archive numbers of the first few that broke it

    def count(self, breach: Breach, number: str, unit: str | None, most_cases: int = 20) -> None:
        self.breaches += 1
        if len(self.cases) < most_cases and number not in self.cases:
            self.cases.append(number)
        if breach.penalty is None or unit is None:
            return
        self.unit = unit
        if breach.penalty.kind == "fine":
            self.fine_least += breach.penalty.least
            self.fine_most += breach.penalty.most
        else:
            self.wage_least += breach.penalty.least
            self.wage_most += breach.penalty.most


@dataclass(slots=True)
class Comparison:
    """By clause: what happened under the rule book each case was filed under, and what would have happened."""

    cases: int = 0
    left_out: int = 0  # whose clocks need a year that nobody has entered
    more: bool = False  # there were more cases than were asked for
    actual: dict[str, Side] = field(default_factory=lambda: defaultdict(Side))
    other: dict[str, Side] = field(default_factory=lambda: defaultdict(Side))

    @property
    def clauses(self) -> list[str]:
        return sorted({*self.actual, *self.other})


def simulate(
    estate: Estate, policy: Policy, *, since: datetime, until: datetime, at_most: int | None = None
) -> Comparison:
    """Replay the cases that were received in that time and are over; the latest first when *at_most* is given.

    What the other rule book asks for and the old one did not (a plan, say) was not done then, and counts as broken.
    """
    found = Comparison()
    calendar = calendar_of(estate)
    for batch in _batches(_ended(estate, since, until, at_most)):
        facts, repeated = facts_of_many(batch), complained_again(batch)
        for case in batch:
            if at_most is not None and found.cases + found.left_out == at_most:
                found.more = True
                break
            _replay(found, case, facts[case.id], policy, calendar, repeated=case.archive_number in repeated)
        for case in batch:
            db.session.expunge(case)  # a year's cases must not pile up in memory
    return found


def _ended(estate: Estate, since: datetime, until: datetime, at_most: int | None) -> Iterator[Case]:
    """The cases by id, a batch at a time."""
    last: int | None = None
    left = None if at_most is None else at_most + 1
    while left is None or left > 0:
        size = BATCH if left is None else min(BATCH, left)
        statement = (
            select(Case)
            .options(joinedload(Case.policy_version))
            .where(
                Case.estate_id == estate.id,
                Case.state.in_(sorted(ENDED)),
                ordinary(),
                Case.received_at >= since,
                Case.received_at < until,
            )
            .order_by(Case.id.desc())
            .limit(size)
        )
        if last is not None:
            statement = statement.where(Case.id < last)
        rows = db.session.scalars(statement).all()
        yield from rows
        if len(rows) < size:
            return
        last = rows[-1].id
        left = None if left is None else left - len(rows)


def _batches(cases: Iterator[Case]) -> Iterator[Sequence[Case]]:
    while batch := list(islice(cases, BATCH)):
        yield batch


def _replay(
    found: Comparison, case: Case, facts: CaseFacts, policy: Policy, calendar: Calendar, *, repeated: bool
) -> None:
    circumstances = circumstances_in(facts, repeated=repeated)
    end = max([fact.at for fact in facts.facts], default=case.received_at)
    own = policy_of(case.policy_version)
    try:
        accounts = [
            (book, side, due_times(book, facts, calendar))
            for book, side in ((own, found.actual), (policy, found.other))
        ]
    except YearMissing:
        found.left_out += 1
        return
    found.cases += 1
    for book, side, dues in accounts:
        for due in dues:
            clock = book.clock(due.rule)
            if clock is None or not clock.is_duty:
                continue
            side[due.clause].applied += 1
            if is_broken(due, due.broken_by(end), book.assessment, end):
                breach = breach_of(clock, due, circumstances)
                unit = book.assessment.unit if book.assessment else None
                side[breach.clause].count(breach, case.archive_number, unit)
