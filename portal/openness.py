"""How we do, for anybody to check: the last twelve months, each year, and the cases as open data (CO-M8, MS-8)."""

import csv
import hashlib
from collections.abc import Callable, Iterable
from datetime import timedelta
from io import StringIO
from typing import Any, TypeVar

from flask import Response, abort, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as BaseResponse

from portal import blueprint, estates
from portal.limits import limiter
from shared import clock, words
from shared.exports.cells import safe
from shared.identity.models import Estate
from shared.notices.queries import improvements
from shared.register import figures
from shared.register.figures import Rate
from shared.register.keeping import kept
from shared.reports import open_data, publishing, year
from shared.reports.open_data import OpenRow
from shared.reports.year import MERGED, Month, Period

READS = "60 per minute"
KEPT = timedelta(minutes=10)  # reading 100,000 cases takes seconds, and they change once a month
IMPROVEMENTS = 10
HEADINGS = {
    "filed": _l("登记月份"),
    "kind": _l("类型"),
    "category": _l("类别"),
    "building": _l("楼栋"),
    "length": _l("办理时长"),
    "on_time": _l("按时办结"),
    "outcome": _l("结果"),
    "satisfied": _l("回访满意"),
    "round": _l("轮次"),
}
_YES = {"yes": _l("是"), "no": _l("否")}
NAMES: dict[str, Any] = {
    "kind": words.KINDS,
    "category": words.CATEGORIES,
    "length": {
        "within_1": _l("1 天内"),
        "within_2": _l("2 天内"),
        "within_5": _l("5 天内"),
        "within_10": _l("10 天内"),
        "longer": _l("10 天以上"),
    },
    "on_time": _YES,
    "outcome": words.OUTCOMES,
    "satisfied": {**_YES, "unasked": _l("没有问到")},
    "round": {"first": _l("一轮办结"), "later": _l("多轮办结")},
}
FILTERS = ("category", "building", "length", "outcome")

T = TypeVar("T")


@blueprint.get("/openness")
@limiter.limit(READS)
def openness() -> str:
    """The last twelve months, and a look into the open data."""
    estate, at = estates.needed(), clock.now()
    rows = _kept(estate, "rows", lambda: list(open_data.rows(estate, at).items()))
    chosen = {name: request.args.get(name, "") for name in FILTERS}
    matching = [(row, n) for row, n in rows if all(not v or getattr(row, k) == v for k, v in chosen.items())]
    return render_template(
        "portal/openness/index.html",
        period=_kept(estate, "twelve", lambda: year.last_twelve(estate, at)),
        years=_kept(estate, "years", lambda: year.years(estate, at)),
        choices=[(name, HEADINGS[name], _choices(name, rows), chosen[name]) for name in FILTERS],
        is_chosen=any(chosen.values()),
        found=_found(matching),
        **_around(),
    )


@blueprint.get("/openness/<int:number>")
@limiter.limit(READS)
def openness_year(number: int) -> str:
    """The annual report."""
    estate, at = estates.needed(), clock.now()
    report = publishing.published(estate, number)
    period = publishing.told(report) if report else _year(estate, number)
    return render_template(
        "portal/openness/year.html",
        report=report,
        year=number,
        is_whole=len(period.months) == 12,
        period=period,
        improvements=improvements(estate.id, period.span.begins, period.span.ends, IMPROVEMENTS),
        made_at=report.made_at if report else at,
        **_around(),
    )


@blueprint.get("/openness/<int:number>.csv")
@limiter.limit(READS)
def openness_year_csv(number: int) -> BaseResponse:
    """The figures of the annual report as a table."""
    estate = estates.needed()
    report = publishing.published(estate, number)
    period = publishing.told(report) if report else _year(estate, number)
    head = [_("月份"), _("登记数"), _("结案数"), _("及时受理率"), _("按时办结率"), _("回访满意率")]
    lines = [[f"{m.year}-{m.month:02d}", m.filed, m.closed, *_rates(m)] for m in period.months]
    whole = [_("合计"), period.filed, period.closed, *_rates(period)]
    return _csv([head, *lines, whole], f"{estate.slug}-{number}")


@blueprint.get("/openness/cases.csv")
@limiter.limit(READS)
def openness_cases() -> BaseResponse:
    """One line for each case, none of them alone in what it says."""
    estate, at = estates.needed(), clock.now()
    rows = _kept(estate, "rows", lambda: list(open_data.rows(estate, at).items()))
    lines = [_shown(row) for row, n in sorted(rows) for _each in range(n)]
    return _csv([[str(heading) for heading in HEADINGS.values()], *lines], f"{estate.slug}-cases")


def _around() -> dict[str, Any]:
    return {
        "targets": {
            "intake": figures.INTAKE_TARGET,
            "on_time": figures.ON_TIME_TARGET,
            "satisfied": figures.SATISFIED_TARGET,
        },
        "enough": figures.ENOUGH,
        "category_name": lambda code: _("其余各类合计") if code == MERGED else str(words.CATEGORIES[code]),
    }


def _year(estate: Estate, number: int) -> Period:
    at = clock.now()
    if number not in _kept(estate, "years", lambda: year.years(estate, at)):
        abort(404)
    return _kept(estate, f"year {number}", lambda: year.of_year(estate, number, at))


def _kept(estate: Estate, name: str, read: Callable[[], T]) -> T:
    """What *read* gives, read again after ten minutes or in another month."""
    at = clock.now()
    return kept(("openness", estate.id, name, figures.month_start(at, estate.zone)), at, KEPT, read)


def _shown(row: OpenRow) -> list[str]:
    named = (str(NAMES[k][v]) if v and k in NAMES else v for k, v in row._asdict().items())
    return [safe(text) for text in named]


def _choices(name: str, rows: Iterable[tuple[OpenRow, int]]) -> list[tuple[str, str]]:
    there = {getattr(row, name) for row, _n in rows} - {""}
    named = NAMES.get(name)
    return (
        [(code, str(named[code])) for code in named if code in there]
        if named
        else [(v, v) for v in sorted(there)]
    )


def _found(matching: list[tuple[OpenRow, int]]) -> dict[str, Any]:
    """How many cases match, and what of them can be said: nothing is filtered that was not merged before."""

    def rate(field: str) -> Rate:
        return Rate(
            sum(n for row, n in matching if getattr(row, field) == "yes"),
            sum(n for row, n in matching if getattr(row, field) in ("yes", "no")),
        )

    return {
        "cases": sum(n for _row, n in matching),
        "on_time": rate("on_time"),
        "satisfied": rate("satisfied"),
    }


def _rates(period: Period | Month) -> list[str]:
    shown = (period.intake, period.on_time, period.satisfied)
    return [f"{rate.percent}%" if rate.percent is not None else "" for rate in shown]


def _csv(lines: list[list[Any]], name: str) -> BaseResponse:
    out = StringIO()
    csv.writer(out).writerows(lines)
    # The mark tells spreadsheets that this is UTF-8.
    response = Response("\ufeff" + out.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response.headers["Cache-Control"] = "public, max-age=600"
    response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:24])
    return response.make_conditional(request)
