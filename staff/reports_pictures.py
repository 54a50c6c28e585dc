"""Pictures of the matters that came and were closed (MS-10, VK-4l): every number beside them opens its cases."""

from datetime import date, timedelta
from typing import Any

from flask import abort, g, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from shared.clock import local_date
from shared.identity.models import Estate
from shared.identity.permissions import Permission
from shared.register import listing
from shared.register.filters import parse
from shared.reports import analysis, analysis_closed
from shared.reports.indicators import Days
from shared.reports.periods import Kind, containing
from shared.web import pages
from staff import blueprint, estates, pictures, pictures_cases, pictures_closed, register_columns
from staff.access import me, requires
from staff.days_asked import days_asked

P = Permission
A_YEAR, WEEKS = 12, 12  # of the months that end on the 25th; of weeks
DAY = timedelta(days=1)


@blueprint.get("/reports/analysis")
@requires(P.REPORT_VIEW)
def reports_pictures() -> Any:
    estate = estates.chosen(P.REPORT_VIEW)
    today = local_date(g.at, estate.zone)
    days, is_understood = asked(request.args, today)
    return pages.render(
        "staff/reports/analysis.html",
        of_estate=estate,
        estates=estates.views(P.REPORT_VIEW, estate, lambda e: address(e, days)),
        days=days,
        is_understood=is_understood,
        spans=[
            {"label": label, "url": address(estate, each), "current": each == days}
            for label, each in _spans(today)
        ],
        came=pictures.came(analysis.received(estate, days, g.at), estate, days),
        took=pictures_closed.took(
            analysis_closed.read(estate, days), analysis_closed.causes(estate, days), estate, days
        ),
    )


@blueprint.get("/reports/analysis/cases")
@requires(P.REPORT_VIEW)
def reports_pictures_cases() -> Any:
    """The cases behind one number, as far as this person may see them."""
    estate = estates.chosen(P.REPORT_VIEW)
    days, _is_understood = asked(request.args, local_date(g.at, estate.zone))
    behind = pictures_cases.behind(estate, days, request.args, g.at)
    if behind is None:
        abort(404)
    cursor = listing.read_cursor(request.args.get("after", ""), request.args.get("before", ""))
    found = listing.page(me(), parse({}), cursor, g.at, estate.zone, among=behind.cases)
    again = {name: value for name, value in request.args.items() if name not in ("after", "before")}
    return pages.render(
        "staff/reports/analysis_cases.html",
        of_estate=estate,
        name=behind.name,
        days=behind.days,
        total=found.total,
        counted=found.counted,
        drawn=register_columns.draw(found.rows, register_columns.USUAL, me(), several_estates=False),
        columns=register_columns.USUAL,
        column_names=register_columns.NAMES,
        back_url=address(estate, days),
        next_url=_page(again, after=found.next) if found.next else "",
        previous_url=_page(again, before=found.previous) if found.previous else "",
    )


def _page(again: dict[str, str], **cursor: str) -> str:
    asked_for: dict[str, Any] = {**again, **cursor}
    return url_for("staff.reports_pictures_cases", **asked_for)


def asked(args: MultiDict[str, str], today: date) -> tuple[Days, bool]:
    """The days that the address asks for, else the latest twelve months; and whether it was understood."""
    return days_asked(args, _months(today, A_YEAR))


def address(estate: Estate, days: Days) -> str:
    return url_for("staff.reports_pictures", **pictures_cases.asked(estate, days))


def _months(today: date, count: int) -> Days:
    """That many months to the 25th, the one that *today* is in included."""
    this = first = containing(Kind.MONTHLY, today)
    for _month in range(count - 1):
        first = first.before
    return Days(first.starts_on, this.ends_on)


def _spans(today: date) -> list[tuple[str, Days]]:
    this, week = containing(Kind.MONTHLY, today), containing(Kind.WEEKLY, today)
    last = this.before
    return [
        (_("本汇总月（到 25 日）"), Days(this.starts_on, this.ends_on)),
        (_("上个汇总月（到 25 日）"), Days(last.starts_on, last.ends_on)),
        (_("最近 12 周"), Days(week.starts_on - (WEEKS - 1) * 7 * DAY, week.ends_on)),
        (_("最近 12 个月"), _months(today, A_YEAR)),
    ]
