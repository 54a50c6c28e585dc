"""The limit of an outside order, drawn like our own promises: on the case, and in lists where it falls due first."""

from datetime import datetime

from flask_babel import gettext as _

from shared import words
from shared.cases.models import OutsideOrder
from shared.deadlines.promises import FULL, LEAST_MARK, Promise, PromiseState, due_text, span

RULE = "outside_order"
NEAR = 0.75  # of their time is over


def promise(order: OutsideOrder, now: datetime, zone: str) -> Promise | None:
    """None when they gave no limit."""
    if order.due_at is None:
        return None
    state = _state(order, order.due_at, now)
    standing = _standing(order, order.due_at, state, now)
    name = str(words.CHANNELS[order.issuer])
    filled, due_mark = _places(order, order.due_at, now)
    return Promise(
        id=-order.id,  # ids of our own clocks are positive, and the two stand on one page
        rule=RULE,
        round=0,
        state=state,
        name=name,
        clause=order.number,
        phrase=_("%(issuer)s的时限", issuer=name),
        standing=standing,
        words=standing,
        filled=filled,
        due_mark=due_mark,
        started_at=order.at,
        due_at=order.due_at,
        met_at=order.answered_at,
        due_text=due_text(order.due_at, now, zone),
        original_text="",
        owner_sees=False,
        is_duty=True,
        steps=(),
    )


def _state(order: OutsideOrder, due_at: datetime, now: datetime) -> PromiseState:
    if (order.answered_at or now) > due_at:
        return PromiseState.BROKEN
    if order.answered_at:
        return PromiseState.KEPT
    return PromiseState.NEAR if now >= order.at + (due_at - order.at) * NEAR else PromiseState.RUNNING


def _standing(order: OutsideOrder, due_at: datetime, state: PromiseState, now: datetime) -> str:
    if order.answered_at and state is PromiseState.KEPT:
        return _("已按时回复对方")
    if order.answered_at:
        return _("已回复对方，超时 %(time)s", time=span(order.answered_at - due_at))
    if state is PromiseState.BROKEN:
        return _("已超时 %(time)s", time=span(now - due_at))
    return _("还剩 %(time)s", time=span(due_at - now))


def _places(order: OutsideOrder, due_at: datetime, now: datetime) -> tuple[int, int]:
    """As of a promise of ours: full once it is over, the due mark then behind the end."""
    limit = (due_at - order.at).total_seconds()
    used = ((order.answered_at or now) - order.at).total_seconds()
    if limit <= 0:
        return FULL, LEAST_MARK
    if used <= limit:
        return round(FULL * max(used, 0) / limit), FULL
    return FULL, max(LEAST_MARK, min(FULL - 1, round(FULL * limit / used)))
