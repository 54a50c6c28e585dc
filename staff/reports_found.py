"""What stands beside the figures of a report, in the words of a page: indicators, gaps of the record, definitions."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from shared import words
from shared.cases.models import Case
from shared.cases.participation import visible_to
from shared.database import db
from shared.identity.models import User
from shared.register.figures import ENOUGH
from shared.reports import definitions
from shared.reports.indicators import HOURS
from shared.reports.models import Report

SHOWN = 50  # numbers of one gap on a page
GAPS: words.Table = {
    "unrelayed": _l("到期没有转达"),
    "unreported": _l("办结后到期没有反馈结果"),
    "untold": _l("办结后到期没有告知诉求人"),
    "unrevisited": _l("到期没有回访"),
    "unrecorded": _l("紧急处理后到期没有补全记录"),
    "uncaused": _l("归档时没有写原因"),
    "without_contact": _l("登记时没有留联系方式"),
    "without_time": _l("没有写发生时间"),
    "unjudged": _l("没有认定有效无效就结案"),
    "recategorised": _l("派单以后才改类别"),
    "parked": _l("时限算不出"),
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
    "causes": _l("原因"),
    "measures": _l("措施"),
    "repeats": _l("重复诉求"),
    "departments": _l("各部门"),
    "trend": _l("走势"),
    "public": _l("向业主公布的"),
    "quality": _l("记录质量"),
    "indicators": _l("指标"),
    "version": _l("算法"),
}


def indicators(report: Report) -> list[dict[str, Any]]:
    """Each beside its target, as both were when the report was made."""
    days = {"from": report.starts_on.isoformat(), "to": report.ends_on.isoformat()}
    return [
        {
            "name": str(words.INDICATORS.get(line["key"], line["key"])),
            "clause": line["clause"],
            "value": valued(line),
            "target": _target(line),
            "is_met": line["is_met"],
            "parts": _("%(good)s / %(of)s", good=line["good"], of=line["of"]),
            "url": url_for(
                "staff.reports_indicators_cases",
                **{"of": line["key"], "estate": report.estate.slug, **days},
            ),
        }
        for line in report.figures.get("indicators", ())
    ]


def valued(line: Mapping[str, Any]) -> str:
    if line["value"] is None:
        return _("不足 %(n)s 件，不算", n=ENOUGH) if line["of"] else _("没有")
    return _("%(n)s 小时", n=f"{line['value']:g}") if line["unit"] == HOURS else f"{line['value']:g}%"


def _target(line: Mapping[str, Any]) -> str:
    target = line["target"]
    if not target:
        return ""
    mark, unit = "≤" if target["at_most"] else "≥", _(" 小时") if line["unit"] == HOURS else "%"
    return f"{mark} {target['figure']}{unit}"


def gaps(report: Report, user: User) -> list[dict[str, Any]]:
    """What was omitted, wrong or unreported, as it was frozen with the report."""
    return gaps_of(report.figures["quality"], user)


def gaps_of(lines: Sequence[Mapping[str, Any]], user: User) -> list[dict[str, Any]]:
    """Each with the cases that *user* may see; how many others there are, is said."""
    seen = visible_among({number for line in lines for number in line["cases"]}, user)
    return [
        {
            "name": str(GAPS.get(line["code"], line["code"])),
            "clause": line["clause"],
            "n": line["n"],
            "numbers": [number for number in line["cases"] if number in seen][:SHOWN],
            "more": line["n"] - len([number for number in line["cases"] if number in seen][:SHOWN]),
        }
        for line in lines
    ]


def visible_among(numbers: set[str], user: User) -> set[str]:
    """Those of these archive numbers whose cases *user* may see."""
    return set(
        db.session.scalars(
            select(Case.archive_number).where(Case.archive_number.in_(numbers), visible_to(user))
        )
    )


def defined(report: Report) -> list[tuple[str, str]]:
    """How each figure was counted; how the indicators are, their own page says."""
    frozen = report.definitions["words"]
    counted = [(name, text) for name, text in frozen.items() if name in report.figures]
    return [(heading(name), definitions.told(name, text)) for name, text in counted]


def heading(name: str) -> str:
    """What a figure, or an indicator, is called."""
    return str(HEADINGS.get(name) or words.INDICATORS.get(name, name))
