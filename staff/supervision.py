"""Supervision (督导): spot checks of an estate, how many this month had, and a new one drawn by lot (GZ-17B)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from flask import flash, g, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from shared import words
from shared.clock import local_date
from shared.database import transaction
from shared.errors import Refused
from shared.identity.models import Estate
from shared.identity.permissions import Permission
from shared.supervision import drawing, queries
from shared.supervision.models import SpotCheck
from shared.supervision.populations import Kind, of_period
from shared.supervision.queries import Tally
from shared.web import pages
from staff import blueprint, estates
from staff.access import me, requires
from staff.cases import wording
from staff.settings.times import midnight
from staff.supervision_forms import KINDS, DrawForm, usual_days

P = Permission
ONE_DAY = timedelta(days=1)
A_MONTH = 2  # checks, at the least (GZ-17B)


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the estate, and of how many checks drawn in it something was found: to draw is not to check."""

    number: int
    begins: datetime
    ends: datetime  # not included
    made: int

    @property
    def missing(self) -> int:
        return max(0, A_MONTH - self.made)


@blueprint.get("/supervision")
@requires(P.SPOT_CHECK)
def supervision() -> Any:
    estate = estates.chosen(P.SPOT_CHECK)
    first, last = usual_days(local_date(g.at, estate.zone))
    return _page(estate, DrawForm("draw", formdata=None, data={"first": first, "last": last}))


@blueprint.post("/supervision/draw")
@requires(P.SPOT_CHECK)
def supervision_draw() -> BaseResponse:
    """A sample, at once and for good: the seed is the machine's."""
    estate = estates.chosen(P.SPOT_CHECK)
    form = DrawForm("draw", formdata=request.form)
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
            )
            check_id, drawn = check.id, len(check.items)
    except Refused as refusal:
        return _page(estate, form, status=HTTPStatus.CONFLICT, refusal=words.refusal(refusal))
    flash(_("抽到 %(n)s 件，请逐件核对。", n=drawn))
    return pages.see_other(url_for("staff.supervision_check", check_id=check_id))


def _period(form: DrawForm, estate: Estate) -> tuple[datetime, datetime]:
    """Whole days of the estate, the last one included."""
    first, last = form.first.data, form.last.data
    assert first is not None  # the form has made sure of both
    assert last is not None
    return midnight(first, estate.zone), midnight(last + ONE_DAY, estate.zone)


def _page(
    estate: Estate, form: DrawForm, *, status: int = HTTPStatus.OK, refusal: str = ""
) -> pages.Response:
    found = queries.of_estate(estate.id)
    return pages.render(
        "staff/supervision/index.html",
        status=status,
        of_estate=estate,
        estates=estates.views(P.SPOT_CHECK, estate, lambda e: url_for("staff.supervision", estate=e.slug)),
        checks=[_line(check, tally) for check, tally in found],
        rates=_rates(found),
        reminders=_reminders(estate),
        form=form,
        refusal=refusal,
        has_errors=bool(form.errors or refusal),
    )


def _line(check: SpotCheck, tally: Tally) -> dict[str, Any]:
    return {
        "url": url_for("staff.supervision_check", check_id=check.id),
        "drawn": wording.when(check.drawn_at, g.at, check.estate.zone),
        "by": check.drawn_by.name,
        "what": str(KINDS[check.kind]),
        "days": days_of(check),
        "population": check.population,
        "tally": tally,
    }


def days_of(check: SpotCheck) -> str:
    """`2026-11-01 至 2026-11-21`, both included."""
    zone = check.estate.zone
    return _(
        "%(first)s 至 %(last)s",
        first=local_date(check.since, zone),
        last=local_date(check.until - ONE_DAY, zone),
    )


def _rates(found: list[tuple[SpotCheck, Tally]]) -> list[dict[str, Any]]:
    """What came of all checks on the page, by what was drawn."""
    return [
        {"what": str(label), "tally": total}
        for kind, label in KINDS.items()
        if (total := sum((tally for check, tally in found if check.kind == kind), Tally())).drawn
    ]


def _reminders(estate: Estate) -> list[tuple[str, str]]:
    """State and sentence, for a month with fewer checks than are owed; the month before only where it had something."""
    begins = midnight(local_date(g.at, estate.zone).replace(day=1), estate.zone)
    now = _month(estate, begins)
    before = _month(estate, midnight(local_date(begins - ONE_DAY, estate.zone).replace(day=1), estate.zone))
    told = []
    if before.missing and of_period(Kind.REVISITS, estate.id, before.begins, before.ends):
        told.append(
            (
                "broken",
                _("%(month)s 月应抽查 %(n)s 次，核对过的只有 %(made)s 次（GZ-17B）。", **_said(before)),
            )
        )
    if now.missing:
        told.append(
            (
                "near",
                _(
                    "%(month)s 月应抽查 %(n)s 次，核对过的有 %(made)s 次（GZ-17B）。抽了没核对的不算。",
                    **_said(now),
                ),
            )
        )
    return told


def _month(estate: Estate, begins: datetime) -> Month:
    first = local_date(begins, estate.zone)
    ends = midnight((first + 32 * ONE_DAY).replace(day=1), estate.zone)
    return Month(first.month, begins, ends, queries.made_between(estate.id, begins, ends))


def _said(month: Month) -> dict[str, int]:
    return {"month": month.number, "n": A_MONTH, "made": month.made}
