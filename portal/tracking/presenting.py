"""A case as its owner reads it: stages, promises, what comes next."""

from dataclasses import dataclass, replace

from markupsafe import Markup

from portal import wording
from portal.tracking import queries
from portal.tracking.queries import PublicCase
from shared import clock, words
from shared.audit.models import TimelineRow
from shared.cases.lifecycle import Act, State
from shared.cases.models import Case
from shared.catalogues import gettext as _
from shared.deadlines import naming
from shared.deadlines.promises import Promise, PromiseState
from shared.deadlines.promises import promises as promises_of
from shared.deadlines.standing import Clock

# The five stages an owner sees, with the states that stand in each, and the acts that lead there.
STAGES: tuple[tuple[State, frozenset[State], tuple[Act, ...]], ...] = (
    (State.CLAIMED, frozenset({State.RECEIVED, State.CLAIMED}), (Act.CLAIM, Act.REOPENING)),
    (State.DISPATCHED, frozenset({State.DISPATCHED}), (Act.DISPATCH,)),
    (State.HANDLING, frozenset({State.HANDLING, State.REFERRED}), (Act.ACCEPTANCE, Act.REFERRAL)),
    (State.INFORMED, frozenset({State.COMPLETED, State.INFORMED}), (Act.INFORMING,)),
    (State.CLOSED, frozenset({State.CLOSED, State.ARCHIVED}), (Act.CLOSURE,)),
)


@dataclass(frozen=True, slots=True)
class Stage:
    label: str
    state: str  # done | current | todo
    when: str


def stages(case: Case | PublicCase, rows: list[TimelineRow] | None = None) -> list[Stage]:
    """The chain with the present place marked; with *rows* the days on which each stage was reached."""
    if case.stage is State.WITHDRAWN:
        return []
    here = next(i for i, (_s, states, _a) in enumerate(STAGES) if case.stage in states)
    # Nobody has taken it yet: the first stage is what it waits for.
    return [_stage(case, rows or [], index, here) for index in range(len(STAGES))]


def _stage(case: Case | PublicCase, rows: list[TimelineRow], index: int, here: int) -> Stage:
    state, _states, acts = STAGES[index]
    label = str(words.STAGES_FOR_OWNERS[state])
    if index == here:
        label = stage_name(case) if case.stage is not State.ARCHIVED else label
    place = "current" if index == here else "done" if index < here else "todo"
    if index == here == len(STAGES) - 1:
        place = "done"
    row = queries.last_of(rows, *acts, round=case.round) if place != "todo" else None
    return Stage(label, place, wording.short_day(row.at, case.estate.zone) if row else "")


def why_again(rows: list[TimelineRow], number: int) -> str:
    """Why the present round was opened, as its owner would say it; empty in the first."""
    row = queries.last_of(rows, Act.REOPENING, round=number)
    return str(words.CAUSES_FOR_OWNERS.get(row.data.get("cause", ""), "")) if row else ""


def stage_name(case: Case | PublicCase) -> str:
    return str(words.STAGES_FOR_OWNERS[case.state])


def chip_state(case: Case | PublicCase, lines: list[Promise]) -> str:
    """The colour and shape beside the stage: that of its most urgent promise."""
    if case.stage in (State.CLOSED, State.ARCHIVED):
        return "kept"
    if case.stage is State.WITHDRAWN:
        return "ended"
    waiting = {p.state for p in lines if p.met_at is None}
    for state in (PromiseState.BROKEN, PromiseState.NEAR, PromiseState.PARKED):
        if state in waiting:
            return state.value
    return "running"


def promises(case: Case | PublicCase) -> list[Promise]:
    """What was promised to the owner in the present round, and whether it was kept."""
    return _drawn(case, [each for each in queries.clocks_of(case) if each.round == case.round])


def earlier_promises(case: Case | PublicCase) -> list[Promise]:
    """Those of the rounds before; a promise broken once stays told."""
    return _drawn(case, [each for each in queries.clocks_of(case) if each.round < case.round])


def folded(lines: list[Promise]) -> tuple[list[Promise], list[Promise]]:
    """What an owner sees at once, and the older ones that were kept of a promise that returns again and again.

    Months of weekly news would fill the page. The newest two of each stay in sight, and whatever was broken.
    """
    newest = {line.id for rule in {line.rule for line in lines} for line in _of(lines, rule)[-2:]}
    older = [line for line in lines if line.state is PromiseState.KEPT and line.id not in newest]
    return [line for line in lines if line not in older], older


def _of(lines: list[Promise], rule: str) -> list[Promise]:
    return [line for line in lines if line.rule == rule]


def _drawn(case: Case | PublicCase, clocks: list[Clock]) -> list[Promise]:
    """For the promise line: the whole promise stands at its head, and only how it stands below."""
    seen = [each for each in clocks if each.owner_sees]
    lines = promises_of(seen, clock.now(), case.estate.zone, case.clocks_parked)
    return [replace(line, name=line.phrase, words=_below(line)) for line in lines]


def _below(line: Promise) -> str:
    """How it stands; nothing where the word of its state, at the head, says just that."""
    return "" if line.state is PromiseState.ENDED and line.standing == _("不再计时") else line.standing


def next_step(case: Case | PublicCase, lines: list[Promise] | None = None) -> str:
    """What happens next, and by when."""
    said = _next(case)
    if case.stage in (State.CLOSED, State.ARCHIVED, State.WITHDRAWN):
        return said
    lines = promises(case) if lines is None else lines
    first = nearest(lines)
    if first is not None:
        promised = _(
            "%(due)s%(name)s（%(clause)s）。",
            due=first.due_text,
            name=naming.name(first.rule),
            clause=first.clause,
        )
        return wording.sentences(said, promised)
    if any(p.state is PromiseState.BROKEN for p in lines if p.met_at is None):
        return wording.sentences(said, _("已经超过承诺的时间。"))
    return said


def next_step_shown(case: Case | PublicCase, lines: list[Promise]) -> Markup:
    """The same for a page, where its time stays on one line."""
    first = nearest(lines)
    return wording.unbroken(next_step(case, lines), first.due_text if first else "")


def newest(lines: list[Promise]) -> list[Promise]:
    """One of each promise, as it now stands: a receipt says what is promised, and not how often it was."""
    return list({line.rule: line for line in lines}.values())


def nearest(lines: list[Promise]) -> Promise | None:
    """The promise that falls due next, if it still can be kept."""
    ahead = [p for p in lines if p.met_at is None and p.state in (PromiseState.RUNNING, PromiseState.NEAR)]
    return min(ahead, key=lambda p: p.due_at, default=None)


def _next(case: Case | PublicCase) -> str:
    match case.stage:
        case State.RECEIVED:
            return _("接下来有人受理，并对您负责到底。")
        case State.CLAIMED:
            return _("接下来派给负责的部门。")
        case State.DISPATCHED:
            return _("接下来由处理人签收，开始处理。")
        case State.HANDLING:
            return _("正在处理。处理完会把结果告诉您。")
        case State.REFERRED:
            return _("这件事已转给有关单位。有结果会告诉您。")
        case State.COMPLETED:
            return _("已经处理完。接下来把结果告诉您。")
        case State.INFORMED:
            return _("接下来回访，问您是否解决了。")
        case State.WITHDRAWN:
            return _("您已撤回，不再处理。")
    return _("这件事已经结案。还有问题，请打服务电话。")
