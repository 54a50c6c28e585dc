"""The words of the pictures: what a week, an hour or a stage is called, and what each picture says."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from shared.register.figures import ENOUGH
from shared.reports.analysis import Received

WEEKDAYS: Sequence[LazyString] = (
    _l("周一"),
    _l("周二"),
    _l("周三"),
    _l("周四"),
    _l("周五"),
    _l("周六"),
    _l("周日"),
)


def hour(weekday: int, n: int) -> str:
    """`周一 10 时`"""
    return _("%(day)s %(hour)s 时", day=WEEKDAYS[weekday], hour=n)


def few(total: int) -> str:
    """What is said in the place of a finding where there is none to be had; empty where there is."""
    if not total:
        return _("没有诉求")
    return _("只有 %(n)s 件，看不出规律", n=total) if total < ENOUGH else ""


def trend(found: Received) -> str:
    """How much came, beside the year before."""
    if not found.total or found.before is None:
        return _("受理 %(n)s 件，没有完整的上年同期可比", n=found.total) if found.total else _("没有受理诉求")
    more = found.total - found.before
    if not more:
        return _("受理 %(n)s 件，和上年同期一样多", n=found.total)
    if more > 0:
        return _("受理 %(n)s 件，比上年同期多 %(more)s 件", n=found.total, more=more)
    return _("受理 %(n)s 件，比上年同期少 %(less)s 件", n=found.total, less=-more)


def most(names: Sequence[str], n: int) -> str:
    """Of cells: the one with the most, or how many have as many."""
    if len(names) == 1:
        return _("%(name)s最多，%(n)s 件", name=names[0], n=n)
    return _("最多的一处 %(n)s 件，一样多的有 %(count)s 处", n=n, count=len(names))


def vital(names: Sequence[str], percent: float) -> str:
    """Of bars: the few that make most of it."""
    return _("%(names)s占 %(percent)s%%", names=_("、").join(names), percent=int(percent))
