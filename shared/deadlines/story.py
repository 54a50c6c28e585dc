"""What happened to a case, in the order of the record, and what the case was like after each act. Pure.

Facts are ordered by `seq`, never by time: a desk entry may be later than the reception it records (VK-5.1),
and the machine's clock may have been set back (F22).
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.policies.schema import Clock, Pattern, holds
from shared.policies.terms import ATTRIBUTES, RECEIVED, REPORTED

# Acts whose record says what the case is like from then on.
DESCRIBING = frozenset({"filing", "triage", "finding", "grading", "supplement"})
# A person's acts, though no user's.
OF_THE_PARTY = frozenset(
    {"filing", "addition", "withdrawal", "urge", "rating", "appeal", "decline", "data_request"}
)
UNDOES = {"redo": "completion"}  # the act on the right no longer stands after the act on the left
RESUMING = frozenset({"recall", "completion", "redo"})  # the matter is with us again
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


@dataclass(frozen=True, slots=True)
class _Moment:
    """How things stood once a fact had happened."""

    values: Mapping[str, Any]  # what the case was like
    by: str  # as what the actor did it: the named handler of that time, the first responder, or another
    away: bool  # with a body outside our contracts


class Story:
    """The facts in order. What each clock asks of every fact is worked out once, so that long stories stay cheap."""

    def __init__(self, case: CaseFacts) -> None:
        self.facts = sorted(case.facts, key=_seq)
        filed = next((fact for fact in self.facts if fact.act == "filing"), None)
        self._received = Fact(RECEIVED, case.received_at, FIRST_ROUND, filed.seq if filed else 0, {})
        opened = {fact.round: fact for fact in reversed(self.facts) if fact.act == REOPENING}
        self._openings = {FIRST_ROUND: self._received} | opened
        self._by_round: dict[int, list[Fact]] = defaultdict(list)
        for fact in self.facts:
            self._by_round[fact.round].append(fact)
        self._at_first = {
            **AT_FIRST,
            "kind": case.kind,
            "category": case.category,
            "channel": case.channel,
            "contactable": case.contactable,
            "round": "first",
        }
        self._moments = dict(_moments(self.facts, self._at_first))
        self._undone = frozenset(_undone(self.facts))
        self._within = frozenset(_within_a_department(self.facts))

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
            first = [fact for fact in self._by_round[number] if self.is_start(clock, fact)]
        return [*first, *self._again(clock, first)] if clock.repeats else first

    def is_start(self, clock: Clock, fact: Fact) -> bool:
        """Does *fact* set the clock going? A department receives a matter once, whoever in it is given it next."""
        return fact.act == clock.start and fact.seq not in self._within

    def _again(self, clock: Clock, first: Sequence[Fact]) -> list[Fact]:
        """The acts at which a repeating clock begins anew: each that met it, until the round's end."""
        found: dict[int, Fact] = {}
        for start in first:
            for fact in self.following(start):
                if fact.act in clock.ends:
                    break
                # One that is sent back later began an interval all the same: what broke in it stays broken.
                if self._would_meet(clock, fact):
                    found[fact.seq] = fact
        return list(found.values())

    def following(self, start: Fact, until: Fact | None = None) -> list[Fact]:
        """The facts of the same round after *start*, before *until*; reception is followed by the filing of it."""
        facts = self._by_round[start.round]
        recorded = start.act == RECEIVED and start.round == FIRST_ROUND
        first = (bisect_left if recorded else bisect_right)(facts, start.seq, key=_seq)
        last = None if until is None else bisect_left(facts, until.seq, key=_seq)
        return facts[first:last]

    def next_opening(self, number: int) -> Fact | None:
        return next((self._openings[later] for later in self.rounds if later > number), None)

    def values(self, fact: Fact) -> Mapping[str, Any]:
        """What the case was like once *fact* had happened."""
        moment = self._moments.get(fact.seq)
        return moment.values if moment else self._at_first

    def meets(self, clock: Clock, fact: Fact) -> bool:
        """Is *fact* a person's act of those that meet the duty, and does it stand?"""
        return self._would_meet(clock, fact) and fact.seq not in self._undone

    def is_undone(self, clock: Clock, fact: Fact) -> bool:
        """Did *fact* meet the duty until it was sent back?"""
        return fact.seq in self._undone and self._would_meet(clock, fact)

    def is_away(self, fact: Fact) -> bool:
        """Was the matter with a body outside our contracts once *fact* had happened (TR-9)?"""
        moment = self._moments.get(fact.seq)
        return moment is not None and moment.away

    def is_sent_back(self, clock: Clock, fact: Fact) -> bool:
        """Did *fact* happen after the duty had been met and before that was undone?"""
        turns = {*UNDOES, *UNDOES.values()}
        earlier = [f for f in self._by_round[fact.round] if f.seq < fact.seq and f.act in turns]
        return bool(earlier) and self.is_undone(clock, earlier[-1])

    def _would_meet(self, clock: Clock, fact: Fact) -> bool:
        patterns = [pattern for pattern in clock.stop if pattern.act == fact.act]
        return bool(patterns) and fact.by_person and self._fits(fact, patterns)

    def _fits(self, fact: Fact, patterns: Sequence[Pattern]) -> bool:
        if not all(pattern.where for pattern in patterns):
            return True
        moment = self._moments[fact.seq]
        values = {**moment.values, **fact.data, "public": fact.public, "by": moment.by}
        return any(holds(pattern.where, values) for pattern in patterns)


def _seq(fact: Fact) -> int:
    return fact.seq


def _moments(facts: Sequence[Fact], at_first: Mapping[str, Any]) -> Iterator[tuple[int, _Moment]]:
    values = at_first
    handler = first = None
    away = False
    for fact in facts:
        said = fact.data if fact.act in DESCRIBING else {}
        changes = {key: value for key, value in said.items() if key in ATTRIBUTES}
        values = {**values, **changes, "round": "first" if fact.round == FIRST_ROUND else "later"}
        if fact.act == "dispatch":
            handler = fact.data.get("handler")
        elif fact.act == REOPENING:
            handler = None
        elif fact.act == "claim" or (fact.act == "takeover" and fact.data.get("accepted")):
            first = fact.actor
        if fact.act == "referral":
            away = bool(fact.data.get("outside"))
        elif fact.act in RESUMING:
            away = False
        yield fact.seq, _Moment(values, _as_what(fact.actor, handler, first), away)


def _as_what(actor: int | None, handler: int | None, first: int | None) -> str:
    if actor is not None and actor == handler:
        return "handler"
    return "first_responder" if actor is not None and actor == first else "other"


def _within_a_department(facts: Sequence[Fact]) -> Iterator[int]:
    """The dispatches to the department that has the matter already."""
    holding = None
    for fact in facts:
        if fact.act in ("returning", REOPENING):
            holding = None
        elif fact.act == "dispatch":
            department = fact.data.get("department")
            if department is not None and department == holding:
                yield fact.seq
            holding = department


def _undone(facts: Sequence[Fact]) -> Iterator[int]:
    """The acts that were undone in their round before they happened again. A completion sent back meets nothing."""
    latest: dict[tuple[int, str], Fact] = {}
    for fact in facts:
        undoes = latest.pop((fact.round, UNDOES.get(fact.act, "")), None)
        if undoes is not None:
            yield undoes.seq
        latest[fact.round, fact.act] = fact
