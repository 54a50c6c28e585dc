"""Where an entry of the ledger stands, from the decisions taken on it. Pure: nothing is stored that follows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Origin(StrEnum):
    """What an entry came from."""

    BREACH = "breach"  # a clock was broken
    FINDING = "finding"  # somebody found it of somebody's work
    DUTY = "duty"  # a periodic duty was missed (GZ-17B)
    DOUBLING = "doubling"  # the head's share of violations in a row (GZ-19)
    ADVICE = "advice"  # the recommendation to part with somebody (GZ-19)
    REWARD = "reward"
    COUNTER = "counter"  # takes back another one


class Kind(StrEnum):
    """What is proposed."""

    FINE = "fine"
    WAGE = "wage"
    REWARD = "reward"
    GRADED = "graded"
    ADVICE = "advice"
    NONE = "none"  # carries no amount


class Step(StrEnum):
    """What somebody decided."""

    DECIDED = "decided"
    WAIVED = "waived"
    APPEALED = "appealed"
    UPHELD = "upheld"
    CHANGED = "changed"
    ANNULLED = "annulled"


class State(StrEnum):
    """Where that leaves the entry."""

    PROPOSED = "proposed"
    DECIDED = "decided"
    WAIVED = "waived"
    APPEALED = "appealed"  # it waits for a hearing, and nothing is paid meanwhile
    UPHELD = "upheld"
    CHANGED = "changed"
    ANNULLED = "annulled"
    COUNTERED = "countered"
    NAMED = "named"  # several shared the duty; another entry names the one
    LAPSED = "lapsed"  # what it doubled or took back does not stand any more


STANDS = frozenset({State.DECIDED, State.UPHELD, State.CHANGED})
OPEN = frozenset({State.PROPOSED, State.APPEALED})
FALLEN = frozenset({State.WAIVED, State.ANNULLED, State.COUNTERED, State.LAPSED})
DERIVED = frozenset({Origin.DOUBLING, Origin.ADVICE, Origin.COUNTER})  # these fall with what they are about
MONEY = frozenset({Kind.FINE, Kind.WAGE, Kind.REWARD})
# What counts as a violation of the person, where it was decided (GZ-19).
VIOLATIONS = frozenset({Origin.BREACH, Origin.FINDING, Origin.DUTY})
UNCOUNTED = frozenset({Kind.REWARD, Kind.GRADED, Kind.ADVICE})


class Taken(Protocol):
    """A decision, as it is stored."""

    @property
    def kind(self) -> str: ...
    @property
    def amount(self) -> int | None: ...
    @property
    def multiplier(self) -> int: ...
    @property
    def grade(self) -> str | None: ...
    @property
    def at(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Standing:
    """*amount* before doubling; *effect*: what it comes to, zero where it does not stand; *decided_at*: at first."""

    state: State
    amount: int | None = None
    multiplier: int = 1
    grade: str | None = None
    decided_at: datetime | None = None

    @property
    def stands(self) -> bool:
        return self.state in STANDS

    @property
    def whole(self) -> int | None:
        """The amount with its doubling, whether it stands or not."""
        return None if self.amount is None else self.amount * self.multiplier

    @property
    def effect(self) -> int:
        """What is deducted or paid by it now."""
        return (self.whole or 0) if self.stands else 0


def standing_of(decisions: Sequence[Taken], *, countered: bool = False) -> Standing:
    """From the decisions in their order; *countered*: a decided counter-entry takes it back."""
    found = Standing(State.PROPOSED)
    for decision in decisions:
        found = _after(found, decision)
    if countered and found.stands:
        return Standing(State.COUNTERED, found.amount, found.multiplier, found.grade, found.decided_at)
    return found


def _after(before: Standing, decision: Taken) -> Standing:
    state = State(decision.kind)
    if state is State.CHANGED:
        return Standing(state, decision.amount, decision.multiplier, decision.grade, before.decided_at)
    if state in (State.DECIDED, State.WAIVED):
        return Standing(state, decision.amount, decision.multiplier, decision.grade, decision.at)
    return Standing(state, before.amount, before.multiplier, before.grade, before.decided_at)


def is_violation(origin: str, kind: str) -> bool:
    """Whether an entry of that kind counts towards violations in a row, once decided (GZ-19)."""
    return origin in VIOLATIONS and kind not in UNCOUNTED


def row_ending(earlier: Iterable[datetime], occurred_at: datetime, days: int) -> int:
    """The how-manieth in a row the violation of *occurred_at* is, after those at *earlier* (GZ-19).

    Each follows the one before within *days*; the gap is counted from violation to violation, not from decisions.
    """
    count, at = 1, occurred_at
    for when in sorted((when for when in earlier if when <= occurred_at), reverse=True):
        if (at - when).total_seconds() > days * 86_400:
            break
        count, at = count + 1, when
    return count
