"""One report: its frozen numbers and what they mean, signed by the service centre, received by supervision (GZ-3)."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask import flash, g, request, url_for
from flask_babel import gettext as _

from shared import addresses, words
from shared.database import transaction
from shared.errors import Refused
from shared.identity.permissions import Permission
from shared.presence import unsent as keeping
from shared.reports import making, naming, publishing, queries, signing
from shared.reports.models import Report
from shared.web import pages
from staff import blueprint, reports_figures, reports_found
from staff.access import me, requires
from staff.cases import unsent, wording
from staff.cases.unsent import Offered
from staff.reports import stage
from staff.reports_analysis import AnalysisForm, begun, place_of

P = Permission


@blueprint.get("/reports/<int:report_id>")
@requires(P.REPORT_VIEW)
def reports_report(report_id: int) -> Any:
    report = queries.read(me(), report_id)
    again = unsent.offered_on_page(place_of(report), me(), report.estate.zone)
    again = again if signing.can_analyse(me(), report) else None
    return _page(report, begun(report, unsent.filled(again)), again=again)


@blueprint.post("/reports/<int:report_id>/analysis")
@requires(P.REPORT_ANALYSE)
def reports_analysis(report_id: int) -> Any:
    """What the numbers mean (AH-5.2, VK-4l); what a colleague has written meanwhile is shown beside it."""
    report = queries.read(me(), report_id)
    form = AnalysisForm("analysis", formdata=request.form)
    if not form.validate():
        return _page(report, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)

    def analyse(locked: Report) -> None:
        signing.analyse(locked, form.analysis.data or "", by=me(), seen=form.saw)
        keeping.forget(me(), place_of(locked))

    return _do(report_id, analyse, _("分析已保存。"), form)


@blueprint.post("/reports/<int:report_id>/signature")
@requires(P.REPORT_SIGN)
def reports_signature(report_id: int) -> Any:
    saw = AnalysisForm("signature", formdata=request.form).saw
    return _do(
        report_id,
        lambda locked: signing.sign(locked, by=me(), at=g.at, seen=saw),
        _("报告已签发，等督导接收。"),
    )


@blueprint.post("/reports/<int:report_id>/receipt")
@requires(P.REPORT_RECEIVE)
def reports_receipt(report_id: int) -> Any:
    return _do(report_id, lambda locked: signing.receive(locked, by=me(), at=g.at), _("报告已接收。"))


@blueprint.post("/reports/<int:report_id>/publication")
@requires(P.REPORT_SIGN)
def reports_publication(report_id: int) -> Any:
    """From now on the owners' page of that year shows these numbers (CO-M8)."""
    return _do(
        report_id,
        lambda locked: publishing.publish(locked, by=me(), at=g.at),
        _("年度报告已向业主公布。"),
    )


def _do(report_id: int, verb: Callable[[Report], object], said: str, form: AnalysisForm | None = None) -> Any:
    try:
        with transaction():
            verb(queries.lock(me(), report_id))
    except Refused as refusal:
        report = queries.read(me(), report_id)
        if form is not None:
            form.seen.data = report.analysis
        return _page(report, form, status=HTTPStatus.CONFLICT, refusal=words.refusal(refusal))
    flash(said)
    return pages.see_other(url_for("staff.reports_report", report_id=report_id))


def _page(
    report: Report,
    form: AnalysisForm | None,
    *,
    status: int = HTTPStatus.OK,
    refusal: str = "",
    again: Offered | None = None,
) -> pages.Response:
    form = form or begun(report)
    is_typed = bool(refusal) and (form.analysis.data or "") != report.analysis
    return pages.render(
        "staff/reports/report.html",
        status=status,
        report=report,
        title=naming.title(report),
        days=naming.days(report),
        stage=stage(report),
        facts=_facts(report),
        digest=report.digest.hex(),
        is_intact=making.is_intact(report),
        shown=reports_figures.shown(report),
        indicators=reports_found.indicators(report),
        gaps=reports_found.gaps(report, me()),
        definitions=reports_found.defined(report),
        form=form,
        again=again,
        place=place_of(report),
        theirs=report.analysis if is_typed else "",
        can_analyse=signing.can_analyse(me(), report),
        can_sign=signing.can_sign(me(), report),
        can_receive=signing.can_receive(me(), report),
        can_publish=publishing.can_publish(me(), report),
        public_url=addresses.openness(report.starts_on.year) if report.published_at else "",
        refusal=refusal,
        has_errors=bool(form.errors or refusal),
        back_url=url_for("staff.reports", estate=report.estate.slug),
    )


def _facts(report: Report) -> list[tuple[str, str]]:
    zone = report.estate.zone

    def done(name: str, at: Any) -> str:
        return _("%(name)s，%(when)s", name=name, when=wording.when(at, g.at, zone))

    version = report.policy_version
    return [
        (_("统计"), done(report.made_by.name if report.made_by else _("系统按期生成"), report.made_at)),
        (_("规则"), _("第 %(n)s 版", n=version.version) if version else ""),
        (_("分析"), report.analysed_by.name if report.analysed_by else ""),
        (_("签发"), done(report.signed_by.name, report.signed_at) if report.signed_by else ""),
        (_("接收"), done(report.received_by.name, report.received_at) if report.received_by else ""),
    ]
