"""Flats (房号): which a building has, so that they are chosen at the desk instead of typed."""

from typing import Any

from flask import flash, g, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as BaseResponse
from wtforms import Form
from wtforms.validators import ValidationError

from shared.database import transaction
from shared.errors import NotFound, Refused
from shared.identity import queries, units
from shared.identity.models import Building, Estate
from shared.identity.permissions import Permission
from shared.web import pages
from staff import blueprint, estates, row_ids
from staff.access import me, requires
from staff.cases.forms import text
from staff.settings.people_trace import last_changes

P = Permission
LONGEST = 20_000


class UnitsForm(Form):
    names = text(
        _l("房号"),
        _l("请写房号，一行一个。"),
        longest=LONGEST,
        description=_l("一行一个，也可以用逗号隔开。名单里已有的不会重复。"),
    )

    def validate_names(self, field: Any) -> None:
        try:
            self.found = units.named(field.data or "")
        except Refused as refusal:
            raise ValidationError(refusal.message) from refusal


def _address(estate: Estate, building: Building | None = None) -> str:
    chosen = building.id if building else None
    return url_for("staff.settings_units", estate=estate.slug, building=chosen)


def _building(estate: Estate) -> Building | None:
    """The one that the address or the form names, else the first. Raises NotFound for any other."""
    buildings = queries.buildings(estate.id)
    if not request.values.get("building"):
        return buildings[0] if buildings else None
    asked = row_ids.asked("building")
    found = next((building for building in buildings if building.id == asked), None)
    if found is None:
        raise NotFound
    return found


def _page(estate: Estate, building: Building | None, form: UnitsForm) -> Any:
    counts = units.counts(estate.id)
    return pages.render(
        "staff/settings/units.html",
        status=422 if form.errors else 200,
        form=form,
        of_estate=estate,
        estates=estates.views(P.SETTINGS_VIEW, estate, _address),
        buildings=[
            {"id": b.id, "name": b.name, "count": counts.get(b.id, 0)} for b in queries.buildings(estate.id)
        ],
        building=building,
        names=units.of_building(building.id) if building else [],
        may_manage=me().can(P.SETTINGS_MANAGE, estate.id),
        changes=last_changes(estate, units.UNITS),
    )


@blueprint.get("/settings/units")
@requires(P.SETTINGS_VIEW)
def settings_units() -> Any:
    estate = estates.chosen(P.SETTINGS_VIEW)
    return _page(estate, _building(estate), UnitsForm())


@blueprint.post("/settings/units/new")
@requires(P.SETTINGS_MANAGE)
def settings_units_new() -> Any:
    estate = estates.chosen(P.SETTINGS_MANAGE)
    building, form = _building(estate), UnitsForm(request.form)
    if building is None:
        raise NotFound
    if not form.validate():
        return _page(estate, building, form)
    try:
        with transaction():
            new = units.add(building, form.found, by=me(), at=g.at)
    except Refused as refusal:
        form.names.errors = [refusal.message]
        return _page(estate, building, form)
    flash(_("%(building)s加上了 %(n)s 个房号。", building=building.name, n=new))
    return pages.see_other(_address(estate, building))


@blueprint.post("/settings/units/removal")
@requires(P.SETTINGS_MANAGE)
def settings_units_removal() -> BaseResponse:
    estate = estates.chosen(P.SETTINGS_MANAGE)
    building, name = _building(estate), request.form.get("name", "")
    if building is None:
        raise NotFound
    with transaction():
        units.remove(building, name, by=me(), at=g.at)
    flash(_("“%(name)s”已从名单去掉。", name=name))
    return pages.see_other(_address(estate, building))
