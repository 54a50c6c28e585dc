"""A line on the wall: where a case stands and how the promise does, in words that change a few times a day."""

from dataclasses import dataclass
from datetime import timedelta

from flask_babel import gettext as _
from flask_babel import ngettext

from shared.cases.lifecycle import State
from shared.deadlines.promises import Promise, PromiseState
from shared.register.board import IN_PROGRESS, BoardCase
from shared.words import CATEGORIES, state_name

DAY = timedelta(days=1)
STEP = 5  # the line grows in steps, so that a screen need not fetch everything anew each minute


@dataclass(frozen=True, slots=True)
class WallPromise:
    """As much of a promise as a row draws: `filled` and `due_mark` are places from 0 to 100."""

    state: str
    words: str
    filled: int
    due_mark: int


@dataclass(frozen=True, slots=True)
class Row:
    number: str
    category: str
    place: str
    stage_label: str
    promise: WallPromise | None = None
    state: str = ""
    took_text: str = ""
    how: str = ""


def row(case: BoardCase) -> Row:
    """What the wall says of a case."""
    state = case.promise.state if case.promise else PromiseState.ENDED
    decided = state in (PromiseState.KEPT, PromiseState.BROKEN)
    running = case.state in IN_PROGRESS
    return Row(
        number=case.number,
        category=str(CATEGORIES[case.category]) if case.category else _("其他类别"),
        place=_place(case),
        stage_label=_stage(case) if running else _ended(case.state),
        promise=_wall_promise(case.promise),
        state=state.value if decided else PromiseState.ENDED.value,
        took_text=length(case.took) if case.took is not None else "",
        how=case.line or ("" if running else _ended(case.state)),
    )


def length(took: timedelta) -> str:
    """`5 小时`, `1.6 天`."""
    if took < DAY:
        return _("%(n)s 小时", n=max(1, round(took / timedelta(hours=1))))
    return _("%(n)s 天", n=round(took / DAY, 1))


def _place(case: BoardCase) -> str:
    if case.building:
        return case.building
    return _("小区公共区域") if case.number else _("其他楼栋")


def _standing(promise: Promise) -> str:
    """The promise in days, as a wall says it: no countdown that nobody stays to watch."""
    match promise.state:
        case PromiseState.KEPT:
            return _("按时办结")
        case PromiseState.BROKEN if promise.met_at:
            return _("超时办结")
        case PromiseState.BROKEN:
            return _("已超时")
        case PromiseState.PARKED:
            return _("时限待核定")
        case PromiseState.ENDED:
            return _("不再计时")
        case _:
            return promise.due_text


def _wall_promise(promise: Promise | None) -> WallPromise | None:
    if promise is None:
        return None
    filled, due_mark = (round(place / STEP) * STEP for place in (promise.filled, promise.due_mark))
    return WallPromise(promise.state, _standing(promise), filled, due_mark)


def _stage(case: BoardCase) -> str:
    """Where it is, and for how long it has been with us."""
    days = case.days - 1
    since = ngettext("%(num)s 天", "%(num)s 天", days) if days else _("今天")
    return f"{state_name(case.state)} {since}"


def _ended(state: State) -> str:
    """To the public an archived case is a closed one."""
    return state_name(State.CLOSED if state is State.ARCHIVED else state)
