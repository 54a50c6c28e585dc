"""Spots (海报地点): where QR posters hang, what they say, and printing them."""

from itertools import groupby
from typing import Any

from flask import flash, g, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as BaseResponse
from wtforms import Form, SelectField, StringField
from wtforms.validators import DataRequired, Length

from shared import addresses, clock
from shared.database import transaction
from shared.errors import NotFound, Refused
from shared.exports import posters
from shared.exports.posters import Poster, Size
from shared.identity import queries as places
from shared.identity import spots
from shared.identity.models import Building, Estate, Spot
from shared.identity.permissions import Permission
from shared.web import pages
from staff import blueprint, estates, row_ids
from staff.access import me, requires
from staff.cases.forms import Chosen
from staff.settings.misnamed import Misnamed
from staff.settings.people_trace import last_changes
from staff.sheets import pdf

P = Permission
SIZES = {
    Size.A4: _l("A4，一页一张"),
    Size.A6: _l("A6，一页一张"),
    Size.FOUR: _l("A4 纸上印四张 A6，裁开用"),
}


class SpotForm(Form):
    building = SelectField(_l("楼栋"), [Chosen(_l("请选楼栋。"))], coerce=int, validate_choice=False)
    name = StringField(
        _l("地点"),
        [
            DataRequired(_l("请写地点，例如“2单元电梯”。")),
            Length(max=spots.LONGEST_NAME, message=_l("最多写 %(max)d 个字。请删短一些。")),
        ],
        description=_l("海报上印的就是它，前面加楼栋。"),
    )


def _here(estate: Estate) -> str:
    return url_for("staff.settings_spots", estate=estate.slug)


def _form(buildings: list[Building], posted: Any = None) -> SpotForm:
    form = SpotForm(posted)
    form.building.choices = [(building.id, building.name) for building in buildings]
    return form


def _address(spot: Spot) -> str:
    return addresses.whole(addresses.place(spot.code))


def _line(spot: Spot, estate: Estate) -> dict[str, Any]:
    return {
        "id": spot.id,
        "name": spot.name,
        "building": spot.building.name,
        "address": _address(spot),
        "ended": f"{clock.local(spot.ended_at, estate.zone):%Y-%m-%d}" if spot.ended_at else "",
    }


def _page(estate: Estate, form: SpotForm, misnamed: Misnamed | None = None) -> Any:
    standing = spots.of_estate(estate.id)
    by_building = [
        {"id": building.id, "name": building.name, "spots": [_line(spot, estate) for spot in found]}
        for building, found in groupby(standing, lambda spot: spot.building)
    ]
    return pages.render(
        "staff/settings/spots.html",
        status=409 if misnamed else 422 if form.errors else 200,
        form=form,
        misnamed=misnamed,
        of_estate=estate,
        estates=estates.views(P.SETTINGS_VIEW, estate, _here),
        buildings=by_building,
        count=len(standing),
        most=posters.MOST,
        longest=spots.LONGEST_NAME,
        sizes=SIZES,
        ended=[_line(spot, estate) for spot in spots.ended_of_estate(estate.id)],
        may_manage=me().can(P.SETTINGS_MANAGE, estate.id),
        changes=last_changes(estate, spots.SPOT),
    )


@blueprint.get("/settings/spots")
@requires(P.SETTINGS_VIEW)
def settings_spots() -> Any:
    estate = estates.chosen(P.SETTINGS_VIEW)
    return _page(estate, _form(list(places.buildings(estate.id))))


@blueprint.post("/settings/spots/new")
@requires(P.SETTINGS_MANAGE)
def settings_spots_new() -> Any:
    estate = estates.chosen(P.SETTINGS_MANAGE)
    buildings = list(places.buildings(estate.id))
    form = _form(buildings, request.form)
    if not form.validate():
        return _page(estate, form)
    building = next(b for b in buildings if b.id == form.building.data)
    try:
        with transaction():
            name = spots.add(building, form.name.data or "", by=me(), at=g.at).name
    except Refused as refusal:
        form.name.errors = [refusal.message]
        return _page(estate, form)
    flash(_("%(building)s加上了“%(name)s”。请打印海报贴好。", building=building.name, name=name))
    return pages.see_other(_here(estate))


@blueprint.post("/settings/spots/name")
@requires(P.SETTINGS_MANAGE)
def settings_spots_name() -> BaseResponse:
    """Refused, the page has what was typed still in its row."""
    estate, typed = estates.chosen(P.SETTINGS_MANAGE), request.form.get("name", "")
    spot_id = row_ids.asked("spot")
    try:
        with transaction():
            spot = spots.lock(spot_id, estate.id)
            spots.rename(spot, typed, by=me(), at=g.at)
            name = spot.name
    except Refused as refusal:
        form = _form(list(places.buildings(estate.id)))
        return _page(estate, form, Misnamed(f"name-{spot_id}", typed, refusal.message))
    flash(_("现在叫“%(name)s”。贴着的海报照样能用，换新的请再打印。", name=name))
    return pages.see_other(_here(estate))


@blueprint.post("/settings/spots/ending")
@requires(P.SETTINGS_MANAGE)
def settings_spots_ending() -> BaseResponse:
    estate = estates.chosen(P.SETTINGS_MANAGE)
    try:
        with transaction():
            spot = spots.lock(row_ids.asked("spot"), estate.id)
            name = spot.name
            spots.end(spot, by=me(), at=g.at)
    except Refused as refusal:
        flash(refusal.message)
    else:
        flash(_("“%(name)s”已停用。还贴着的海报会打开首页，请尽快取下。", name=name))
    return pages.see_other(_here(estate))


@blueprint.get("/settings/spots/posters")
@requires(P.SETTINGS_VIEW)
def settings_spots_posters() -> BaseResponse:
    """The posters of one place (`spot`), of one building, or of all, as one PDF."""
    estate = estates.chosen(P.SETTINGS_VIEW)
    size = request.args.get("size", Size.A4.value)
    if size not in set(Size):
        raise NotFound
    found = [
        Poster(f"{spot.building.name} {spot.name}", _address(spot))
        for spot in spots.of_estate(estate.id)
        if (not request.args.get("spot") or spot.id == row_ids.asked("spot"))
        and (not request.args.get("building") or spot.building_id == row_ids.asked("building"))
    ]
    if not found and (request.args.get("spot") or request.args.get("building")):
        raise NotFound
    return pdf(posters.draw(estate, found, Size(size), g.at), f"{estate.slug}-{size}.pdf")
