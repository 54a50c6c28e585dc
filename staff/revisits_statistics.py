"""The table of revisits of a period (顾客回访统计分析表), with its own column for what they mean (TR-15, TR-17)."""

from datetime import date
from typing import Any

from flask import Response, g, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from werkzeug.wrappers import Response as BaseResponse

from shared import clock, words
from shared.database import db
from shared.exports import spreadsheets, tables
from shared.exports.spreadsheets import MIMETYPES, Form
from shared.exports.tables import Document, Remark, Table, Text
from shared.identity.models import Estate
from shared.identity.permissions import Permission
from shared.register.figures import Span
from shared.reports import naming, periods, revisiting
from shared.reports.models import Report
from shared.reports.periods import Kind, Period
from shared.reports.revisiting import ANSWERS, Line
from shared.web import pages
from staff import blueprint, estates
from staff.access import me, requires
from staff.reports_figures import share
from staff.sheets import pdf

P = Permission
PERIODS = {
    Kind.WEEKLY: _l("按周"),
    Kind.MONTHLY: _l("按月，到 25 日"),
    Kind.QUARTERLY: _l("按季"),
    Kind.ANNUAL: _l("按年"),
}
IN_COLUMN = 300  # signs; more has the whole width below the table
METHODS = ("telephone", "door", "letter")  # TR-12; whatever else there is stands together


@blueprint.get("/revisits/statistics")
@requires(P.REPORT_VIEW)
def revisits_statistics() -> Any:
    estate, period = estates.chosen(P.REPORT_VIEW), _period()
    report = _report(estate, period)
    headings, rows = _table(estate, period)
    return pages.render(
        "staff/revisits/statistics.html",
        of_estate=estate,
        estates=estates.views(P.REPORT_VIEW, estate, lambda e: _address(e, period)),
        kinds=[
            {
                "label": str(name),
                "url": _address(estate, periods.containing(kind, period.ends_on)),
                "current": kind == period.kind,
            }
            for kind, name in PERIODS.items()
        ],
        days=naming.days(period),
        headings=headings,
        rows=rows,
        analysis=report.analysis if report else "",
        report_url=url_for("staff.reports_report", report_id=report.id) if report else "",
        before_url=_address(estate, period.before),
        next_url=_address(estate, period.next) if period.ends_on < _today(estate) else "",
        pdf_url=_address(estate, period, "staff.revisits_statistics_pdf"),
        xlsx_url=_address(estate, period, "staff.revisits_statistics_xlsx"),
    )


@blueprint.get("/revisits/statistics.pdf")
@requires(P.REPORT_VIEW)
def revisits_statistics_pdf() -> BaseResponse:
    estate, period = estates.chosen(P.REPORT_VIEW), _period()
    report = _report(estate, period)
    headings, rows = _table(estate, period)
    analysis = report.analysis if report else ""
    is_long = len(analysis) > IN_COLUMN
    remark = Remark(_("分析情况"), _("见下") if is_long else analysis)
    widths = (8, 10, 10, 4, 4, 4, 4, 11, 11, 11)
    document = Document(
        estate=estate.name,
        title=_title(),
        days=naming.days(period),
        facts=[(_("分析人"), report.analysed_by.name if report and report.analysed_by else "")],
        sections=[
            Table("", headings, rows, widths, numbers=len(headings) - 1, remark=remark),
            *([Text(_("分析情况"), analysis)] if is_long else []),
        ],
        footer=_("%(name)s %(at)s 打印", name=me().name, at=clock.written(g.at, estate.zone)),
        wide=True,
    )
    return pdf(tables.draw(document, g.at), f"revisits-{period.ends_on}.pdf")


@blueprint.get("/revisits/statistics.xlsx")
@requires(P.REPORT_VIEW)
def revisits_statistics_xlsx() -> BaseResponse:
    """The analysis stands beside the first line, which is of all."""
    estate, period = estates.chosen(P.REPORT_VIEW), _period()
    report = _report(estate, period)
    headings, rows = _table(estate, period)
    first, *others = rows
    lines = [[*first, report.analysis if report else ""], *others]
    content = spreadsheets.whole(_("回访统计"), [*headings, _("分析情况")], lines, Form.XLSX)
    response = Response(content, content_type=MIMETYPES[Form.XLSX])
    response.headers["Content-Disposition"] = f'attachment; filename="revisits-{period.ends_on}.xlsx"'
    return response


def _title() -> str:
    return _("顾客（业户）回访统计分析表")


def _today(estate: Estate) -> date:
    return clock.local_date(g.at, estate.zone)


def _period() -> Period:
    """What the address asks for; the month of the summary in which today is, where it asks for nothing we know."""
    estate = estates.chosen(P.REPORT_VIEW)
    kind, on = request.args.get("kind", ""), request.args.get("on", "")
    try:
        day = date.fromisoformat(on)
    except ValueError:
        day = _today(estate)
    if not 1990 < day.year < 2999:
        day = _today(estate)
    return periods.containing(Kind(kind) if kind in set(Kind) else Kind.MONTHLY, day)


def _address(estate: Estate, period: Period, endpoint: str = "staff.revisits_statistics") -> str:
    return url_for(endpoint, estate=estate.slug, kind=period.kind.value, on=period.ends_on.isoformat())


def _report(estate: Estate, period: Period) -> Report | None:
    """Of the very same days: what its numbers mean is written there, once (VK-4l)."""
    return db.session.scalar(
        select(Report).where(
            Report.estate_id == estate.id, Report.kind == period.kind, Report.starts_on == period.starts_on
        )
    )


def _table(estate: Estate, period: Period) -> tuple[list[str], list[list[str]]]:
    whole, lines = revisiting.read(estate, Span(*period.instants(estate.zone)), g.at)
    methods = [str(words.METHODS[method]) for method in METHODS]
    headings = [
        _("部门"),
        _("已回访 / 应回访"),
        _("其中有效诉求"),
        *methods,
        _("其他方式"),
        _("满意"),
        _("及时"),
        _("态度好"),
    ]
    named = [(line.department or _("没有派部门"), line) for line in lines]
    return headings, [_row(name, line) for name, line in [(_("合计"), whole), *named]]


def _row(name: str, line: Line) -> list[str]:
    made = [line.made[method] for method in METHODS]
    return [
        name,
        _share(line.asked, line.owed),
        _share(line.valid_asked, line.valid_owed),
        *map(str, made),
        str(line.made.total() - sum(made)),
        *(_share(*line.answers[answer]) for answer in ANSWERS),
    ]


def _share(n: int, of: int) -> str:
    return share(n, of) if of else "—"
