"""Places where the same comes again and again (反复发生): taken up before anybody complains anew (未诉先办)."""

from typing import Any

from flask import abort, flash, g, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from shared.database import transaction
from shared.identity.models import Estate
from shared.identity.permissions import Permission
from shared.identity.queries import every_building
from shared.improvement import recurrences
from shared.improvement.recurrences import Place
from shared.web import pages
from shared.words import CATEGORIES
from staff import blueprint, estates, improvement_rooms
from staff.access import me, requires
from staff.cases import wording

P = Permission


@blueprint.get("/improvement/recurrences")
@requires(P.MEASURE_SET)
def improvement_recurrences() -> Any:
    estate = estates.chosen(P.MEASURE_SET)
    names = {building.id: building.name for building in every_building(estate.id)}
    return pages.render(
        "staff/improvement/recurrences.html",
        **improvement_rooms.head(
            estate, P.MEASURE_SET, lambda e: url_for("staff.improvement_recurrences", estate=e.slug)
        ),
        days=recurrences.days_of(estate, g.at),
        at_least=recurrences.AT_LEAST,
        places=[_line(place, estate, names) for place in recurrences.suggested(me(), estate, g.at)],
    )


def _line(place: Place, estate: Estate, names: dict[int, str]) -> dict[str, Any]:
    building = names.get(place.building_id or 0, "")
    return {
        "key": place.key,
        "where": f"{building} {place.spot}".strip(),
        "category": str(CATEGORIES[place.category]),
        "times": place.times,
        "first": wording.day(place.first_at, estate.zone),
        "last": wording.day(place.last_at, estate.zone),
        "cases_url": url_for(
            "staff.register", estate=estate.slug, building=place.building_id, category=place.category
        ),
    }


def _chosen(estate: Estate) -> Place:
    """The place that the form names, as it stands now; 404 once it is taken up."""
    key = request.form.get("key", "")
    found = next((p for p in recurrences.suggested(me(), estate, g.at) if p.key == key), None)
    if found is None:
        abort(404)
    return found


@blueprint.post("/improvement/recurrences/taking")
@requires(P.MEASURE_SET)
def improvement_recurrences_taking() -> BaseResponse:
    """One click; whose it is until when is said on the measure's own page."""
    estate = estates.chosen(P.MEASURE_SET)
    with transaction():
        measure = recurrences.take(estate, _chosen(estate), by=me(), at=g.at)
        if measure is None:
            abort(404)
        measure_id = measure.id
    flash(_("已列为根因治理，请定负责人和日期。"))
    return pages.see_other(url_for("staff.improvement_measure", measure_id=measure_id))


@blueprint.post("/improvement/recurrences/dismissal")
@requires(P.MEASURE_SET)
def improvement_recurrences_dismissal() -> BaseResponse:
    estate = estates.chosen(P.MEASURE_SET)
    with transaction():
        recurrences.let_be(estate, _chosen(estate), by=me(), at=g.at)
    flash(_("已记下不需要。再发生三次才会再提。"))
    return pages.see_other(url_for("staff.improvement_recurrences", estate=estate.slug))
