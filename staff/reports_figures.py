"""The figures of a report in the words of a page: each line leads to its cases."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shared import words
from shared.deadlines import naming as clocks
from shared.deadlines.promises import span
from shared.improvement.causes import CAUSES
from shared.reports.behind import NONE
from shared.reports.models import Report
from shared.reports.periods import Kind

AXES: words.Table = {
    "kind": _l("类型"),
    "category": _l("类别"),
    "channel": _l("渠道"),
    "building": _l("楼栋"),
    "department": _l("部门"),
    "state": _l("期末状态"),
}
NAMED: Mapping[str, words.Table] = {
    "kind": words.KINDS,
    "category": words.CATEGORIES,
    "channel": words.CHANNELS,
    "state": words.STATES,
}
ANSWERS: words.Table = {
    "satisfied": _l("对结果满意"),
    "timely": _l("处理及时"),
    "courteous": _l("态度好"),
}


def shown(report: Report) -> dict[str, Any]:
    """Everything that the page shows of the frozen figures."""
    figures = report.figures
    return {
        "heads": _heads(report),
        "axes": [
            *(_axis(report, axis, lines) for axis, lines in figures["by"].items()),
            *_causes(report),
        ],
        "broken": [_broken(report, line) for line in figures["broken"]],
        "results": _results(report),
        "departments": [_department(report, line) for line in figures["departments"]],
        "trend": [_period(report, line) for line in figures.get("trend", ())],
    }


def behind(report: Report, figure: str, key: str = "") -> str:
    """Where the cases of a figure are listed."""
    return url_for("staff.reports_cases", report_id=report.id, of=figure, key=key or None)


def _heads(report: Report) -> list[dict[str, str]]:
    figures, handling = report.figures, report.figures["handling"]
    broken = sum(line["n"] for line in figures["broken"])
    return [
        {"name": _("受理"), "text": _cases(figures["received"]), "url": behind(report, "received")},
        {"name": _("办结"), "text": _cases(figures["completed"]), "url": behind(report, "completed")},
        {"name": _("期末未结"), "text": _cases(figures["open"]), "url": behind(report, "open")},
        {"name": _("超时"), "text": _("%(n)s 次", n=broken), "url": behind(report, "broken")},
        {"name": _("办理时长中位数"), "text": lasted(handling["median"]), "url": ""},
        {"name": _("九成不超过"), "text": lasted(handling["ninetieth"]), "url": ""},
    ]


def _cases(n: int) -> str:
    return _("%(n)s 件", n=n)


def lasted(seconds: int | None) -> str:
    return "—" if seconds is None else span(timedelta(seconds=seconds))


def _axis(report: Report, axis: str, lines: list[dict[str, Any]]) -> dict[str, Any]:
    whole = sum(line["n"] for line in lines)
    return {
        "name": str(AXES[axis]),
        "lines": [
            {
                "name": named(axis, line),
                "url": behind(report, axis, line["key"] or NONE),
                "n": line["n"],
                "percent": line["n"] * 100 // whole,
            }
            for line in lines
        ],
    }


def _causes(report: Report) -> list[dict[str, Any]]:
    """Why matters came about, where somebody has said so; the most first."""
    found = sorted(report.figures.get("causes", {}).items(), key=lambda item: (-item[1], item[0]))
    whole = sum(n for _code, n in found)
    lines = [
        {
            "name": str(CAUSES.get(code, code)),
            "url": behind(report, "causes", code),
            "n": n,
            "percent": n * 100 // whole,
        }
        for code, n in found
    ]
    return [{"name": _("本期写明的原因"), "lines": lines}] if lines else []


def named(axis: str, line: Mapping[str, Any]) -> str:
    if line["key"] is None:
        return _("没有派部门") if axis == "department" else _("没有写楼栋")
    return str(line["name"] or NAMED.get(axis, {}).get(line["key"], line["key"]))


def _broken(report: Report, line: Mapping[str, Any]) -> dict[str, Any]:
    url = behind(report, "broken", f"{line['clause']}:{line['rule']}")
    return {"clause": line["clause"], "name": clocks.name(line["rule"]), "n": line["n"], "url": url}


def _results(report: Report) -> list[dict[str, Any]]:
    figures = report.figures
    revisits, incidents, repeats = figures["revisits"], figures["incidents"], figures["repeats"]
    outcomes = [
        (str(name), _cases(figures["outcomes"].get(code, 0)), behind(report, "completed", code))
        for code, name in words.OUTCOMES.items()
    ]
    made = _("%(made)s 次，问到 %(reached)s 次", made=revisits["made"], reached=revisits["reached"])
    answers = [
        (str(name), share(*revisits[key]), behind(report, "revisits", key)) for key, name in ANSWERS.items()
    ]
    denied = {
        str(name): (revisits[key][1] - revisits[key][0], behind(report, "revisits", f"{key}:no"))
        for key, name in ANSWERS.items()
    }
    opened = _("新发 %(opened)s 起，了结 %(ended)s 起，涉及本期 %(cases)s 件", **incidents)
    lines = [
        *outcomes,
        (_("回访"), made, behind(report, "revisits")),
        *answers,
        (_("群诉"), opened, behind(report, "incidents")),
        *_measures(report),
        (_("重复诉求"), _("%(parties)s 人，%(cases)s 件", **repeats), behind(report, "repeats")),
    ]
    return [
        {"name": name, "text": text, "url": url, "denied": denied.get(name, (0, ""))}
        for name, text, url in lines
    ]


def _measures(report: Report) -> list[tuple[str, str, str]]:
    """What was done so that it does not happen again; they have a page of their own."""
    counted = report.figures.get("measures")
    said = (
        _("提出 %(raised)s 项，完成 %(done)s 项，期末到期未完成 %(overdue)s 项", **counted) if counted else ""
    )
    return [(_("措施"), said, "")] if counted else []


def share(yes: int, asked: int) -> str:
    """`3 / 4（75%）`"""
    if not asked:
        return _("没有问到")
    return _("%(yes)s / %(asked)s（%(percent)s%%）", yes=yes, asked=asked, percent=yes * 100 // asked)


def _department(report: Report, line: Mapping[str, Any]) -> dict[str, Any]:
    handling = line["handling"]
    return {
        "name": line["name"],
        "url": behind(report, "department", line["key"]),
        "received": line["received"],
        "completed": handling["cases"],
        "median": lasted(handling["median"]),
        "broken": line["broken"],
        "satisfied": share(*line["satisfied"]),
        "entries": line.get("entries", "—"),  # older reports did not count them
    }


def _period(report: Report, line: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **line,
        "name": period_name(Kind(report.kind), line["starts_on"], line["ends_on"]),
        "satisfied": share(*line["satisfied"]),
        "is_this": line["starts_on"] == report.starts_on.isoformat(),
    }


def period_name(kind: Kind, starts_on: str, ends_on: str) -> str:
    """As short as a column wants it: `2026-03`, `2026 年`, `03-02 至 03-08`."""
    year, month, day = ends_on.split("-")
    if kind is Kind.WEEKLY:
        return _("%(first)s 至 %(last)s", first=starts_on[5:], last=f"{month}-{day}")
    if kind is Kind.ANNUAL:
        return _("%(year)s 年", year=year)
    if kind is Kind.QUARTERLY:
        return _("%(year)s 年第 %(n)s 季度", year=year, n=(int(month) + 2) // 3)
    return _("%(year)s 年 %(month)s 月", year=year, month=int(month))
