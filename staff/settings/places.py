"""Departments and buildings (部门和楼栋): what the menus of the desk and the portal offer, in their order."""

from collections.abc import Callable
from typing import Any

from flask import flash, g, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as BaseResponse
from wtforms import Form, StringField
from wtforms.validators import DataRequired, Length

from shared import words
from shared.clock import local_date
from shared.database import transaction
from shared.errors import NotFound, Refused
from shared.identity import places
from shared.identity.models import Estate
from shared.identity.permissions import Permission
from shared.identity.places import Kind, Place
from shared.ownership import dissolving
from shared.web import pages
from staff import blueprint, estates, row_ids
from staff.access import me, requires
from staff.settings.misnamed import Misnamed
from staff.settings.people_trace import last_changes

P = Permission
TITLES: words.Table = {Kind.DEPARTMENT: _l("部门"), Kind.BUILDING: _l("楼栋和公共区域")}


class PlaceForm(Form):
    name = StringField(
        _l("名称"),
        [
            DataRequired(_l("请写名称。")),
            Length(max=places.LONGEST_NAME, message=_l("最多写 %(max)d 个字。请删短一些。")),
        ],
    )


def address(estate: Estate) -> str:
    return url_for("staff.settings_places", estate=estate.slug)


def _kind() -> Kind:
    try:
        return Kind(request.form.get("kind", ""))
    except ValueError:
        raise NotFound from None


@blueprint.get("/settings/places")
@requires(P.SETTINGS_VIEW)
def settings_places() -> Any:
    return _page(estates.chosen(P.SETTINGS_VIEW))


def _page(
    estate: Estate, wrong: dict[Kind, PlaceForm] | None = None, misnamed: Misnamed | None = None
) -> Any:
    # Two forms with the same field on one page: its ids carry the kind, its name does not.
    forms = {kind: (wrong or {}).get(kind) or PlaceForm() for kind in Kind}
    for kind, form in forms.items():
        form.name.id = f"{kind}-name"
    return pages.render(
        "staff/settings/places.html",
        status=409 if misnamed else 422 if wrong else 200,
        misnamed=misnamed,
        of_estate=estate,
        estates=estates.views(P.SETTINGS_VIEW, estate, address),
        groups=[
            {
                "kind": kind.value,
                "title": str(TITLES[kind]),
                "form": forms[kind],
                "places": [
                    {"id": p.id, "name": p.name, "first": n == 0}
                    for n, p in enumerate(places.of_estate(kind, estate.id))
                ],
                "ended": [
                    {
                        "id": p.id,
                        "name": p.name,
                        "since": f"{local_date(p.ended_at, estate.zone)}" if p.ended_at else "",
                    }
                    for p in places.ended_of_estate(kind, estate.id)
                ],
            }
            for kind in (Kind.DEPARTMENT, Kind.BUILDING)
        ],
        longest=places.LONGEST_NAME,
        may_manage=me().can(P.SETTINGS_MANAGE, estate.id),
        changes=last_changes(estate, *places.WHAT.values()),
    )


@blueprint.post("/settings/places/new")
@requires(P.SETTINGS_MANAGE)
def settings_places_new() -> Any:
    estate = estates.chosen(P.SETTINGS_MANAGE)
    kind, form = _kind(), PlaceForm(request.form)
    if not form.validate():
        return _page(estate, {kind: form})
    try:
        with transaction():
            name = places.add(kind, estate, form.name.data or "", by=me(), at=g.at).name
    except Refused as refusal:
        form.name.errors = [refusal.message]
        return _page(estate, {kind: form})
    flash(_("加上了“%(name)s”。", name=name))
    return pages.see_other(address(estate))


@blueprint.post("/settings/places/name")
@requires(P.SETTINGS_MANAGE)
def settings_places_name() -> BaseResponse:
    """Refused, the page has what was typed still in its row."""
    estate, kind, typed = estates.chosen(P.SETTINGS_MANAGE), _kind(), request.form.get("name", "")
    place_id = row_ids.asked("place")
    try:
        with transaction():
            places.rename(kind, places.lock(kind, place_id, estate.id), typed, by=me(), at=g.at)
    except Refused as refusal:
        return _page(estate, misnamed=Misnamed(f"{kind}-{place_id}", typed, refusal.message))
    flash(_("名称已改。"))
    return pages.see_other(address(estate))


@blueprint.post("/settings/places/up")
@requires(P.SETTINGS_MANAGE)
def settings_places_up() -> BaseResponse:
    return _done(lambda kind, place: places.move_up(kind, place, by=me(), at=g.at), _("顺序已改。"))


@blueprint.post("/settings/places/removal")
@requires(P.SETTINGS_MANAGE)
def settings_places_removal() -> BaseResponse:
    return _done(lambda kind, place: places.remove(kind, place, by=me(), at=g.at), _("已去掉。"))


@blueprint.post("/settings/places/ending")
@requires(P.SETTINGS_MANAGE)
def settings_places_ending() -> BaseResponse:
    return _done(
        lambda kind, place: dissolving.end(kind, place, by=me(), at=g.at),
        _("已停用。表单里不再列出，记录里的名称不变。"),
    )


@blueprint.post("/settings/places/resumption")
@requires(P.SETTINGS_MANAGE)
def settings_places_resumption() -> BaseResponse:
    return _done(lambda kind, place: places.resume(kind, place, by=me(), at=g.at), _("已恢复使用。"))


def _done(act: Callable[[Kind, Place], None], said: str) -> BaseResponse:
    estate, kind = estates.chosen(P.SETTINGS_MANAGE), _kind()
    try:
        with transaction():
            act(kind, places.lock(kind, row_ids.asked("place"), estate.id))
    except Refused as refusal:
        flash(refusal.message)
    else:
        flash(said)
    return pages.see_other(address(estate))
