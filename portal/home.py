"""The first page: two doors, the emergency line, the latest notices."""

from flask import Response, render_template, request, session, url_for
from werkzeug.wrappers import Response as BaseResponse

from portal import blueprint, estates
from portal.filing import browser_draft as desk
from shared import clock
from shared.attachments import queries as attachments
from shared.identity import queries as places
from shared.identity.models import Spot
from shared.notices.queries import published
from shared.web.pages import see_other

NOTICES_SHOWN = 3


@blueprint.get("/")
def home() -> str | Response | BaseResponse:
    spot = _stand_at(request.args.get("place", ""))
    at = clock.now()
    estate = estates.current() or desk.estate_of_browser(at)
    if estate is None:
        return render_template("portal/choose_estate.html", choices=places.estates())
    if request.args.get("estate"):
        session["estate"] = estate.slug
    draft = desk.draft_of_browser(estate, at)
    return render_template(
        "portal/home.html",
        notices=published(estate.id, at, limit=NOTICES_SHOWN),
        resume=draft and desk.next_step(desk.form_of(desk.answers_of(draft), estate)),
        resume_photos=len(attachments.of_draft(draft.id)) if draft else 0,
        preset=desk.preset(estate),
        is_ended=spot is not None and spot.ended_at is not None,
    )


@blueprint.post("/file/discard")
def discard() -> BaseResponse:
    """The reader does not want the draft; on a shared telephone nothing of it stays."""
    estate = estates.needed()
    response = see_other(url_for("portal.home"))
    desk.throw_away(estate, clock.now())
    desk.forget_cookie(response)
    return response


def _stand_at(code: str) -> Spot | None:
    """Remember the place whose poster was scanned; of one that is no longer in use, only the estate."""
    spot = estates.spot_of_poster(code) if code else None
    if spot is not None:
        estates.remember(spot.building.estate)
        session["place"] = spot.code
    return spot
