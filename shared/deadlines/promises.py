"""Deadlines as people see them: the promise line (承诺线) and the sentence beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from shared.catalogues import gettext as _
from shared.catalogues import ngettext
from shared.clock import local
from shared.deadlines import naming
from shared.deadlines.models import Deadline
from shared.deadlines.standing import Clock
from shared.policies.terms import NOBODY

FULL = 100
LEAST_MARK = 12  # however long ago it fell due, start and due stay apart on the line
DAY = timedelta(days=1)


class PromiseState(StrEnum):
    KEPT = "kept"
    RUNNING = "running"
    NEAR = "near"
    BROKEN = "broken"
    PARKED = "parked"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Promise:
    """One clock, ready to draw. `filled` and `due_mark` are places on a line from 0 (start) to 100."""

    id: int
    rule: str
    round: int
    state: PromiseState
    name: str
    clause: str
    phrase: str  # 48 小时内办结
    standing: str  # 还剩 6 小时 20 分
    words: str  # both, with a dot between
    filled: int
    due_mark: int
    started_at: datetime
    due_at: datetime
    met_at: datetime | None
    due_text: str
    original_text: str  # until when it was by the limit alone, where that has changed
    owner_sees: bool
    is_duty: bool
    steps: tuple[str, ...]


def promises(
    deadlines: Sequence[Deadline | Clock], now: datetime, zone: str, parked: str | None = None
) -> list[Promise]:
    """The promises of a case, in order. *parked* is `Case.clocks_parked`: no count is trusted then."""
    return [promise(deadline, now, zone, parked) for deadline in deadlines]


def promise(deadline: Deadline | Clock, now: datetime, zone: str, parked: str | None = None) -> Promise:
    """One promise as it stands at *now*, in words for readers in *zone*."""
    state = state_of(deadline, now, parked)
    phrase = naming.phrase(deadline.rule, deadline.term)
    standing = _standing(deadline, state, now)
    filled, due_mark = _places(deadline, now)
    return Promise(
        id=deadline.id,
        rule=deadline.rule,
        round=deadline.round,
        state=state,
        name=naming.name(deadline.rule),
        clause=deadline.clause,
        phrase=phrase,
        standing=standing,
        words=f"{phrase} · {standing}",
        filled=filled,
        due_mark=due_mark,
        started_at=deadline.started_at,
        due_at=deadline.due_at,
        met_at=deadline.met_at,
        due_text=due_text(deadline.due_at, now, zone),
        original_text=_original(deadline, now, zone),
        owner_sees=deadline.owner_sees,
        is_duty=deadline.duty != NOBODY,
        steps=tuple(deadline.steps),
    )


def state_of(deadline: Deadline | Clock, now: datetime, parked: str | None = None) -> PromiseState:
    """Broken as soon as it is overdue, recorded by the sweep or not yet: everyone sees the same."""
    until = deadline.met_at or deadline.ended_at or (None if parked or deadline.paused_at else now)
    if deadline.breached_at or (until and until > deadline.due_at):
        return PromiseState.BROKEN
    if deadline.met_at:
        return PromiseState.KEPT
    if deadline.ended_at:
        return PromiseState.ENDED
    if parked or deadline.paused_at:
        return PromiseState.PARKED
    return PromiseState.NEAR if now >= deadline.near_at else PromiseState.RUNNING


def _standing(deadline: Deadline | Clock, state: PromiseState, now: datetime) -> str:
    if state is PromiseState.BROKEN:
        return _broken(deadline, (deadline.met_at or now) - deadline.due_at)
    if state is PromiseState.KEPT and deadline.met_at:
        return _("按时完成，用时 %(time)s", time=span(deadline.met_at - deadline.started_at))
    if state is PromiseState.ENDED:
        return _ended(deadline)
    if state is PromiseState.PARKED and deadline.paused_at:
        return _("在外单位办理，暂停计时")
    if state is PromiseState.PARKED:
        return _("时限待核定")
    if deadline.duty == NOBODY:
        return _("%(time)s后达到", time=span(deadline.due_at - now))
    return _("还剩 %(time)s", time=span(deadline.due_at - now))


def _original(deadline: Deadline | Clock, now: datetime, zone: str) -> str:
    """`原定 24 日 18:00 前`, where an agreement, an extension or a pause has moved it (T38)."""
    if deadline.original_due_at == deadline.due_at:
        return ""
    return _("原定 %(due)s", due=due_text(deadline.original_due_at, now, zone))


def _broken(deadline: Deadline | Clock, late_by: timedelta) -> str:
    if deadline.duty == NOBODY:
        return _("已达到")
    if deadline.met_at:
        # An extension after the breach may leave the due time behind the act: then only the fact is told.
        return (
            _("已完成，超时 %(time)s", time=span(late_by)) if late_by > timedelta() else _("曾超时，已完成")
        )
    if deadline.ended_at:
        return _("曾超时，已不再计时")
    return _("已超时 %(time)s", time=span(late_by)) if late_by > timedelta() else _("曾超时")


def _ended(deadline: Deadline | Clock) -> str:
    if deadline.superseded_by:
        return _("改按“%(name)s”时限", name=naming.name(deadline.superseded_by))
    return _("不再计时")


def _places(deadline: Deadline | Clock, now: datetime) -> tuple[int, int]:
    """How far the line is filled, and where the due mark stands: at the end while nothing is late."""
    until = deadline.met_at or deadline.ended_at or now
    limit = max(deadline.due_at - deadline.started_at, timedelta(seconds=1))
    used = max(until - deadline.started_at, timedelta())
    if used <= limit:
        return round(FULL * (used / limit)), FULL
    return FULL, max(LEAST_MARK, min(FULL - 1, round(FULL * (limit / used))))


def span(length: timedelta) -> str:
    """A length of time as people say it: the two largest units, rounded down.

    None is negative: between two acts the machine's clock may have been set back (F22).
    """
    minutes = max(0, int(length.total_seconds())) // 60
    days, minutes = divmod(minutes, 1440)
    hours, minutes = divmod(minutes, 60)
    parts = []
    if days:
        parts.append(ngettext("%(num)s 天", "%(num)s 天", days))
    if hours:
        parts.append(ngettext("%(num)s 小时", "%(num)s 小时", hours))
    if minutes and not days:
        parts.append(ngettext("%(num)s 分", "%(num)s 分", minutes) if hours else _minutes(minutes))
    return " ".join(parts) or _("1 分钟不到")


def _minutes(minutes: int) -> str:
    return ngettext("%(num)s 分钟", "%(num)s 分钟", minutes)


def due_text(due_at: datetime, now: datetime, zone: str) -> str:
    """Until when, as people say it: 今天 18:00 前, 24 日…, 12 月 3 日…; midnight is 24:00 of a day."""
    (day, time), today = _until(due_at, zone), local(now, zone).date()
    if day == today:
        return _("今天 %(time)s 前", time=time)
    if day == today + DAY:
        return _("明天 %(time)s 前", time=time)
    if day == today - DAY:
        return _("昨天 %(time)s 前", time=time)
    if (day.year, day.month) == (today.year, today.month):
        return _("%(day)s 日 %(time)s 前", day=day.day, time=time)
    if day.year == today.year:
        return _("%(month)s 月 %(day)s 日 %(time)s 前", month=day.month, day=day.day, time=time)
    return due_date_text(due_at, zone)


def due_date_text(due_at: datetime, zone: str) -> str:
    """The same as it is printed: with its year, since paper is read on any day."""
    day, time = _until(due_at, zone)
    return _(
        "%(year)s 年 %(month)s 月 %(day)s 日 %(time)s 前",
        year=day.year,
        month=day.month,
        day=day.day,
        time=time,
    )


def _until(due_at: datetime, zone: str) -> tuple[date, str]:
    wall = local(due_at, zone)
    if f"{wall:%H:%M}" == "00:00":
        return wall.date() - DAY, "24:00"
    return wall.date(), f"{wall:%H:%M}"
