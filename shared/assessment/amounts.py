"""What an article sets for the breach of a clock. Pure; a proposal, decided by a person (GZ-8 to GZ-17A).

Amounts are in the unit of the policy, kept with their kind: a fine (扣罚), or a lowering of the month's wage
(当月工资下浮). A policy without an assessment sets none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from shared.deadlines.story import CaseFacts, Story
from shared.policies.findings import ORIGINAL, Assessment
from shared.policies.schema import Clock, Penalty, holds
from shared.policies.terms import CIRCUMSTANCES

FINDING, REVISIT = "finding", "revisit"


class Judged(Protocol):
    """A clock that ran: as derived, or as stored."""

    @property
    def round(self) -> int: ...
    @property
    def met_at(self) -> datetime | None: ...
    @property
    def ended_at(self) -> datetime | None: ...
    @property
    def paused_at(self) -> datetime | None: ...
    @property
    def original_due_at(self) -> datetime: ...
    @property
    def moved_by(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Breach:
    """A clock that was broken, and what the article sets for it; `penalty` None: it names no amount."""

    clause: str
    rule: str
    round: int
    penalty: Penalty | None


def breach_of(clock: Clock, due: Judged, circumstances: Mapping[str, Any]) -> Breach:
    """The heaviest amount whose conditions hold.

    *circumstances* are those of `terms.CIRCUMSTANCES` and the attributes of the case. A duty that was done, only
    too late, is `undone: False`: a merely late relay carries no amount (GZ-8).
    """
    values = {**circumstances, "undone": due.met_at is None}
    fitting = [penalty for penalty in clock.penalties if holds(penalty.when, values)]
    heaviest = max(fitting, key=lambda penalty: (penalty.most, penalty.least), default=None)
    clause = heaviest.clause if heaviest else clock.clause
    return Breach(clause, clock.rule, due.round, heaviest)


def is_broken(due: Judged, is_late: bool, assessment: Assessment | None, now: datetime) -> bool:
    """Whether a clock counts as broken: *is_late* by the time in force, or by its own limit alone (T38).

    What an agreement or an extension put off is judged so; while it stood still (TR-9) nobody was late.
    """
    if assessment is None or assessment.judged_by != ORIGINAL or due.moved_by is None:
        return is_late
    return is_late or (due.met_at or due.ended_at or due.paused_at or now) > due.original_due_at


def asks_for_repeats(clock: Clock) -> bool:
    """Whether an amount hangs on the owner's having complained again: that takes some looking for."""
    return any(key == "repeated" for penalty in clock.penalties for key, _values in penalty.when)


def circumstances_in(case: CaseFacts, *, repeated: bool) -> dict[str, Any]:
    """What the record says of a case in the end: its attributes, and the flags that people set with a reason.

    *repeated*: the owner had to complain again, in a further case; a further round counts as well.
    """
    story = Story(case)
    values: dict[str, Any] = dict.fromkeys(CIRCUMSTANCES, False)
    if not story.facts:
        return values
    values |= story.values(story.facts[-1])
    for fact in story.facts:
        if fact.act == FINDING:
            values |= {key: value for key, value in fact.data.items() if key in CIRCUMSTANCES}
    visits = [fact for fact in story.facts if fact.act == REVISIT and fact.data.get("reached")]
    values["undocumented"] = bool(visits) and not any(fact.data.get("documented") for fact in visits)
    values["repeated"] = repeated or len(story.rounds) > 1
    return values
