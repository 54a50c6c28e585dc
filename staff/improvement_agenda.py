"""The agenda proposed for a review meeting: what the month's report says, and what is still to be done (MS-7)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from shared import words
from shared.clock import local_date
from shared.identity.models import Estate, User
from shared.improvement import measures_queries, meetings_queries, recurrences
from shared.improvement.measures_queries import View
from shared.reports import naming, queries
from shared.reports.models import Report
from shared.reports.periods import Kind

ALWAYS = ("overdue", "satisfaction")  # said whether or not they reach their target


def propose(estate: Estate, user: User, at: datetime) -> str:
    """One point to a line, for whoever calls the meeting to change."""
    points = [*_left_open(estate), *_of_report(estate), *_to_do(estate, user, at)]
    return "\n".join(f"{n}. {point}" for n, point in enumerate(points, 1))


def _left_open(estate: Estate) -> Iterator[str]:
    """What earlier meetings resolved."""
    left = meetings_queries.left_open(estate.id)
    if not left:
        return
    yield _("上次议定、还没完成的 %(n)s 件：", n=len(left)) + _("；").join(
        _(
            "%(what)s（%(owner)s，%(due)s）",
            what=measure.what,
            owner=measure.owner.name if measure.owner else _("还没定"),
            due=measure.due_on or "",
        )
        for measure in left
    )


def _of_report(estate: Estate) -> Iterator[str]:
    """The latest monthly summary: overdue and satisfaction, and every number that misses its target."""
    report = next(iter(queries.of_estate(estate.id, Kind.MONTHLY)), None)
    if report is None:
        return
    said = [_figure(reading) for reading in _readings(report) if _is_said(reading)]
    yield _("%(report)s：", report=naming.title(report)) + (_("；").join(said) or _("各项达标"))


def _readings(report: Report) -> list[dict[str, Any]]:
    """As they were frozen; reports made before there were any have none."""
    return list(report.figures.get("indicators", ()))


def _is_said(reading: dict[str, Any]) -> bool:
    return reading["value"] is not None and (reading["is_met"] is False or reading["key"] in ALWAYS)


def _figure(reading: dict[str, Any]) -> str:
    """`办结超时率 7.5%，目标 ≤ 5%`"""
    unit = "%" if reading["unit"] == "percent" else _(" 小时")
    said = f"{words.INDICATORS[reading['key']]} {reading['value']}{unit}"
    target = reading["target"]
    if not target:
        return said
    return said + _(
        "，目标 %(sign)s %(figure)s",
        sign="≤" if target["at_most"] else "≥",
        figure=f"{target['figure']}{unit}",
    )


def _to_do(estate: Estate, user: User, at: datetime) -> Iterator[str]:
    counts = measures_queries.counts(user, estate.id, local_date(at, estate.zone))
    yield _(
        "措施：没完成 %(open)s 项，过期 %(overdue)s 项，等看效果 %(check)s 项",
        open=counts[View.OPEN],
        overdue=counts[View.OVERDUE],
        check=counts[View.TO_CHECK],
    )
    places = recurrences.suggested(user, estate, at)
    if places:
        yield _("反复发生的地方：%(n)s 处", n=len(places))
    yield _("业主代表的意见和建议")
