"""The cases behind one figure of a report, as far as whoever asks may see them."""

from typing import Any

from flask import abort, g, request, url_for
from flask_babel import gettext as _

from shared.identity.permissions import Permission
from shared.register import listing
from shared.register.filters import parse
from shared.reports import behind, naming, queries
from shared.reports.models import Report
from shared.reports.periods import Kind, Period
from shared.web import pages
from staff import blueprint, register_columns, reports_figures, reports_found
from staff.access import me, requires

LONGEST_KEY = 60


@blueprint.get("/reports/<int:report_id>/cases")
@requires(Permission.REPORT_VIEW)
def reports_cases(report_id: int) -> Any:
    report = queries.read(me(), report_id)
    figure, key = request.args.get("of", ""), request.args.get("key", "")[:LONGEST_KEY]
    period = Period(Kind(report.kind), report.starts_on, report.ends_on)
    among = behind.cases(report.estate, period, figure, key)
    if among is None:
        abort(404)
    cursor = listing.read_cursor(request.args.get("after", ""), request.args.get("before", ""))
    found = listing.page(me(), parse({}), cursor, g.at, report.estate.zone, among=among)
    here: dict[str, Any] = {"report_id": report_id, "of": figure, "key": key or None}
    return pages.render(
        "staff/reports/cases.html",
        report=report,
        title=naming.title(report),
        days=naming.days(report),
        name=_name(report, figure, key),
        total=found.total,
        counted=found.counted,
        drawn=register_columns.draw(found.rows, register_columns.USUAL, me(), several_estates=False),
        columns=register_columns.USUAL,
        column_names=register_columns.NAMES,
        back_url=url_for("staff.reports_report", report_id=report_id),
        next_url=url_for("staff.reports_cases", **here, after=found.next) if found.next else "",
        previous_url=url_for("staff.reports_cases", **here, before=found.previous) if found.previous else "",
    )


def _name(report: Report, figure: str, key: str) -> str:
    """What the list is of, as the report calls it."""
    if figure in reports_figures.AXES:
        line = {"key": None if key == behind.NONE else key, "name": ""}
        names = {each["key"]: each["name"] for each in report.figures["by"].get(figure, ())}
        name = reports_figures.named(figure, {**line, "name": names.get(key, "")})
        return _("%(what)s：%(which)s", what=reports_figures.AXES[figure], which=name)
    return reports_found.heading(figure)
