"""The words of the pictures: what a week, an hour or a stage is called, and what each picture says."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from shared.cases.lifecycle import State
from shared.ownership.segments import As
from shared.register.figures import ENOUGH
from shared.reports.analysis import Received
from shared.reports.analysis_closed import Holder
from shared.words import Table

WEEKDAYS: Sequence[LazyString] = (
    _l("周一"),
    _l("周二"),
    _l("周三"),
    _l("周四"),
    _l("周五"),
    _l("周六"),
    _l("周日"),
)

STAGES: Table = {
    State.RECEIVED: _l("等认领"),
    State.CLAIMED: _l("等派单"),
    State.DISPATCHED: _l("等签收"),
    State.HANDLING: _l("办理"),
    State.REFERRED: _l("转外部单位"),
    State.COMPLETED: _l("办结后答复"),
    State.INFORMED: _l("答复后回访结案"),
}
WITHOUT_DEPARTMENT: Table = {
    As.NOBODY: _l("还没有人认领"),
    As.FIRST_RESPONDER: _l("首问责任人"),
    As.HANDLER: _l("没有部门的处理人"),
    As.TASK: _l("没有部门的协办"),
}


def hour(weekday: int, n: int | None = None) -> str:
    """`周一 10 时`, or the whole day."""
    if n is None:
        return str(WEEKDAYS[weekday])
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


def vital(names: Sequence[str], percent: float, of: int) -> str:
    """Of *of* bars: the few that make most of it, else the longest."""
    if len(names) * 2 > of > 2:
        return _("分布较散，%(name)s最多", name=names[0])
    return _("%(names)s占 %(percent)s%%", names=_("、").join(names), percent=int(percent))


def holder(holder: Holder, departments: dict[int, str]) -> str:
    """The department, or as what people of none had it."""
    if holder.department_id is None:
        return str(WITHOUT_DEPARTMENT[holder.as_what])
    name = departments.get(holder.department_id, "")
    return _("%(name)s（协办）", name=name) if holder.as_what is As.TASK else name
