"""The date of an outstanding work, drawn like our other promises: on the case, and in lists of whose it is."""

from datetime import datetime

from flask_babel import gettext as _

from shared.cases.models import OutstandingWork
from shared.deadlines.promises import FULL, LEAST_MARK, Promise, PromiseState, due_text, span

RULE = "outstanding"
NEAR = 0.75  # of its time is over
APART = 1 << 40  # from the ids of outside orders, which are below nothing too and stand on the same page


def promise(work: OutstandingWork, now: datetime, zone: str) -> Promise:
    """How the work stands by the date that holds now; the first one beside it where that has changed."""
    state = _state(work, now)
    standing = _standing(work, state, now)
    filled, due_mark = _places(work, now)
    changed = work.promised_at != work.due_at
    return Promise(
        id=-APART - work.id,
        rule=RULE,
        round=work.round,
        state=state,
        name=_("遗留事项"),
        clause="",
        phrase=_("遗留事项"),
        standing=standing,
        words=standing,
        filled=filled,
        due_mark=due_mark,
        started_at=work.at,
        due_at=work.promised_at,
        met_at=work.ended_at if work.done else None,
        due_text=due_text(work.promised_at, now, zone),
        original_text=_("原定 %(due)s", due=due_text(work.due_at, now, zone)) if changed else "",
        owner_sees=True,
        is_duty=True,
        steps=(),
    )


def _state(work: OutstandingWork, now: datetime) -> PromiseState:
    if work.ended_at and not work.done:
        return PromiseState.ENDED
    if (work.ended_at or now) > work.promised_at:
        return PromiseState.BROKEN
    if work.ended_at:
        return PromiseState.KEPT
    ripe = work.at + (work.promised_at - work.at) * NEAR
    return PromiseState.NEAR if now >= ripe else PromiseState.RUNNING


def _standing(work: OutstandingWork, state: PromiseState, now: datetime) -> str:
    if state is PromiseState.ENDED:
        return _("不做了")
    if work.ended_at and state is PromiseState.KEPT:
        return _("按时做完")
    if work.ended_at:
        return _("做完了，超时 %(time)s", time=span(work.ended_at - work.promised_at))
    if state is PromiseState.BROKEN:
        return _("已超时 %(time)s", time=span(now - work.promised_at))
    return _("还剩 %(time)s", time=span(work.promised_at - now))


def _places(work: OutstandingWork, now: datetime) -> tuple[int, int]:
    """Full once its time is over, the due mark then behind the end."""
    limit = (work.promised_at - work.at).total_seconds()
    used = ((work.ended_at or now) - work.at).total_seconds()
    if limit <= 0:
        return FULL, LEAST_MARK
    if used <= limit:
        return round(FULL * max(used, 0) / limit), FULL
    return FULL, max(LEAST_MARK, min(FULL - 1, round(FULL * limit / used)))
