"""What the record says of an entry now: a decision rests on that, not on what was known when it was proposed."""

from dataclasses import dataclass, field
from datetime import datetime

from shared.assessment import doubling, evidence
from shared.assessment.amounts import breach_of
from shared.assessment.models import Entry
from shared.assessment.rulebook import rules_of
from shared.assessment.sharing import Division
from shared.assessment.standing import Origin
from shared.audit import timeline
from shared.cases.models import Case
from shared.database import db
from shared.deadlines.models import Deadline
from shared.policies.schema import Clock
from shared.policies.terms import CIRCUMSTANCES


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What the article sets by the record of now. *multiplier* 2: doubled, if decided now (GZ-19).

    *deadline* and *division* stand there where it came of a clock; *unit* is what amounts are counted in.
    """

    least: int | None
    most: int | None
    unit: str
    multiplier: int = 1
    place: int = 1  # the how-manieth violation in a row
    flags: tuple[str, ...] = ()
    grades: tuple[str, ...] = field(default=())
    deadline: Deadline | None = None
    division: Division | None = None

    @property
    def carries_amount(self) -> bool:
        return self.most is not None

    def fits(self, amount: int | None) -> bool:
        """Whether *amount* is what the article sets, so that it needs no reason."""
        if self.least is None or self.most is None:
            return not amount
        return amount is not None and self.least <= amount <= self.most


def reckon(entry: Entry, now: datetime) -> Reckoning:
    """Of *entry*, as of *now*; of a duty that was done meanwhile the article may set less, or nothing (GZ-8)."""
    rules = rules_of(entry)
    unit = rules.assessment.unit if rules and rules.assessment else "yuan"
    if entry.origin == Origin.DOUBLING:
        base, multiplier = doubling.share_of(entry)
        return Reckoning(base, base, unit, multiplier=multiplier)
    row = doubling.row_of(entry)
    finding = rules.finding(entry.rule) if rules and entry.rule else None
    found = Reckoning(
        entry.least,
        entry.most,
        unit,
        row.multiplier,
        row.place,
        flags=tuple(entry.evidence.get("flags", ())),
        grades=finding.grades if finding else (),
    )
    clock = rules.clock(entry.rule) if rules and entry.rule else None
    deadline = db.session.get(Deadline, entry.deadline_id) if entry.deadline_id else None
    if entry.origin != Origin.BREACH or clock is None or deadline is None or entry.case is None:
        return found
    return _of_clock(found, entry.case, clock, deadline, now)


def _of_clock(found: Reckoning, case: Case, clock: Clock, deadline: Deadline, now: datetime) -> Reckoning:
    circumstances = evidence.circumstances_of(case, clock)
    penalty = breach_of(clock, deadline, circumstances).penalty
    return Reckoning(
        penalty.least if penalty else None,
        penalty.most if penalty else None,
        found.unit,
        found.multiplier,
        found.place,
        flags=tuple(sorted(key for key in _asked(clock) if circumstances.get(key))),
        deadline=deadline,
        division=evidence.division_of(case, deadline, timeline.rows_of(case.id), now),
    )


def _asked(clock: Clock) -> frozenset[str]:
    """What an amount of this duty depends on: the rest of the record is nothing to its article."""
    keys = {key for penalty in clock.penalties for key, _values in penalty.when}
    return frozenset(keys & CIRCUMSTANCES.keys())
