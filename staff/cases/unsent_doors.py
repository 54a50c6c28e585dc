"""Keeping what is being typed, asked by the page itself every second of typing; and throwing it away."""

from http import HTTPStatus

from flask import Response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from shared import clock
from shared.clock import local
from shared.database import transaction
from shared.identity.permissions import Permission
from shared.presence import looking
from shared.presence import unsent as keeping
from shared.web.pages import see_other, wants_fragment
from staff import blueprint
from staff.access import me, requires
from staff.cases import performing, unsent
from staff.context import my_zone


@blueprint.post("/unsent", endpoint="unsent")
@requires(Permission.DESK_VIEW)
def keep() -> BaseResponse:
    """Keep what stands in the form; answers with the words that say so, or with nothing when nothing was written."""
    place, at = unsent.find(request.form.get("place", ""), me()), clock.now()
    with transaction():
        is_kept = unsent.keep(place, place.typed(request.form), by=me(), at=at)
        if place.case is not None and place.act is not None:
            looking.beat(me(), place.case, writes=place.act.slug if is_kept else None, at=at)
    if not is_kept:
        return Response(status=HTTPStatus.NO_CONTENT)
    time = f"{local(at, my_zone()):%H:%M}"
    return Response(_("草稿已保存 %(time)s", time=time), mimetype="text/plain")


@blueprint.post("/unsent/discard", endpoint="unsent_discard")
@requires(Permission.DESK_VIEW)
def discard() -> BaseResponse:
    """Throw it away; gives the form as it was before anything was typed."""
    place = unsent.find(request.form.get("place", ""), me())
    with transaction():
        keeping.forget(me(), place.name)
    if wants_fragment() and place.case is not None and place.act is not None:
        return performing.give(place.act, place.case)
    return see_other(place.address)
