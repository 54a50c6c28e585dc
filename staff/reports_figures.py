"""The figures of a report in the words of a page: tables whose lines lead to their cases."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shared import words
from shared.deadlines import naming as clocks
from shared.deadlines.promises import span
from shared.reports import definitions
from shared.reports.models import Report

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
HEADINGS: words.Table = {
    "received": _l("受理"),
    "completed": _l("办结"),
    "open": _l("期末未结"),
    "by": _l("分布"),
    "handling": _l("办理时长"),
    "broken": _l("超时"),
    "revisits": _l("回访"),
    "outcomes": _l("结果"),
    "grounds": _l("结案依据"),
    "incidents": _l("群诉"),
    "repeats": _l("重复诉求"),
    "departments": _l("各部门"),
}
ANSWERS: words.Table = {"satisfied": _l("对结果满意"), "timely": _l("处理及时"), "courteous": _l("态度好")}


def shown(report: Report) -> dict[str, Any]:
    """Everything the page shows of the frozen figures."""
    figures = report.figures
    return {
        "heads": _heads(figures),
        "axes": [_axis(report, axis, lines) for axis, lines in figures["by"].items()],
        "broken": [{**line, "name": clocks.name(line["rule"])} for line in figures["broken"]],
        "results": _results(figures),
        "departments": [_department(line) for line in figures["departments"]],
        "definitions": [
            (_heading(name), definitions.told(name, text))
            for name, text in report.definitions["words"].items()
        ],
    }


def _heads(figures: Mapping[str, Any]) -> list[tuple[str, str]]:
    handling = figures["handling"]
    return [
        (_("受理"), _cases(figures["received"])),
        (_("办结"), _cases(figures["completed"])),
        (_("期末未结"), _cases(figures["open"])),
        (_("超时"), _("%(n)s 次", n=sum(line["n"] for line in figures["broken"]))),
        (_("办理时长中位数"), lasted(handling["median"])),
        (_("九成不超过"), lasted(handling["ninetieth"])),
    ]


def _cases(n: int) -> str:
    return _("%(n)s 件", n=n)


def lasted(seconds: int | None) -> str:
    return "" if seconds is None else span(timedelta(seconds=seconds))


def _axis(report: Report, axis: str, lines: list[dict[str, Any]]) -> dict[str, Any]:
    whole = sum(line["n"] for line in lines)
    return {
        "name": str(AXES[axis]),
        "lines": [
            {
                "name": named(axis, line),
                "url": _register(report, axis, line["key"]),
                "n": line["n"],
                "percent": line["n"] * 100 // whole,
            }
            for line in lines
        ],
    }


def named(axis: str, line: Mapping[str, Any]) -> str:
    if line["key"] is None:
        return _("没有派部门") if axis == "department" else _("没有写楼栋")
    return str(line["name"] or NAMED[axis].get(line["key"], line["key"]))


def _register(report: Report, axis: str, key: str | None) -> str:
    """The cases behind a line; what a case was then is not what the register asks for."""
    if key is None or axis == "state":
        return ""
    asked = {axis: key, "from": str(report.starts_on), "to": str(report.ends_on)}
    return f"{url_for('staff.register')}?{urlencode({'estate': report.estate.slug, **asked})}"


def _results(figures: Mapping[str, Any]) -> list[tuple[str, str]]:
    revisits, incidents, repeats = figures["revisits"], figures["incidents"], figures["repeats"]
    answers = [(str(name), _of(*revisits[key])) for key, name in ANSWERS.items()]
    outcomes = [
        (str(name), _cases(figures["outcomes"].get(code, 0))) for code, name in words.OUTCOMES.items()
    ]
    return [
        *outcomes,
        (
            _("回访"),
            _("%(made)s 次，问到 %(reached)s 次", made=revisits["made"], reached=revisits["reached"]),
        ),
        *answers,
        (
            _("群诉"),
            _("新发 %(opened)s 起，了结 %(ended)s 起，涉及本期 %(cases)s 件", **incidents),
        ),
        (_("重复诉求"), _("%(parties)s 人，%(cases)s 件", **repeats)),
    ]


def _of(yes: int, asked: int) -> str:
    if not asked:
        return _("没有问到")
    return _("%(yes)s / %(asked)s（%(percent)s%%）", yes=yes, asked=asked, percent=yes * 100 // asked)


def _department(line: Mapping[str, Any]) -> dict[str, Any]:
    handling = line["handling"]
    return {
        "name": line["name"],
        "received": line["received"],
        "completed": handling["cases"],
        "median": lasted(handling["median"]),
        "broken": line["broken"],
        "satisfied": _of(*line["satisfied"]),
    }


def _heading(name: str) -> str:
    return str(HEADINGS.get(name, name))
