"""Times, places and matters as people say them."""

from datetime import datetime, timedelta

from flask_babel import get_locale
from markupsafe import Markup, escape

from shared import clock, words
from shared.cases.models import Case
from shared.catalogues import gettext as _

DAY = timedelta(days=1)


def moment(instant: datetime, zone: str) -> str:
    """`今天 14:00`, `昨天 9:05`, `明天 9:05`, `11 月 21 日 14:00`."""
    wall = clock.local(instant, zone)
    return f"{day(instant, zone)} {wall.hour}:{wall:%M}"


def day(instant: datetime, zone: str) -> str:
    """`今天`, `昨天`, `11 月 21 日`, with the year when it is another one."""
    on, today = clock.local_date(instant, zone), clock.local_date(clock.now(), zone)
    if on == today:
        return _("今天")
    if on == today - DAY:
        return _("昨天")
    if on == today + DAY:
        return _("明天")
    if on.year == today.year:
        return _("%(month)s 月 %(day)s 日", month=on.month, day=on.day)
    return date(instant, zone)


def date(instant: datetime, zone: str) -> str:
    """`2026 年 11 月 21 日`: what is printed or kept must not say 今天."""
    on = clock.local_date(instant, zone)
    return _("%(year)s 年 %(month)s 月 %(day)s 日", year=on.year, month=on.month, day=on.day)


def sentences(*said: str) -> str:
    """Whole sentences in a row; Chinese puts nothing between them."""
    locale = get_locale()
    between = "" if locale is None or locale.language == "zh" else " "
    return between.join(part for part in said if part)


def unbroken(text: str, part: str) -> Markup:
    """*text* for a page, with *part* of it kept on one line: 明天 and 25 日 are cut in two anywhere else."""
    before, held, after = text.partition(part) if part else (text, "", "")
    whole = Markup('<span class="whole">%s</span>') % held if held else Markup()
    return escape(before) + whole + escape(after)


def short_day(instant: datetime, zone: str) -> str:
    """`今天`, `19 日`, `11/19`: narrow enough to stand under a stage on a telephone."""
    on, today = clock.local_date(instant, zone), clock.local_date(clock.now(), zone)
    if on == today:
        return _("今天")
    if (on.year, on.month) == (today.year, today.month):
        return _("%(day)s 日", day=on.day)
    return _("%(month)s/%(day)s", month=on.month, day=on.day)


def matter(kind: str, category: str, topic: str | None) -> str:
    """What it is about: the tile that was tapped, else the category; with the kind when it is no complaint."""
    name = str(words.TOPICS[topic] if topic and topic in words.TOPICS else words.CATEGORIES[category])
    return name if kind == "complaint" else f"{words.KINDS[kind]} · {name}"


def place(case: Case) -> str:
    """`3号楼 2单元电梯`; a flat is never part of it."""
    return " ".join(part for part in (case.building.name if case.building else "", case.spot or "") if part)


def visit(case: Case) -> str:
    """`11 月 24 日 8:00–12:00`: when somebody is at home for a repair; empty where nothing was said."""
    if case.visit_from is None or case.visit_until is None:
        return ""
    begins, ends = (clock.local(at, case.estate.zone) for at in (case.visit_from, case.visit_until))
    on = _("%(month)s 月 %(day)s 日", month=begins.month, day=begins.day)
    return f"{on} {begins.hour}:{begins:%M}–{ends.hour}:{ends:%M}"
