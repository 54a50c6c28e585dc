"""Who had a case, from when to when, and how much of it was waiting on others. Pure: computed from the record alone.

From reception to the end every instant is somebody's, or nobody's while nobody had claimed it; never two people's.
What cooperating departments do beside (AH-3.3b) is told apart. Between an end and a reopening nobody has it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from shared.cases import lifecycle
from shared.cases.lifecycle import ENDED, Act, State
from shared.ownership.segments import As, Holding, On, Segment, Wait


class Row(Protocol):
    """A row of the timeline."""

    @property
    def act(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def actor_id(self) -> int | None: ...
    @property
    def data(self) -> Mapping[str, Any]: ...


@dataclass(slots=True)
class _Story:
    """Where the case stands while its rows are read."""

    internal: bool
    state: State = State.RECEIVED
    before_referral: State | None = None
    first: int | None = None
    handler: int | None = None
    department: int | None = None
    segments: list[Segment] = field(default_factory=list)
    waits: list[Wait] = field(default_factory=list)
    open_waits: dict[On, datetime] = field(default_factory=dict)
    beside: list[Segment] = field(default_factory=list)
    tasks: dict[object, Segment] = field(default_factory=dict)

    def read(self, row: Row, at: datetime) -> None:
        self._move(row)
        self._learn(row)
        self._turn(at)
        self._wait(row, at)
        self._help(row, at)

    def _move(self, row: Row) -> None:
        try:
            act = Act(row.act)
        except ValueError:  # of an age whose acts nobody knows any more
            return
        after = lifecycle.after(self.state, act, before_referral=self.before_referral, internal=self.internal)
        if act is Act.REFERRAL:
            self.before_referral = self.state
        self.state = after or self.state

    def _learn(self, row: Row) -> None:
        """Who is who from now on."""
        if row.act == Act.CLAIM or (row.act == Act.TAKEOVER and row.data.get("accepted")):
            self.first = row.actor_id
        elif row.act == Act.DISPATCH or (row.act == Act.TRANSFER and "handler" in row.data):
            self.handler, self.department = row.data.get("handler"), row.data.get("department")
        elif row.act == Act.REOPENING:
            self.first = self.first or row.actor_id
            self.handler = self.department = None
        elif row.act == Act.RETURNING:
            self.handler = self.department = None

    def _whose(self) -> tuple[int | None, int | None, As]:
        """Until it is signed for, and from completion on, it is the first responder's (GZ-15)."""
        works = self.before_referral if self.state is State.REFERRED else self.state
        if works is State.HANDLING and self.handler is not None:
            return self.handler, self.department, As.HANDLER
        if self.first is not None:
            return self.first, None, As.FIRST_RESPONDER
        return None, None, As.NOBODY

    def _turn(self, at: datetime) -> None:
        current = self.segments[-1] if self.segments and self.segments[-1].ends is None else None
        whose = None if self.state in ENDED else self._whose()
        if current is not None:
            if whose == (current.user_id, current.department_id, current.as_what):
                return
            self.segments[-1] = replace(current, ends=at)
        if whose is not None:
            self.segments.append(Segment(*whose, begins=at))

    def _wait(self, row: Row, at: datetime) -> None:
        for on in _ENDS.get(row.act, ()):
            self._stop_waiting(on, at)
        begins = _BEGINS.get(row.act)
        if begins is not None and (begins is not On.OUTSIDE or row.data.get("outside")):
            self.open_waits.setdefault(begins, at)
        if self.state not in (State.DISPATCHED, State.HANDLING):
            for on in (On.ACCEPTANCE, On.RETURN, On.REVIEW, On.APPROVAL, On.CONSENT):
                self._stop_waiting(on, at)
        if self.state is not State.REFERRED:
            self._stop_waiting(On.OUTSIDE, at)

    def _stop_waiting(self, on: On, at: datetime) -> None:
        since = self.open_waits.pop(on, None)
        if since is not None and since < at:
            self.waits.append(Wait(on, since, at))

    def _help(self, row: Row, at: datetime) -> None:
        task = row.data.get("task")
        if row.act == Act.TASK_TAKING:
            self._end_task(task, at)
            user_id = row.data.get("to", row.actor_id)
            self.tasks[task] = Segment(user_id, row.data.get("department"), As.TASK, at)
        elif row.act in (Act.TASK_DONE, Act.TASK_CALLING_OFF):
            self._end_task(task, at)
        elif row.act == Act.REOPENING or self.state in ENDED:
            for open_task in list(self.tasks):
                self._end_task(open_task, at)

    def _end_task(self, task: object, at: datetime) -> None:
        segment = self.tasks.pop(task, None)
        if segment is not None:
            self.beside.append(replace(segment, ends=at))


_BEGINS: Mapping[str, On] = {
    Act.DISPATCH: On.ACCEPTANCE,
    Act.REFERRAL: On.OUTSIDE,
    Act.RETURN_REQUEST: On.RETURN,
    Act.PROPOSAL: On.CONSENT,
}
_ENDS: Mapping[str, tuple[On, ...]] = {
    Act.DISPATCH: (On.RETURN, On.ACCEPTANCE, On.REVIEW, On.APPROVAL),
    Act.ACCEPTANCE: (On.ACCEPTANCE,),
    Act.RETURN_REFUSAL: (On.RETURN,),
    Act.AGREEMENT: (On.CONSENT,),
    Act.DECLINE: (On.CONSENT,),
}


def holding(
    rows: Sequence[Row], received_at: datetime, *, internal: bool = False, awaited: Act | None = None
) -> Holding:
    """Read *rows*, the whole timeline of a case in its order; the case was received at *received_at*.

    *awaited*: review or approval, where a plan that stands still needs it; what was given tells for itself.
    """
    story = _Story(internal=internal)
    at = received_at
    story.segments.append(Segment(None, None, As.NOBODY, at))
    for row in rows:
        at = max(at, row.at)  # between two acts the machine's clock may have been set back (F22)
        story.read(row, at)
    waits = [*story.waits, *_of_opinions(rows, received_at, awaited)]
    waits += [Wait(on, since) for on, since in story.open_waits.items()]
    beside = [*story.beside, *story.tasks.values()]
    return Holding(
        tuple(_joined(story.segments)),
        tuple(sorted(waits, key=lambda wait: (wait.begins, wait.on))),
        tuple(sorted(beside, key=lambda segment: segment.begins)),
    )


def _joined(segments: Sequence[Segment]) -> list[Segment]:
    """Without those that lasted no time; what they stood between is one stretch then."""
    found: list[Segment] = []
    for segment in segments:
        if segment.begins == segment.ends:
            continue
        last = found[-1] if found else None
        if (
            last
            and replace(last, begins=segment.begins, ends=segment.ends) == segment
            and last.ends == segment.begins
        ):
            found[-1] = replace(last, ends=segment.ends)
        else:
            found.append(segment)
    return found


def _of_opinions(rows: Sequence[Row], received_at: datetime, awaited: Act | None) -> Iterator[Wait]:
    """From a plan to its review, from there to its approval; of plans nobody had to give an opinion of, nothing."""
    since: dict[object, datetime] = {}
    newest: object = None
    at = received_at
    for row in rows:
        at = max(at, row.at)
        plan = row.data.get("plan")
        if row.act == Act.PLAN:
            since[plan], newest = at, plan
        elif row.act in _OPINIONS and plan in since:
            if since[plan] < at:
                yield Wait(_OPINIONS[row.act], since[plan], at)
            since[plan] = at
    if awaited is not None and awaited in _OPINIONS and newest in since:
        yield Wait(_OPINIONS[awaited], since[newest])


_OPINIONS: Mapping[str, On] = {Act.REVIEW: On.REVIEW, Act.APPROVAL: On.APPROVAL}
