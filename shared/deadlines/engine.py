"""The only place that computes deadlines: a policy and the facts of a case in, due times out. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from shared.calendars.working_time import Calendar
from shared.deadlines import course
from shared.deadlines.story import DESCRIBING, UNDOES, CaseFacts, Fact, Story
from shared.policies.schema import Clock, LateStart, Policy, holds


@dataclass(frozen=True, slots=True)
class Due:
    """One clock in one round. `met_at`: done, in time or not; `ended_at`: fell away before it was done.

    `original_due_at` is what the limit alone gives; `due_at` what an agreement, an extension or a pause has made
    of it. `broke_at` is set where the record itself shows the break: the act, or a move, came after the due time.
    """

    rule: str
    clause: str
    round: int
    term: str
    owner_sees: bool
    duty: str
    started_at: datetime
    original_due_at: datetime
    due_at: datetime
    near_at: datetime
    steps: tuple[str, ...]
    moved_by: str | None = None
    paused_at: datetime | None = None
    broke_at: datetime | None = None
    met_at: datetime | None = None
    ended_at: datetime | None = None
    superseded_by: str | None = None

    @property
    def is_late(self) -> bool:
        """Was the limit passed before the duty was done or fell away? A result once reached stays."""
        return self.broke_at is not None

    def broken_by(self, now: datetime) -> bool:
        """Is it broken as of *now*, done or not?"""
        waits = self.met_at is None and self.ended_at is None and self.paused_at is None
        return self.is_late or (waits and now > self.due_at)


@dataclass(frozen=True, slots=True)
class _Finish:
    fact: Fact | None  # None: still running
    met: bool = False


class _Run:
    """One derivation: what all clocks of one case need."""

    def __init__(self, policy: Policy, case: CaseFacts, calendar: Calendar) -> None:
        self.policy, self.calendar, self.story = policy, calendar, Story(case)
        self.pauses = policy.referral is not None and policy.referral.pauses
        self.found: dict[tuple[int, str, datetime], Due] = {}

    def derive(self, clock: Clock, number: int) -> None:
        for start in self.story.starts(clock, number):
            for due in _stretches(self, clock, start):
                self.found[due.round, due.rule, due.started_at] = due

    def due_of(self, rule: str, number: int) -> datetime | None:
        """When the duty of *rule*, in the form that applies in that round, falls due."""
        clock = self.policy.clock(rule)
        family = {c.rule for c in self.policy.family(clock)} if clock else set()
        dues = [
            due.due_at
            for due in self.found.values()
            if due.rule in family and due.round == number and due.superseded_by is None
        ]
        return max(dues, default=None)


def due_times(policy: Policy, case: CaseFacts, calendar: Calendar) -> list[Due]:
    """Every clock of every round, in the order of rounds and of the policy. Raises YearMissing."""
    run = _Run(policy, case, calendar)
    for number in run.story.rounds:
        # A clock that waits for another comes after it; the policy's own check excludes loops.
        for clock in sorted(policy.clocks, key=lambda clock: _depth(policy, clock)):
            run.derive(clock, number)
    order = {clock.rule: place for place, clock in enumerate(policy.clocks)}
    return sorted(run.found.values(), key=lambda due: (due.round, order[due.rule]))


def _depth(policy: Policy, clock: Clock) -> int:
    following = policy.clock(clock.defer.to) if clock.defer else None
    return 0 if following is None else 1 + _depth(policy, following)


def _stretches(run: _Run, clock: Clock, start: Fact) -> Iterator[Due]:
    """The stretches in which *clock* applied between its start and its finish; mostly one, or none."""
    finish = _finish(clock, start, run.story)
    began = start if _applies(run.policy, clock, run.story.values(start)) else None
    for change in run.story.following(start, finish.fact):
        if change.act not in DESCRIBING:
            continue
        values = run.story.values(change)
        applies = _applies(run.policy, clock, values)
        if began is not None and not applies:
            due = _due(run, clock, start, began, change)
            yield replace(due, ended_at=change.at, superseded_by=_successor(run.policy, clock, values))
            began = None
        elif began is None and applies:
            began = change
    if began is not None:
        due = _due(run, clock, start, began, finish.fact)
        at = finish.fact.at if finish.fact else None
        yield replace(due, met_at=at) if finish.met else replace(due, ended_at=at)


def _finish(clock: Clock, start: Fact, story: Story) -> _Finish:
    """The act that met the duty, or else made it fall away."""
    for fact in story.following(start):
        if story.meets(clock, fact):
            return _Finish(fact, met=True)
        if fact.act in clock.ends or fact.act == clock.start or UNDOES.get(fact.act) == clock.start:
            return _Finish(fact)
    return _Finish(story.next_opening(start.round))


def _applies(policy: Policy, clock: Clock, values: Mapping[str, Any]) -> bool:
    """Do the conditions hold, and those of no clock that takes this one's place?"""
    replaced = any(other.replaces == clock.rule and holds(other.when, values) for other in policy.clocks)
    return holds(clock.when, values) and not replaced


def _successor(policy: Policy, clock: Clock, values: Mapping[str, Any]) -> str | None:
    """The clock of the same duty that applies now."""
    others = (other for other in policy.family(clock) if other is not clock)
    return next((other.rule for other in others if _applies(policy, other, values)), None)


def _due(run: _Run, clock: Clock, start: Fact, began: Fact, until: Fact | None) -> Due:
    """The clock as it runs from *start*, or from *began* where it came to apply only then.

    Such a clock counts from the change when the policy says so, or when it would else be born broken. A
    threshold is no duty: it may have been passed before anybody knew.
    """
    if began is start:
        return _counted(run, clock, start, start.at, until)
    if clock.late_start is LateStart.START:
        due = _counted(run, clock, start, start.at, until)
        if due.due_at >= began.at or not clock.is_duty:
            return due
    return _counted(run, clock, began, began.at, until)


def _counted(run: _Run, clock: Clock, start: Fact, at: datetime, until: Fact | None) -> Due:
    before = run.story.following(start, until)
    if start.act == "referral":  # a clock that begins anew with it is held from the beginning
        before = [start, *before]
    put_off_to = run.due_of(clock.defer.to, start.round) if clock.defer else None
    undone = [f.seq for f in before if run.story.is_undone(clock, f)]
    went = course.run(
        clock, at, before, run.calendar, pauses=run.pauses, undone=undone, put_off_to=put_off_to
    )
    if until is not None:
        if went.paused_at is not None and until.act in course.RESUMING:
            went.paused_at = None  # met while it stood still
        else:
            went.pass_to(until.at)
    return Due(
        rule=clock.rule,
        clause=clock.clause,
        round=start.round,
        term=str(clock.limit),
        owner_sees=clock.owner_sees,
        duty=clock.duty,
        started_at=at,
        original_due_at=went.original_due_at,
        due_at=went.due_at,
        near_at=course.near_at(clock, at, went, run.calendar),
        steps=tuple(went.steps),
        moved_by=went.moved_by,
        paused_at=went.paused_at,
        broke_at=went.broke_at,
    )
