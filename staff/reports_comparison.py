"""A report counted again: what differs from the frozen numbers, and why (GZ-17B)."""

from typing import Any

from flask import g, url_for
from flask_babel import lazy_gettext as _l

from shared import words
from shared.deadlines import naming as clocks
from shared.identity.permissions import Permission
from shared.improvement.causes import CAUSES
from shared.reports import comparing, naming, queries
from shared.reports.comparing import Difference
from shared.reports.models import Report
from shared.reports.periods import Kind
from shared.web import pages
from staff import blueprint, reports_figures, reports_found
from staff.access import me, requires
from staff.cases import wording

LENGTHS = frozenset({"median", "ninetieth"})
# What figures consist of; the number of a line is the line itself.
PARTS: words.Table = {
    **words.OUTCOMES,
    **words.GROUNDS,
    **CAUSES,
    **reports_figures.ANSWERS,
    "median": _l("中位数"),
    "ninetieth": _l("九成不超过"),
    "made": _l("次数"),
    "reached": _l("问到"),
    "opened": _l("新发"),
    "ended": _l("了结"),
    "raised": _l("提出"),
    "done": _l("完成"),
    "overdue": _l("到期未完成"),
    "parties": _l("人数"),
    "cases": _l("件数"),
    "handling": _l("办理时长"),
    "broken": _l("超时"),
    "received": _l("受理"),
    "completed": _l("办结"),
    "entries": _l("考核"),
    "good": _l("做到的件数"),
    "of": _l("总件数"),
}


@blueprint.get("/reports/<int:report_id>/comparison")
@requires(Permission.REPORT_VIEW)
def reports_comparison(report_id: int) -> Any:
    """Counted at the moment of asking; nothing of it is kept."""
    report = queries.read(me(), report_id)
    found = comparing.compare(report, g.at)
    seen = reports_found.visible_among({*found.late, *found.decided}, me())
    return pages.render(
        "staff/reports/comparison.html",
        report=report,
        title=naming.title(report),
        days=naming.days(report),
        made=wording.when(report.made_at, g.at, report.estate.zone),
        found=found,
        lines=[_line(report, difference) for difference in found.differences],
        late=[number for number in found.late if number in seen],
        decided=[number for number in found.decided if number in seen],
        hidden=len({*found.late, *found.decided} - seen),
        redefined=[reports_found.heading(name) for name in found.definitions],
        policies=words.listed(found.policies),
        back_url=url_for("staff.reports_report", report_id=report_id),
    )


def _line(report: Report, difference: Difference) -> dict[str, str]:
    return {
        "name": _name(report, difference.path),
        "frozen": _value(difference.path, difference.frozen),
        "now": _value(difference.path, difference.now),
    }


def _name(report: Report, path: comparing.Path) -> str:
    """`分布 · 类别 · 设施设备`"""
    first, *rest = path
    if first == "by" and len(rest) > 1:
        axis, key = rest[0], rest[1]
        line = {"key": None if key == comparing.NOTHING else key, "name": _called(report, axis, key)}
        return _joined(str(reports_figures.AXES[axis]), reports_figures.named(axis, line))
    return _joined(reports_found.heading(first), *(_part(report, first, part) for part in rest))


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _called(report: Report, axis: str, key: str) -> str:
    lines = report.figures["departments"] if axis == "departments" else report.figures["by"].get(axis, ())
    return next((line["name"] for line in lines if line["key"] == key), "")


def _part(report: Report, figure: str, part: str) -> str:
    if figure == "departments" and part.isdecimal():
        return _called(report, "departments", part) or part
    if figure == "broken" and ":" in part:
        clause, _colon, rule = part.partition(":")
        return f"{clause} {clocks.name(rule)}"
    if figure == "trend" and part.count("-") == 2:
        ends_on = next(
            (line["ends_on"] for line in report.figures["trend"] if line["starts_on"] == part), part
        )
        return reports_figures.period_name(Kind(report.kind), part, ends_on)
    known = (
        reports_found.GAPS if figure == "quality" else words.INDICATORS if part in words.INDICATORS else PARTS
    )
    return str(known.get(part, ""))


def _value(path: comparing.Path, value: Any) -> str:
    if value is None:
        return "—"
    if path[-1] in LENGTHS:
        return reports_figures.lasted(value)
    if isinstance(value, list):
        return reports_figures.share(*value)
    return f"{value:g}" if isinstance(value, float) else str(value)
