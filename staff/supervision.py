"""Supervision (督导): what lies, spot checks and what came of them, and a new one drawn by lot (GZ-17B, GZ-18)."""

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from flask import flash, g, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from shared import words
from shared.clock import local_date
from shared.database import transaction
from shared.errors import Refused
from shared.identity.models import Department, Estate
from shared.identity.permissions import Permission
from shared.supervision import drawing, queries
from shared.supervision.models import SpotCheck
from shared.supervision.populations import Kind
from shared.supervision.queries import Tally
from shared.web import pages
from staff import blueprint, estates
from staff.access import me, requires
from staff.cases import wording
from staff.settings.times import midnight
from staff.supervision_forms import KINDS, DrawForm, usual_days
from staff.supervision_rates import rates
from staff.supervision_sight import checks_own, lying, of_estate, own_departments, reminders

P = Permission
ONE_DAY = timedelta(days=1)


@blueprint.get("/supervision")
@requires(P.SPOT_CHECK, P.DEPARTMENT_CHECK)
def supervision() -> Any:
    estate = of_estate()
    first, last = usual_days(local_date(g.at, estate.zone))
    usual = Kind.CASES if checks_own(estate) else Kind.REVISITS
    form = DrawForm("draw", formdata=None, data={"first": first, "last": last, "kind": usual.value})
    return _page(estate, _offered(form, estate))


@blueprint.post("/supervision/draw")
@requires(P.SPOT_CHECK, P.DEPARTMENT_CHECK)
def supervision_draw() -> BaseResponse:
    """A sample, at once and for good: the seed is the machine's."""
    estate = of_estate()
    form = _offered(DrawForm("draw", formdata=request.form), estate)
    if not form.validate():
        return _page(estate, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    since, until = _period(form, estate)
    try:
        with transaction():
            check = drawing.draw(
                estate,
                Kind(form.kind.data),
                since=since,
                until=until,
                size=form.size.data or 0,
                by=me(),
                at=g.at,
                department=_department(form, estate),
            )
            check_id, drawn = check.id, len(check.items)
    except Refused as refusal:
        return _page(estate, form, status=HTTPStatus.CONFLICT, refusal=words.refusal(refusal))
    flash(_("抽到 %(n)s 件，请逐件核对。", n=drawn))
    return pages.see_other(url_for("staff.supervision_check", check_id=check_id))


def _offered(form: DrawForm, estate: Estate) -> DrawForm:
    """Of whom I may draw: supervision of the whole estate, a head of the own department; asked where there are two."""
    whole = [] if checks_own(estate) else [("", _("整个小区"))]
    offered = [*whole, *((str(each.id), each.name) for each in own_departments(estate))]
    form.whose.choices = [SelectChoice(value, label) for value, label in offered]
    if len(offered) == 1:
        form.whose.data = offered[0][0]
    return form


def _department(form: DrawForm, estate: Estate) -> Department | None:
    return next((each for each in own_departments(estate) if str(each.id) == form.whose.data), None)


def _period(form: DrawForm, estate: Estate) -> tuple[datetime, datetime]:
    """Whole days of the estate, the last one included."""
    first, last = form.first.data, form.last.data
    assert first is not None  # the form has made sure of both
    assert last is not None
    return midnight(first, estate.zone), midnight(last + ONE_DAY, estate.zone)


def _page(
    estate: Estate, form: DrawForm, *, status: int = HTTPStatus.OK, refusal: str = ""
) -> pages.Response:
    heads = checks_own(estate)
    found = queries.of_estate(estate.id, [each.id for each in own_departments(estate)] if heads else None)
    permission = P.DEPARTMENT_CHECK if heads else P.SPOT_CHECK
    return pages.render(
        "staff/supervision/index.html",
        status=status,
        of_estate=estate,
        estates=estates.views(permission, estate, lambda e: url_for("staff.supervision", estate=e.slug)),
        is_head=heads,
        own=_("、").join(each.name for each in own_departments(estate)),
        lying=[] if heads else lying(estate),
        duties_url=url_for("staff.supervision_duties", estate=estate.slug),
        checks=[_line(check, tally) for check, tally in found],
        rates=rates(found, estate),
        reminders=reminders(estate),
        form=form,
        refusal=refusal,
        has_errors=bool(form.errors or refusal),
    )


def _line(check: SpotCheck, tally: Tally) -> dict[str, Any]:
    return {
        "url": url_for("staff.supervision_check", check_id=check.id),
        "drawn": wording.when(check.drawn_at, g.at, check.estate.zone),
        "by": check.drawn_by.name,
        "what": what_of(check),
        "days": days_of(check),
        "population": check.population,
        "tally": tally,
    }


def what_of(check: SpotCheck) -> str:
    """`登记的诉求`; of a head's check with the department before it."""
    what = str(KINDS[check.kind])
    return (
        what
        if check.department is None
        else _("%(department)s：%(what)s", department=check.department.name, what=what)
    )


def days_of(check: SpotCheck) -> str:
    """`2026-11-01 至 2026-11-21`, both included."""
    zone = check.estate.zone
    return _(
        "%(first)s 至 %(last)s",
        first=local_date(check.since, zone),
        last=local_date(check.until - ONE_DAY, zone),
    )
