"""The figures as the wall shows them: beside their targets, beside the week before, and never of too few."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from portal.board.rows import length
from shared.clock import local
from shared.identity.models import Estate
from shared.register import accuracy
from shared.register.figures import INTAKE_TARGET, ON_TIME_TARGET, SATISFIED_TARGET, Rate
from shared.register.so_far import Figures, Week

TALL = 100  # the highest column of the trend, in parts of its box


@dataclass(frozen=True, slots=True)
class Number:
    """A figure in its cell. `state` is kept, broken or ended; `note` stands under it."""

    label: str
    value: str
    unit: str
    note: str = ""
    state: str = "ended"


@dataclass(frozen=True, slots=True)
class Column:
    """A week of the trend: heights from 0 to 100."""

    label: str
    kept: int
    broken: int
    kept_height: int
    broken_height: int
    current: bool


def of_week(figures: Figures) -> list[Number]:
    """This week so far, and what is open now."""
    this = figures.weeks[-1]
    took = length(figures.took).rpartition(" ") if figures.took else (_("暂无数据"), "", "")
    return [
        Number(_("本周收到"), str(figures.filed), _("件"), _against(figures.filed_before)),
        Number(_("本周结案"), str(figures.closed), _("件"), _against(figures.closed_before)),
        Number(_("本周办结平均用时"), took[0], took[2]),
        Number(_("现在未结"), str(figures.open), _("件")),
        Number(_("未结中已超时"), str(figures.overdue), _("件"), *_share_overdue(figures)),
        Number(_("本周超时"), str(this.broken), _("件"), _last_week(figures), _kept(not this.broken)),
    ]


def of_month(figures: Figures) -> list[Number]:
    """The month so far beside its targets (MS-T)."""
    return [
        _beside(_("及时受理"), figures.intake, INTAKE_TARGET),
        _beside(_("按时办结"), figures.on_time, ON_TIME_TARGET),
        _beside(_("回访满意"), figures.satisfied, SATISFIED_TARGET),
        _beside(_("分类准确"), figures.classified, accuracy.TARGET),
    ]


def trend(figures: Figures, zone: str) -> list[Column]:
    """The weeks beside each other: how many promises were kept, how many broken. Nothing where none fell due."""
    if not any(week.rate.good or week.broken for week in figures.weeks):
        return []
    most = max([week.rate.of for week in figures.weeks] + [1])
    last = figures.weeks[-1]
    return [_column(week, most, zone, current=week is last) for week in figures.weeks]


def _column(week: Week, most: int, zone: str, *, current: bool) -> Column:
    day = local(week.begins, zone)
    label = _("本周") if current else _("%(month)s/%(day)s 起", month=day.month, day=day.day)
    kept, broken = week.rate.good, week.broken
    return Column(
        label, kept, broken, round(kept * TALL / most), round(broken * TALL / most), current=current
    )


def _share_overdue(figures: Figures) -> tuple[str, str]:
    if not figures.open:
        return "", "ended"
    share = round(figures.overdue * 100 / figures.open)
    return _("占未结 %(n)s%%", n=share), _kept(not figures.overdue)


def _against(before: int) -> str:
    return _("上周同期 %(n)s 件", n=before)


def _last_week(figures: Figures) -> str:
    return _("上周 %(n)s 件", n=figures.weeks[-2].broken)


def _kept(is_kept: bool) -> str:
    return "kept" if is_kept else "broken"


def _beside(label: str, rate: Rate, target: int) -> Number:
    goal = _("目标 ≥ %(n)s%%", n=target)
    if rate.percent is None:
        return Number(label, _("暂无数据"), "", goal)
    reached = rate.percent >= target
    word = _("达标") if reached else _("未达标")
    return Number(label, str(rate.percent), "%", f"{word} · {goal}", _kept(reached))


def context(estate: Estate, figures: Figures) -> dict[str, Any]:
    """What the pages of figures are made of."""
    return {
        "of_week": of_week(figures),
        "of_month": of_month(figures),
        "trend": trend(figures, estate.zone),
    }
