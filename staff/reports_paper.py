"""A report on A4: everything its page shows, with what it means and how it was counted (AH-5.2, VK-4l, GZ-3)."""

from collections.abc import Iterator
from typing import Any

from flask import g
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from shared import clock
from shared.exports import charts, tables
from shared.exports.tables import Document, Picture, Table, Text
from shared.identity.permissions import Permission
from shared.reports import naming, queries
from shared.reports.models import Report
from shared.reports.pictures import trend
from staff import blueprint, reports_figures, reports_found
from staff.access import me, requires
from staff.reports import stage
from staff.sheets import pdf

Section = Table | Text | Picture


@blueprint.get("/reports/<int:report_id>.pdf")
@requires(Permission.REPORT_VIEW)
def reports_paper(report_id: int) -> BaseResponse:
    report = queries.read(me(), report_id)
    name = f"{report.kind}-{report.ends_on}.pdf"
    return pdf(tables.draw(_document(report), g.at), name)


def _document(report: Report) -> Document:
    return Document(
        estate=report.estate.name,
        title=naming.title(report),
        days=naming.days(report),
        facts=_facts(report),
        sections=[*_meaning(report), *_figures(report), *_proof(report)],
        footer=_(
            "%(name)s %(at)s 打印，数字摘要 %(digest)s",
            name=me().name,
            at=clock.written(g.at, report.estate.zone),
            digest=report.digest.hex()[:16],
        ),
    )


def _facts(report: Report) -> list[tuple[str, str]]:
    zone = report.estate.zone

    def done(who: str, at: Any) -> str:
        return f"{who}　{clock.written(at, zone)}" if at else ""

    version = report.policy_version
    return [
        (_("状态"), str(stage(report)[1])),
        (_("统计"), done(report.made_by.name if report.made_by else _("系统按期生成"), report.made_at)),
        (_("签发"), done(report.signed_by.name, report.signed_at) if report.signed_by else ""),
        (_("接收"), done(report.received_by.name, report.received_at) if report.received_by else ""),
        (_("规则"), _("第 %(n)s 版", n=version.version) if version else ""),
        (_("分析"), report.analysed_by.name if report.analysed_by else ""),
    ]


def _meaning(report: Report) -> Iterator[Section]:
    """The numbers at the head, then what they mean; unsigned there is room to write by hand."""
    heads = reports_figures.shown(report)["heads"]
    yield Table("", [each["name"] for each in heads], [[each["text"] for each in heads]])
    meant = report.analysis or (_("没有写分析。") if report.signed_at else "")
    yield Text(_("分析"), meant, room=30)


def _figures(report: Report) -> Iterator[Section]:
    shown = reports_figures.shown(report)
    yield Table(
        _("指标"),
        [_("指标"), _("条款"), _("目标"), _("数值"), _("件数"), _("达标")],
        [
            [i["name"], i["clause"], i["target"], i["value"], i["parts"], _met(i["is_met"])]
            for i in reports_found.indicators(report)
        ],
        widths=(4, 2, 2, 3, 2, 2),
        numbers=4,
    )
    yield Table(_("结果"), [_("项目"), _("数")], [[r["name"], r["text"]] for r in shown["results"]], (1, 2))
    for axis in shown["axes"]:
        rows = [[line["name"], str(line["n"]), f"{line['percent']}%"] for line in axis["lines"]]
        yield Table(axis["name"], ["", _("件数"), _("占比")], rows, (4, 1, 1), numbers=2)
    yield Table(
        _("超时"),
        [_("时限"), _("条款"), _("次数")],
        [[b["name"], b["clause"], str(b["n"])] for b in shown["broken"]],
        widths=(4, 1, 1),
        numbers=1,
        empty=_("没有超时。"),
    )
    yield from _compared(shown)


def _compared(shown: dict[str, Any]) -> Iterator[Section]:
    yield Table(
        _("各部门"),
        [_("部门"), _("受理"), _("办结"), _("时长中位数"), _("超时"), _("回访满意")],
        [
            [
                d["name"],
                str(d["received"]),
                str(d["completed"]),
                d["median"],
                str(d["broken"]),
                d["satisfied"],
            ]
            for d in shown["departments"]
        ],
        widths=(3, 1, 1, 2, 1, 2),
        numbers=5,
    )
    if shown["trend"]:
        yield Picture(_("各期受理和办结"), _trend(shown["trend"]))
        yield Table(
            _("走势"),
            [_("哪一期"), _("受理"), _("办结"), _("超时"), _("回访满意")],
            [
                [t["name"], str(t["received"]), str(t["completed"]), str(t["broken"]), t["satisfied"]]
                for t in shown["trend"]
            ],
            widths=(3, 1, 1, 1, 2),
            numbers=4,
        )


def _trend(lines: list[dict[str, Any]]) -> str:
    """Received, and in dashes completed; the numbers stand in the table below."""
    points = [trend.Point(each["name"], each["received"], each["completed"]) for each in lines]
    return charts.svg_of(trend.draw(points, trend.Names(_("各期受理和办结"), _("受理"), _("办结"))))


def _proof(report: Report) -> Iterator[Section]:
    """What the record lacks, in numbers of cases; and how each figure was counted."""
    gaps = reports_found.gaps(report, me())
    yield Table(
        _("记录质量"),
        [_("缺什么"), _("条款"), _("件数")],
        [[gap["name"], gap["clause"], str(gap["n"])] for gap in gaps],
        widths=(4, 1, 1),
        numbers=1,
        empty=_("没有发现漏记、错记、未报的。"),
    )
    yield Table(_("怎么算的"), [_("数"), _("算法")], list(reports_found.defined(report)), widths=(1, 5))


def _met(is_met: bool | None) -> str:
    return "" if is_met is None else _("达标") if is_met else _("未达标")
