"""Words that the pages of a case share: instants as people say them, what was found, and why a round began."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shared import words
from shared.clock import local
from staff.cases.queries import Names

Data = Mapping[str, Any]  # of a timeline row: ids, codes and instants
Tells = dict[str, Callable[[Data, Names], str]]  # by act

DAY = timedelta(days=1)


def when(at: datetime, now: datetime, zone: str) -> str:
    """An instant as people say it: 今天 10:02, 昨天 14:00, 11 月 21 日 10:02; the year only when it is another."""
    wall, today = local(at, zone), local(now, zone).date()
    time = f"{wall:%H:%M}"
    if wall.date() == today:
        return _("今天 %(time)s", time=time)
    if wall.date() == today - DAY:
        return _("昨天 %(time)s", time=time)
    if wall.year == today.year:
        return _("%(month)s 月 %(day)s 日 %(time)s", month=wall.month, day=wall.day, time=time)
    return _(
        "%(year)s 年 %(month)s 月 %(day)s 日 %(time)s",
        year=wall.year,
        month=wall.month,
        day=wall.day,
        time=time,
    )


def day(at: datetime, zone: str) -> str:
    """`11 月 24 日`"""
    wall = local(at, zone)
    return _("%(month)s 月 %(day)s 日", month=wall.month, day=wall.day)


def day_and_time(at: datetime, zone: str) -> str:
    """`11 月 24 日 18:00`, as it is read in any year."""
    return f"{day(at, zone)} {local(at, zone):%H:%M}"


def cause_of_round(cause: str) -> str:
    """Why it was begun; a cause of an earlier release stays as it is."""
    return {
        "revisit": _("回访不满意"),
        "rating": _("评价不满意"),
        "appeal": _("诉求人申诉"),
        "reopening": _("重新办理"),
        "filing": _("首次提出"),
    }.get(cause, cause)


FOUND: words.Table = {
    "injury": _l("有人受伤"),
    "facility_failure": _l("设施突发故障"),
    "litigation": _l("已进入诉讼"),
    "media": _l("被媒体曝光"),
    "strong_complaint": _l("强烈投诉"),
    "serious_consequences": _l("后果严重"),
}


def opinion(passed: bool) -> str:
    """What was said of a plan."""
    return _("通过") if passed else _("退回修改")
