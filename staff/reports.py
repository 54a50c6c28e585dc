"""Reports (报告): what was made of each period, and whose turn it is (GZ-3, MS-6, VK-4l)."""

from typing import Any

from flask import g, request, url_for
from flask_babel import gettext as _

from shared.clock import local_date
from shared.identity.models import Estate
from shared.identity.permissions import Permission
from shared.reports import naming, quality, queries
from shared.reports.models import Report
from shared.reports.periods import ANSWERED_FOR, Kind, containing
from shared.web import pages
from staff import blueprint, estates, reports_found
from staff.access import me, requires
from staff.cases import wording

P = Permission


@blueprint.get("/reports")
@requires(P.REPORT_VIEW)
def reports() -> Any:
    estate = estates.chosen(P.REPORT_VIEW)
    kind = request.args.get("kind", "")
    kind = kind if kind in naming.KINDS else ""
    return pages.render(
        "staff/reports/index.html",
        of_estate=estate,
        estates=estates.views(P.REPORT_VIEW, estate, lambda e: url_for("staff.reports", estate=e.slug)),
        kinds=_kinds(estate, kind),
        reports=[_line(report) for report in queries.of_estate(estate.id, kind)],
    )


@blueprint.get("/reports/quality")
@requires(P.REPORT_VIEW)
def reports_quality() -> Any:
    """What the record of the summary's month lacks so far: put right before the 25th, it is in no report (GZ-17B)."""
    estate = estates.chosen(P.REPORT_VIEW)
    period = containing(Kind.MONTHLY, local_date(g.at, estate.zone))
    return pages.render(
        "staff/reports/quality.html",
        of_estate=estate,
        estates=estates.views(
            P.REPORT_VIEW, estate, lambda e: url_for("staff.reports_quality", estate=e.slug)
        ),
        title=naming.title(period),
        days=naming.days(period),
        gaps=reports_found.gaps_of(quality.read(estate, period, g.at), me()),
        back_url=url_for("staff.reports", estate=estate.slug),
    )


def _kinds(estate: Estate, chosen: str) -> list[dict[str, Any]]:
    every = [("", _("全部")), *((kind, str(name)) for kind, name in naming.KINDS.items())]
    return [
        {
            "label": name,
            "url": url_for("staff.reports", estate=estate.slug, kind=kind or None),
            "current": kind == chosen,
        }
        for kind, name in every
    ]


def _line(report: Report) -> dict[str, Any]:
    return {
        "url": url_for("staff.reports_report", report_id=report.id),
        "title": naming.title(report),
        "days": naming.days(report),
        "made": wording.when(report.made_at, g.at, report.estate.zone),
        "chip": stage(report),
    }


def stage(report: Report) -> tuple[str, str]:
    """The state for its mark, and what has become of the report."""
    if report.kind not in ANSWERED_FOR:
        return "", _("供查看")
    if report.signed_at is None:
        return "near", _("等签发")
    if report.received_at is None:
        return "running", _("等督导接收")
    return "kept", _("督导已接收") if report.published_at is None else _("已公布")
