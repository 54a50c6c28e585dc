"""A story is told once at a real desk; under another rule book its clocks are counted anew from what happened then.

Acts do not depend on clocks, so the second telling only gives back what the first one came to, and whatever is read
off a clock is derived from the record of the case at that moment.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from inspect import getattr_static
from typing import Any

from shared.calendars.queries import calendar_of
from shared.calendars.working_time import Calendar
from shared.deadlines.engine import Due, due_times
from shared.deadlines.facts import facts_of
from shared.deadlines.models import Deadline
from shared.deadlines.story import CaseFacts
from shared.policies.schema import Policy
from tests.clauses.desk import Desk
from tests.clauses.matter import Matter, cost_of, watches

LOOKS = frozenset({"clocks", "clock", "has", "broken", "costs"})


@dataclass(frozen=True)
class Look:
    """What a clock is derived from when the story looks at it."""

    facts: CaseFacts
    calendar: Calendar
    swept_at: datetime | None


@dataclass(frozen=True)
class Case:
    """A matter of the story, by the place in which it came up."""

    place: int


class Recorder:
    """Stands before a real desk or matter and notes everything that comes of it."""

    def __init__(self, real: Desk | Matter, tape: list[Any], matters: list[Matter]) -> None:
        self._real, self._tape, self._matters = real, tape, matters

    def __getattr__(self, name: str) -> Any:
        if name in LOOKS:
            assert isinstance(self._real, Matter)
            row = self._real.row
            self._tape.append(Look(facts_of(row), calendar_of(row.estate), self._real.desk.swept_at))
            return getattr(self._real, name)
        value = getattr(self._real, name)
        return self._calling(value) if _is_act(self._real, name) else self._kept(value)

    def _calling(self, act: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *given, **more: self._kept(act(*given, **more))

    def _kept(self, value: Any) -> Any:
        if not isinstance(value, Matter):
            self._tape.append(value)
            return value
        if value not in self._matters:
            self._matters.append(value)
        self._tape.append(Case(self._matters.index(value)))
        return Recorder(value, self._tape, self._matters)


class Player:
    """Gives back what was noted; clocks are those of *policy*."""

    def __init__(self, kind: type, tape: Iterator[Any], policy: Policy, cited: frozenset[str]) -> None:
        self._kind, self._tape, self._policy, self._cited = kind, tape, policy, cited

    def __getattr__(self, name: str) -> Any:
        if name in LOOKS:
            look = next(self._tape)
            assert isinstance(look, Look), "the story goes another way"
            return self._looking(name, look)
        if getattr_static(self._kind, name, None) is None or isinstance(
            getattr_static(self._kind, name), property
        ):
            return self._given()
        return lambda *_given, **_more: self._given()

    def _given(self) -> Any:
        value = next(self._tape)
        assert not isinstance(value, Look), "the story goes another way"
        return Player(Matter, self._tape, self._policy, self._cited) if isinstance(value, Case) else value

    def _looking(self, name: str, look: Look) -> Any:
        rows = [_row(due, look.swept_at) for due in due_times(self._policy, look.facts, look.calendar)]
        rows.sort(key=lambda row: (row.round, row.started_at))
        if name == "broken":
            return [row.rule for row in rows if row.breached_at is not None]

        def clocks(rule: str) -> Any:
            return watches(rows, rule, self._cited)

        def clock(rule: str) -> Any:
            found = clocks(rule)
            assert found, f"no clock {rule}"
            return found[-1]

        def costs(rule: str, *, repeated: bool = False) -> str | None:
            assert clock(rule).is_broken
            return cost_of(self._policy, look.facts, look.calendar, rule, repeated=repeated)

        return {"clocks": clocks, "clock": clock, "has": lambda rule: bool(clocks(rule)), "costs": costs}[
            name
        ]


def _is_act(real: Desk | Matter, name: str) -> bool:
    static = getattr_static(type(real), name, None)
    return static is not None and not isinstance(static, property)


def _row(due: Due, swept_at: datetime | None) -> Deadline:
    """The clock as the sweeps up to now have left it."""
    missed = swept_at is not None and swept_at > due.due_at and due.broken_by(swept_at)
    return Deadline(
        round=due.round,
        rule=due.rule,
        clause=due.clause,
        term=due.term,
        owner_sees=due.owner_sees,
        duty=due.duty,
        started_at=due.started_at,
        due_at=due.due_at,
        original_due_at=due.original_due_at,
        moved_by=due.moved_by,
        paused_at=due.paused_at,
        near_at=due.near_at,
        steps=list(due.steps),
        met_at=due.met_at,
        ended_at=due.ended_at,
        superseded_by=due.superseded_by,
        breached_at=due.broke_at or (due.due_at if missed else None),
    )
