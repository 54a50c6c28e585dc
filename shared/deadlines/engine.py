"""The only place that computes deadlines: a policy and the facts of a case in, due times out. Pure.

Facts are ordered by `seq`, never by time: a desk entry may be later than the reception it records (VK-5.1),
and the machine's clock may have been set back.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from shared.calendars import working_time
from shared.calendars.working_time import Calendar, duration_text, moment_text
from shared.policies.schema import Clock, LateStart, Limit, Policy, Unit, holds
from shared.policies.terms import ATTRIBUTES, RECEIVED

DESCRIBING = frozenset({"filing", "triage"})  # acts whose record says what the case is like from then on
UNDOES = {"redo": "completion"}  # the act on the right no longer stands after the act on the left
REOPENING = "reopening"
FIRST_ROUND = 1
AT_FIRST: Mapping[str, Any] = {
    "urgency": "normal",
    "severity": "ordinary",
    "complexity": "ordinary",
    "validity": "undecided",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One act, as the timeline has it. A duty is met by a person's act only; the machine proposes."""

    act: str
    at: datetime
    round: int
    seq: int
    data: Mapping[str, Any]
    by_person: bool = True


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What a case was at reception, and everything that has happened to it."""

    received_at: datetime
    kind: str
    category: str
    channel: str
    contactable: bool
    facts: Sequence[Fact]


@dataclass(frozen=True, slots=True)
class Due:
    """One clock in one round. `met_at`: done, in time or not; `ended_at`: fell away before it was done."""

    rule: str
    clause: str
    round: int
    term: str
    owner_sees: bool
    started_at: datetime
    due_at: datetime
    near_at: datetime
    steps: tuple[str, ...]
    met_at: datetime | None = None
    ended_at: datetime | None = None
    superseded_by: str | None = None

    @property
    def is_late(self) -> bool:
        """Was the limit passed before the duty was done or fell away? A result once reached stays."""
        until = self.met_at or self.ended_at
        return until is not None and until > self.due_at


@dataclass(frozen=True, slots=True)
class _Finish:
    fact: Fact | None  # None: still running
    met: bool = False


def due_times(policy: Policy, case: CaseFacts, calendar: Calendar) -> list[Due]:
    """Every clock of every round, in the order of rounds and of the policy. Raises YearMissing."""
    story = _Story(case)
    found: dict[tuple[int, str, datetime], Due] = {}
    for number in story.rounds:
        for clock in policy.clocks:
            for start in story.starts(clock, number):
                for due in _runs(policy, clock, start, story, calendar):
                    found[due.round, due.rule, due.started_at] = due
    return list(found.values())


class _Story:
    """The facts in order, and what the case was like after each."""

    def __init__(self, case: CaseFacts) -> None:
        self.facts = sorted(case.facts, key=lambda fact: fact.seq)
        self._first = {**AT_FIRST, "kind": case.kind, "category": case.category, "channel": case.channel}
        self._first["contactable"] = case.contactable
        filed = next((fact for fact in self.facts if fact.act == "filing"), None)
        received = Fact(RECEIVED, case.received_at, FIRST_ROUND, filed.seq if filed else 0, {})
        opened = {fact.round: fact for fact in reversed(self.facts) if fact.act == REOPENING}
        self._openings = {FIRST_ROUND: received} | opened

    @property
    def rounds(self) -> list[int]:
        return sorted(self._openings)

    def starts(self, clock: Clock, number: int) -> list[Fact]:
        """What sets *clock* going; a later round begins with its reopening, so none is born broken."""
        if clock.start == RECEIVED:
            return [self._openings[number]]
        return [fact for fact in self.facts if fact.round == number and fact.act == clock.start]

    def following(self, start: Fact) -> list[Fact]:
        return [fact for fact in self.facts if fact.round == start.round and fact.seq > start.seq]

    def next_opening(self, number: int) -> Fact | None:
        return next((self._openings[later] for later in self.rounds if later > number), None)

    def values(self, fact: Fact) -> dict[str, Any]:
        """What the case was like once *fact* had happened."""
        values = dict(self._first)
        for earlier in self.facts:
            if earlier.seq <= fact.seq and earlier.act in DESCRIBING:
                values |= {key: value for key, value in earlier.data.items() if key in ATTRIBUTES}
        values["round"] = "first" if fact.round == FIRST_ROUND else "later"
        return values

    def stands(self, fact: Fact) -> bool:
        """Was *fact* not undone before it happened again? A completion sent back meets nothing."""
        for later in self.following(fact):
            if later.act == fact.act:
                return True
            if UNDOES.get(later.act) == fact.act:
                return False
        return True


def _runs(policy: Policy, clock: Clock, start: Fact, story: _Story, calendar: Calendar) -> Iterator[Due]:
    """The stretches in which *clock* applied between its start and its finish; mostly one, or none."""
    finish = _finish(clock, start, story)
    began = start if _applies(policy, clock, story.values(start)) else None
    for change in story.following(start):
        if finish.fact is not None and change.seq >= finish.fact.seq:
            break
        if change.act not in DESCRIBING:
            continue
        values = story.values(change)
        applies = _applies(policy, clock, values)
        if began is not None and not applies:
            due = _due(clock, start, began, calendar)
            yield replace(due, ended_at=change.at, superseded_by=_successor(policy, clock, values))
            began = None
        elif began is None and applies:
            began = change
    if began is not None:
        due = _due(clock, start, began, calendar)
        at = finish.fact.at if finish.fact else None
        yield replace(due, met_at=at) if finish.met else replace(due, ended_at=at)


def _finish(clock: Clock, start: Fact, story: _Story) -> _Finish:
    """The act that met the duty, or else made it fall away."""
    for fact in story.following(start):
        if _meets(clock, fact, story):
            return _Finish(fact, met=True)
        if fact.act in clock.ends or fact.act == clock.start or UNDOES.get(fact.act) == clock.start:
            return _Finish(fact)
    return _Finish(story.next_opening(start.round))


def _meets(clock: Clock, fact: Fact, story: _Story) -> bool:
    if not fact.by_person or not any(pattern.act == fact.act for pattern in clock.stop):
        return False
    values = {**story.values(fact), **fact.data}
    return story.stands(fact) and any(p.act == fact.act and holds(p.where, values) for p in clock.stop)


def _applies(policy: Policy, clock: Clock, values: Mapping[str, Any]) -> bool:
    """Do the conditions hold, and those of no clock that takes this one's place?"""
    replaced = any(other.replaces == clock.rule and holds(other.when, values) for other in policy.clocks)
    return holds(clock.when, values) and not replaced


def _successor(policy: Policy, clock: Clock, values: Mapping[str, Any]) -> str | None:
    """The clock of the same duty that applies now."""
    others = (other for other in policy.family(clock) if other is not clock)
    return next((other.rule for other in others if _applies(policy, other, values)), None)


def _due(clock: Clock, start: Fact, began: Fact, calendar: Calendar) -> Due:
    """The clock as it runs from *start*, or from *began* where it came to apply only then.

    Such a clock counts from the change when the policy says so, or when it would else be born broken.
    """
    if began is start:
        return _counted(clock, start.at, start.round, calendar)
    if clock.late_start is LateStart.START:
        due = _counted(clock, start.at, start.round, calendar)
        if due.due_at >= began.at:
            return due
    return _counted(clock, began.at, start.round, calendar)


def _counted(clock: Clock, started_at: datetime, number: int, calendar: Calendar) -> Due:
    due_at, steps = _end_of(clock.limit, started_at, calendar)
    return Due(
        rule=clock.rule,
        clause=clock.clause,
        round=number,
        term=str(clock.limit),
        owner_sees=clock.owner_sees,
        started_at=started_at,
        due_at=due_at,
        near_at=_near(clock, started_at, due_at, calendar),
        steps=tuple(steps),
    )


_ELAPSED = {Unit.MINUTES: timedelta(minutes=1), Unit.HOURS: timedelta(hours=1), Unit.DAYS: timedelta(days=1)}
_STAFFED = {Unit.WORKING_MINUTES: 1, Unit.WORKING_HOURS: 60}


def _end_of(limit: Limit, start: datetime, calendar: Calendar) -> tuple[datetime, list[str]]:
    if limit.unit in _ELAPSED:
        length = limit.amount * _ELAPSED[limit.unit]
        due = start + length
        begins = f"{moment_text(calendar.zone, start)} 起 {duration_text(length)}"
        return due, [begins, f"{moment_text(calendar.zone, due)} 到期"]
    if limit.unit in _STAFFED:
        return working_time.add(calendar, start, limit.amount * _STAFFED[limit.unit])
    return working_time.add_days(calendar, start, limit.amount)


def _near(clock: Clock, start: datetime, due: datetime, calendar: Calendar) -> datetime:
    """When *clock* counts as near: after its fraction of the time, counted as the limit itself is counted."""
    if clock.limit.unit in _ELAPSED:
        return start + clock.near * (due - start)
    minutes = working_time.measure(calendar, start, due)
    return min(working_time.add(calendar, start, int(clock.near * minutes))[0], due)
