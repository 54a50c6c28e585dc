"""The only place that computes deadlines: a policy and the facts of a case in, due times out. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.calendars.working_time import Calendar
from shared.deadlines import course
from shared.deadlines.course import Course
from shared.deadlines.story import DESCRIBING, RESUMING, UNDOES, CaseFacts, Fact, Story
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
class _Stretch:
    """Where a clock applied without a break."""

    due: Due
    course: Course
    began: Fact
    until: Fact | None  # None: still running


@dataclass(frozen=True, slots=True)
class _Finish:
    fact: Fact | None  # None: still running
    met: bool = False


class _Run:
    """One derivation: what all clocks of one case need."""

    def __init__(self, policy: Policy, case: CaseFacts, calendar: Calendar) -> None:
        self.policy, self.calendar, self.story = policy, calendar, Story(case)
        self.pauses = policy.referral is not None and policy.referral.pauses
        self.clocks = {clock.rule: clock for clock in policy.clocks}
        self.replacing: dict[str, list[Clock]] = defaultdict(list)
        for clock in policy.clocks:
            if clock.replaces is not None:
                self.replacing[clock.replaces].append(clock)
        self.found: dict[tuple[int, str, datetime], Due] = {}
        self.stretches: dict[tuple[int, str], list[_Stretch]] = defaultdict(list)

    def ordered(self) -> list[Clock]:
        """A clock that waits for another comes after it; the policy's own check excludes loops."""
        return sorted(self.policy.clocks, key=self._depth)

    def _depth(self, clock: Clock) -> int:
        following = self.clocks.get(clock.defer.to) if clock.defer else None
        return 0 if following is None else 1 + self._depth(following)

    def applies(self, clock: Clock, values: Mapping[str, Any]) -> bool:
        """Do the conditions hold, and those of no clock that takes this one's place?"""
        replaced = any(holds(other.when, values) for other in self.replacing.get(clock.rule, ()))
        return not replaced and holds(clock.when, values)

    def derive(self, clock: Clock, number: int) -> None:
        for start in self.story.starts(clock, number):
            for stretch in _stretches(self, clock, start):
                due = stretch.due
                self.found[due.round, due.rule, due.started_at] = due
                self.stretches[number, clock.rule].append(stretch)

    def stretches_of(self, rule: str, number: int) -> list[_Stretch]:
        """The duty of *rule* in that round, in all its forms."""
        clock = self.policy.clock(rule)
        family = self.policy.family(clock) if clock else ()
        return [stretch for form in family for stretch in self.stretches[number, form.rule]]


def _due_of(stretches: Sequence[_Stretch], fact: Fact) -> datetime | None:
    """Until when there was time for a duty, in the form that applied once *fact* had happened."""
    return max((s.course.due_as_of(fact.seq) for s in stretches if _is_current(s, fact)), default=None)


def _is_current(stretch: _Stretch, fact: Fact) -> bool:
    """Did it apply once *fact* had happened, or was it the last that did?"""
    replaced = stretch.until is not None and stretch.until.seq <= fact.seq and stretch.due.superseded_by
    return stretch.began.seq <= fact.seq and not replaced


def due_times(policy: Policy, case: CaseFacts, calendar: Calendar) -> list[Due]:
    """Every clock of every round, in the order of rounds and of the policy. Raises YearMissing."""
    run = _Run(policy, case, calendar)
    clocks = run.ordered()
    for number in run.story.rounds:
        for clock in clocks:
            run.derive(clock, number)
    order = {clock.rule: place for place, clock in enumerate(policy.clocks)}
    return sorted(run.found.values(), key=lambda due: (due.round, order[due.rule]))


def _stretches(run: _Run, clock: Clock, start: Fact) -> Iterator[_Stretch]:
    """The stretches in which *clock* applied between its start and its finish; mostly one, or none."""
    finish = _finish(clock, start, run.story)
    began = start if run.applies(clock, run.story.values(start)) else None
    for change in run.story.following(start, finish.fact):
        if change.act not in DESCRIBING:
            continue
        values = run.story.values(change)
        applies = run.applies(clock, values)
        if began is not None and not applies:
            successor = _successor(run, clock, values)
            yield _stretch(run, clock, start, began, change, ended_at=change.at, superseded_by=successor)
            began = None
        elif began is None and applies:
            began = change
    if began is not None:
        at = finish.fact.at if finish.fact else None
        result = {"met_at": at} if finish.met else {"ended_at": at}
        yield _stretch(run, clock, start, began, finish.fact, **result)


def _finish(clock: Clock, start: Fact, story: Story) -> _Finish:
    """The act that met the duty, or else made it fall away."""
    for fact in story.following(start):
        if story.meets(clock, fact):
            return _Finish(fact, met=True)
        if fact.act in clock.ends or story.is_start(clock, fact) or UNDOES.get(fact.act) == start.act:
            return _Finish(fact)
    return _Finish(story.next_opening(start.round))


def _successor(run: _Run, clock: Clock, values: Mapping[str, Any]) -> str | None:
    """The clock of the same duty that applies now."""
    others = (other for other in run.policy.family(clock) if other is not clock)
    return next((other.rule for other in others if run.applies(other, values)), None)


def _stretch(
    run: _Run, clock: Clock, start: Fact, began: Fact, until: Fact | None, **result: Any
) -> _Stretch:
    """The clock as it runs from *start*, or from *began* where it came to apply only then.

    Such a clock counts from the change when the policy says so, or when it would else be born broken. A
    threshold is no duty: it may have been passed before anybody knew.
    """
    if began is start or _counts_from_its_start(run, clock, start, began):
        counted_from, held = start, False
    else:
        counted_from, held = began, run.story.is_sent_back(clock, began)
    went = _course(run, clock, counted_from, until, held=held)
    return _Stretch(_due(run, clock, counted_from, went, result), went, began, until)


def _counts_from_its_start(run: _Run, clock: Clock, start: Fact, began: Fact) -> bool:
    """Judged as things stood at the change, so that no later extension makes it count otherwise."""
    if clock.late_start is LateStart.CHANGE:
        return False
    return not clock.is_duty or _course(run, clock, start, began).broke_at is None


def _course(run: _Run, clock: Clock, start: Fact, until: Fact | None, *, held: bool = False) -> Course:
    """How the clock went from *start* to *until*. *held*: from its start; so it is where the matter is away."""
    before = run.story.following(start, until)
    waited_for = run.stretches_of(clock.defer.to, start.round) if clock.defer else []
    went = course.run(
        clock,
        start.at,
        before,
        run.calendar,
        pauses=run.pauses,
        held=held or (run.pauses and run.story.is_away(start)),
        undone=frozenset(f.seq for f in before if run.story.is_undone(clock, f)),
        followed=lambda fact: _due_of(waited_for, fact),
    )
    if until is not None:
        if went.paused_at is not None and until.act in RESUMING:
            went.paused_at = None  # met while it stood still
        else:
            went.pass_to(until.at)
    return went


def _due(run: _Run, clock: Clock, start: Fact, went: Course, result: Mapping[str, Any]) -> Due:
    return Due(
        rule=clock.rule,
        clause=clock.clause,
        round=start.round,
        term=str(clock.limit),
        owner_sees=clock.owner_sees,
        duty=clock.duty,
        started_at=start.at,
        original_due_at=went.original_due_at,
        due_at=went.due_at,
        near_at=course.near_at(clock, start.at, went, run.calendar),
        steps=tuple(went.steps),
        moved_by=went.moved_by,
        paused_at=went.paused_at,
        broke_at=went.broke_at,
        **result,
    )
