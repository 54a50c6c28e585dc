"""The indicators of some days beside their targets (MS-T); each says what it counts and opens its cases."""

from datetime import date, timedelta
from typing import Any

from flask import abort, g, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from shared import words
from shared.clock import local_date
from shared.identity.models import Estate
from shared.identity.permissions import Permission
from shared.policies.targets import Target
from shared.register import listing
from shared.register.figures import ENOUGH
from shared.register.filters import parse
from shared.reports import indicators
from shared.reports.indicators import HOURS, Days, Reading
from shared.reports.indicators_parts import PARTS, YES
from shared.reports.indicators_wording import part_name
from shared.web import pages
from staff import blueprint, estates, register_columns
from staff.access import me, requires
from staff.days_asked import days_asked

P = Permission
ONE_DAY = timedelta(days=1)
GROUPS = (
    ("intake", ("intake", "classification", "responsibility", "first_contact")),
    ("handling", ("overdue", "overdue_original", "cycle", "cycle_change", "repeat")),
    ("satisfaction", ("survey", "satisfaction", "low_solved", "revisited", "openness")),
    ("city", ("response", "solved", "satisfied")),
)


@blueprint.get("/reports/indicators")
@requires(P.REPORT_VIEW)
def reports_indicators() -> Any:
    estate = estates.chosen(P.REPORT_VIEW)
    days, is_understood = _days(request.args, local_date(g.at, estate.zone))
    readings = {reading.key: reading for reading in indicators.read(estate, days, g.at)}
    return pages.render(
        "staff/reports/indicators.html",
        of_estate=estate,
        estates=estates.views(P.REPORT_VIEW, estate, lambda e: _address(e, days)),
        days=days,
        is_understood=is_understood,
        spans=_spans(estate, days),
        groups=[
            {
                "title": _title(name),
                "key": name,
                "lines": [_line(readings[key], estate, days) for key in keys],
            }
            for name, keys in GROUPS
        ],
    )


@blueprint.get("/reports/indicators/cases")
@requires(P.REPORT_VIEW)
def reports_indicators_cases() -> Any:
    """The cases behind one number, as far as this person may see them."""
    estate = estates.chosen(P.REPORT_VIEW)
    key, part = request.args.get("of", ""), request.args.get("part")
    if indicators.find(key) is None or part not in (None, *PARTS):
        abort(404)
    days, _is_understood = _days(request.args, local_date(g.at, estate.zone))
    cursor = listing.read_cursor(request.args.get("after", ""), request.args.get("before", ""))
    behind = indicators.cases_behind(estate, key, days, part, g.at)
    found = listing.page(me(), parse({}), cursor, g.at, estate.zone, among=behind)
    return pages.render(
        "staff/reports/indicators_cases.html",
        of_estate=estate,
        name=words.INDICATORS[key],
        part=part_name(key, part) if part else _("全部"),
        days=days,
        definition=indicators.definition(key),
        total=found.total,
        counted=found.counted,
        drawn=register_columns.draw(found.rows, register_columns.USUAL, me(), several_estates=False),
        columns=register_columns.USUAL,
        column_names=register_columns.NAMES,
        back_url=_address(estate, days),
        next_url=_cases_url(estate, key, days, part, after=found.next) if found.next else "",
        previous_url=_cases_url(estate, key, days, part, before=found.previous) if found.previous else "",
    )


def _days(args: MultiDict[str, str], today: date) -> tuple[Days, bool]:
    """What the address asks for, else the month so far; and whether it was understood."""
    return days_asked(args, Days(today.replace(day=1), today))


def _address(estate: Estate, days: Days) -> str:
    return url_for("staff.reports_indicators", **_asked(estate, days))


def _asked(estate: Estate, days: Days) -> dict[str, Any]:
    return {"estate": estate.slug, "from": days.starts_on.isoformat(), "to": days.ends_on.isoformat()}


def _cases_url(estate: Estate, key: str, days: Days, part: str | None, **cursor: str) -> str:
    asked: dict[str, Any] = {"of": key, "part": part, **_asked(estate, days), **cursor}
    return url_for("staff.reports_indicators_cases", **asked)


def _spans(estate: Estate, days: Days) -> list[dict[str, Any]]:
    """The spans that people ask for most; the month of a report ends on the 25th (GZ-3)."""
    today = local_date(g.at, estate.zone)
    first = today.replace(day=1)
    last_month = (first - ONE_DAY).replace(day=1)
    closing = today.replace(day=25) if today.day > 25 else last_month.replace(day=25)
    opening = (closing.replace(day=1) - ONE_DAY).replace(day=26)
    choices = (
        (_("本月"), Days(first, today)),
        (_("上月"), Days(last_month, first - ONE_DAY)),
        (_("上个汇总月（到 25 日）"), Days(opening, closing)),
        (_("今年"), Days(today.replace(month=1, day=1), today)),
    )
    return [
        {"label": label, "url": _address(estate, each), "current": each == days} for label, each in choices
    ]


def _title(name: str) -> str:
    return {
        "intake": _("受理"),
        "handling": _("办理"),
        "satisfaction": _("满意和公开"),
        "city": _("12345 三率"),
    }[name]


def _line(reading: Reading, estate: Estate, days: Days) -> dict[str, Any]:
    return {
        "key": reading.key,
        "name": words.INDICATORS[reading.key],
        "value": _value(reading),
        "clause": reading.clause,
        "target": _target(reading.target, reading.unit) if reading.target else "",
        "is_met": reading.is_met,
        "definition": indicators.definition(reading.key),
        "of": reading.of,
        "all_url": _cases_url(estate, reading.key, days, None),
        "parts": [
            {
                "name": part_name(reading.key, part),
                "n": n,
                "url": _cases_url(estate, reading.key, days, part),
                "is_counted": part == YES,
            }
            for part, n in reading.parts.items()
        ],
    }


def _value(reading: Reading) -> str:
    """`96.5%`; what is too few says so."""
    if reading.value is None:
        return _("不足 %(n)s 件，不算", n=ENOUGH) if reading.of else _("没有")
    if reading.unit == HOURS:
        return _("%(n)s 小时", n=f"{reading.value:g}")
    more = "+" if reading.key == indicators.CYCLE_CHANGE and reading.value > 0 else ""
    return f"{more}{_signed(reading.value)}%"


def _signed(figure: float) -> str:
    """With a minus as wide as a figure."""
    return f"{figure:g}".replace("-", "−")


def _target(target: Target, unit: str) -> str:
    """`目标 ≥ 75%，走向 90%`"""
    mark, of = "≤" if target.at_most else "≥", _(" 小时") if unit == HOURS else "%"
    text = _("目标 %(mark)s %(figure)s%(of)s", mark=mark, figure=_signed(target.figure), of=of)
    return (
        text
        if target.towards is None
        else _("%(text)s，再到 %(figure)s%(of)s", text=text, figure=target.towards, of=of)
    )
