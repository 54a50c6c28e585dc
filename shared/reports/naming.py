"""What reports are called, and the days they are of."""

from datetime import date
from typing import Protocol

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shared.words import Table

KINDS: Table = {
    "weekly": _l("周报"),
    "monthly": _l("月度汇总"),
    "quarterly": _l("季度分析"),
    "annual": _l("年度报告"),
}


class OfPeriod(Protocol):
    """A report, or the period that one is made of."""

    @property
    def kind(self) -> str: ...

    @property
    def starts_on(self) -> date: ...

    @property
    def ends_on(self) -> date: ...


def title(of: OfPeriod) -> str:
    """`2026 年 3 月月度汇总`, `2026 年第 1 季度分析`; a week by its days."""
    last = of.ends_on
    if of.kind == "monthly":
        return _("%(year)s 年 %(month)s 月月度汇总", year=last.year, month=last.month)
    if of.kind == "quarterly":
        return _("%(year)s 年第 %(n)s 季度分析", year=last.year, n=(last.month + 2) // 3)
    if of.kind == "annual":
        return _("%(year)s 年年度报告", year=last.year)
    return _("%(days)s 周报", days=days(of))


def days(of: OfPeriod) -> str:
    """`2026-02-26 至 2026-03-25`, both included."""
    return _("%(first)s 至 %(last)s", first=of.starts_on, last=of.ends_on)
