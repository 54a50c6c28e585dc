"""The notice column (MS-8): only what was approved, and only for as long as it stands."""

from flask import Response, abort, render_template

from portal import blueprint, estates
from shared import clock
from shared.notices.queries import published, published_one

SHOWN = 50


@blueprint.get("/notices")
def notices() -> str | Response:
    estate = estates.needed()
    return render_template(
        "portal/notices/index.html", notices=published(estate.id, clock.now(), limit=SHOWN), zone=estate.zone
    )


@blueprint.get("/notices/<int:notice_id>")
def notice(notice_id: int) -> str | Response:
    found = published_one(notice_id, clock.now())
    if found is None:
        abort(404)
    estates.be(found.estate)
    return render_template("portal/notices/show.html", notice=found, zone=found.estate.zone)
