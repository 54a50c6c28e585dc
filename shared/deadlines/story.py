"""What happened to a case, in the order of the record, and what the case was like after each act. Pure.

Facts are ordered by `seq`, never by time: a desk entry may be later than the reception it records (VK-5.1),
and the machine's clock may have been set back (F22).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.policies.schema import Clock, Pattern, holds
from shared.policies.terms import ATTRIBUTES, RECEIVED, REPORTED

# Acts whose record says what the case is like from then on.
DESCRIBING = frozenset({"filing", "triage", "finding", "grading", "supplement"})
OF_THE_PARTY = frozenset({"filing", "addition", "withdrawal"})  # a person's acts, though no user's
UNDOES = {"redo": "completion"}  # the act on the right no longer stands after the act on the left
REOPENING = "reopening"
FIRST_ROUND = 1
AT_FIRST: Mapping[str, Any] = {
    "urgency": "normal",
    "severity": "ordinary",
    "complexity": "ordinary",
    "validity": "undecided",
    "fault": "presumed",
    "facility_failure": False,
    "paperless": False,
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One act, as the timeline has it; `actor` is a user's id, None for the machine and the reporting party."""

    act: str
    at: datetime
    round: int
    seq: int
    data: Mapping[str, Any]
    actor: int | None = 0
    public: bool = False

    @property
    def by_person(self) -> bool:
        """A duty is met by a person's act only; the machine routes, proposes and gives notice."""
        return self.actor is not None or self.act in OF_THE_PARTY


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What a case was at reception, and everything that has happened to it."""

    received_at: datetime
    kind: str
    category: str
    channel: str
    contactable: bool
    facts: Sequence[Fact]


class Story:
    """The facts in order."""

    def __init__(self, case: CaseFacts) -> None:
        self.facts = sorted(case.facts, key=lambda fact: fact.seq)
        self._first = {**AT_FIRST, "kind": case.kind, "category": case.category, "channel": case.channel}
        self._first["contactable"] = case.contactable
        filed = next((fact for fact in self.facts if fact.act == "filing"), None)
        self._received = Fact(RECEIVED, case.received_at, FIRST_ROUND, filed.seq if filed else 0, {})
        opened = {fact.round: fact for fact in reversed(self.facts) if fact.act == REOPENING}
        self._openings = {FIRST_ROUND: self._received} | opened

    @property
    def rounds(self) -> list[int]:
        return sorted(self._openings)

    def starts(self, clock: Clock, number: int) -> list[Fact]:
        """What sets *clock* going; a later round begins with its reopening, so none is born broken."""
        opening = self._openings[number]
        if clock.start == RECEIVED:
            first = [opening]
        elif clock.start == REPORTED:
            first = [Fact(REPORTED, self._received.at, number, opening.seq, {})]
        else:
            first = [fact for fact in self.facts if fact.round == number and fact.act == clock.start]
        return [*first, *self._again(clock, first)] if clock.repeats else first

    def _again(self, clock: Clock, first: Sequence[Fact]) -> list[Fact]:
        """The acts at which a repeating clock begins anew: each that met it, until the round's end."""
        found: dict[int, Fact] = {}
        for start in first:
            for fact in self.following(start):
                if fact.act in clock.ends:
                    break
                if self.meets(clock, fact):
                    found[fact.seq] = fact
        return list(found.values())

    def following(self, start: Fact) -> list[Fact]:
        """The facts of the same round after *start*; reception is followed by the filing that records it."""
        recorded = start.act == RECEIVED and start.round == FIRST_ROUND
        return [
            fact
            for fact in self.facts
            if fact.round == start.round
            and (fact.seq > start.seq or (recorded and fact.seq == start.seq and fact.act == "filing"))
        ]

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

    def meets(self, clock: Clock, fact: Fact) -> bool:
        """Is *fact* a person's act of those that meet the duty, and does it stand?"""
        return self._would_meet(clock, fact) and self.stands(fact)

    def is_undone(self, clock: Clock, fact: Fact) -> bool:
        """Did *fact* meet the duty until it was sent back?"""
        return fact.act in UNDOES.values() and self._would_meet(clock, fact) and not self.stands(fact)

    def _would_meet(self, clock: Clock, fact: Fact) -> bool:
        patterns = [pattern for pattern in clock.stop if pattern.act == fact.act]
        return bool(patterns) and fact.by_person and self._fits(fact, patterns)

    def _fits(self, fact: Fact, patterns: Sequence[Pattern]) -> bool:
        values = {**self.values(fact), **fact.data, "public": fact.public, "by": self._by(fact)}
        return any(holds(pattern.where, values) for pattern in patterns)

    def _by(self, fact: Fact) -> str:
        """As what the actor did it: the named handler of that time, the first responder, or another."""
        handler = first = None
        for earlier in self.facts:
            if earlier.seq > fact.seq:
                break
            if earlier.act == "dispatch":
                handler = earlier.data.get("handler")
            elif earlier.act == REOPENING:
                handler = None
            elif earlier.act == "claim" or (earlier.act == "takeover" and earlier.data.get("accepted")):
                first = earlier.actor
        if fact.actor is not None and fact.actor == handler:
            return "handler"
        return "first_responder" if fact.actor is not None and fact.actor == first else "other"

    def stands(self, fact: Fact) -> bool:
        """Was *fact* not undone before it happened again? A completion sent back meets nothing."""
        for later in self.following(fact):
            if later.act == fact.act:
                return True
            if UNDOES.get(later.act) == fact.act:
                return False
        return True
