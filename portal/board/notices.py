"""A notice as a page of the wall: its first words, and from when to when it holds."""

import re
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from shared import clock
from shared.identity.models import Estate
from shared.notices.models import Notice
from shared.notices.queries import published
from shared.notices.stages import Kind

MOST = 4
LONG_TITLE = 24  # from here on set smaller, so that title and words fit one screen
LONGEST = 88  # characters of the text that a passer-by reads; the rest is on the portal
ENDS = "。！？"
AFTER_A_MARK = re.compile(r"(?<=[，、；：。！？）》”]) ")  # a full-width mark brings its own space


@dataclass(frozen=True, slots=True)
class WallNotice:
    id: int
    title: str
    is_long: bool
    words: str
    is_cut: bool
    when: tuple[str, ...]  # each part stays on one line
    urgent: bool
    improvement: bool


def standing(estate: Estate, at: datetime) -> list[WallNotice]:
    """The notices that stand now, pinned first; what is urgent is always among them, and shown between all pages."""
    return [_wall_notice(notice, estate.zone) for notice in published(estate.id, at, MOST)]


def _wall_notice(notice: Notice, zone: str) -> WallNotice:
    words, is_cut = _beginning(_in_one(notice.body))
    return WallNotice(
        id=notice.id,
        title=notice.title,
        is_long=len(notice.title) > LONG_TITLE,
        words=words,
        is_cut=is_cut,
        when=_period(notice, zone),
        urgent=notice.kind == Kind.URGENT,
        improvement=notice.kind == Kind.IMPROVEMENT,
    )


def _in_one(body: str) -> str:
    """The paragraphs as one."""
    return AFTER_A_MARK.sub("", " ".join(body.split()))


def _beginning(body: str) -> tuple[str, bool]:
    """As many whole sentences as a passer-by reads, and whether that is not all."""
    if len(body) <= LONGEST:
        return body, False
    end = max(body.rfind(mark, 0, LONGEST) for mark in ENDS)
    return (body[: end + 1], True) if end >= LONGEST // 2 else (f"{body[: LONGEST - 1]}…", True)


def _day(wall: datetime) -> str:
    return _("%(month)s 月 %(day)s 日", month=wall.month, day=wall.day)


def _period(notice: Notice, zone: str) -> tuple[str, ...]:
    """`3 月 2 日`; of what is urgent `3 月 2 日 9:00 —`, `12:00`, over midnight with both days."""
    begin = clock.local(notice.publish_at, zone)
    if notice.kind != Kind.URGENT:
        return (_day(begin),)
    if notice.expire_at is None:
        return (_("%(day)s %(time)s 起", day=_day(begin), time=f"{begin:%H:%M}"),)
    end = clock.local(notice.expire_at, zone)
    last = "" if end.date() == begin.date() else f"{_day(end)} "
    return f"{_day(begin)} {begin:%H:%M} —", f"{last}{end:%H:%M}"
