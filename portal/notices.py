"""The notice column (MS-8): only what was approved, and only for as long as it stands."""

from flask import Response, abort, render_template, request, url_for

from portal import blueprint, estates
from shared import clock
from shared.notices.queries import published_one, published_page


@blueprint.get("/notices")
def notices() -> str | Response:
    estate = estates.needed()
    after = request.args.get("after", "")
    found = published_page(estate.id, clock.now(), after)
    return render_template(
        "portal/notices/index.html",
        notices=found.notices,
        zone=estate.zone,
        next_url=url_for("portal.notices", after=found.after) if found.after else "",
        first_url=url_for("portal.notices") if after else "",
    )


@blueprint.get("/notices/<int:notice_id>")
def notice(notice_id: int) -> str | Response:
    found = published_one(notice_id, clock.now())
    if found is None:
        abort(404)
    estates.be(found.estate)
    return render_template("portal/notices/show.html", notice=found, zone=found.estate.zone)
