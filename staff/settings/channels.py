"""Channels (渠道): which are set, how the latest messages fared, and a word of trial to oneself or into a group.

They are set by the operator, in CHANNEL_URLS: their secrets are never on a page.
"""

from datetime import datetime
from typing import Any

from flask import abort, flash, g, request, url_for
from flask_babel import gettext as _

from shared.clock import local
from shared.database import db
from shared.identity.models import Estate
from shared.identity.permissions import Permission
from shared.notifications import naming, trying
from shared.notifications.ways import LATEST, Fared, Way, fared, ways
from shared.web import pages
from shared.web.limits import limiter
from staff import blueprint, estates
from staff.access import me, requires

P = Permission
TRIALS = "6 per minute"  # each may cost the price of a message, and keep a thread for 20 s


def _here(estate: Estate) -> str:
    return url_for("staff.settings_channels", estate=estate.slug)


@blueprint.get("/settings/channels")
@requires(P.SETTINGS_MANAGE)
def settings_channels() -> Any:
    estate = estates.chosen(P.SETTINGS_MANAGE)
    figures = fared(estate)
    return pages.render(
        "staff/settings/channels.html",
        of_estate=estate,
        estates=estates.views(P.SETTINGS_MANAGE, estate, _here),
        channels=[_row(way, figures.get(way.key, Fared()), estate) for way in ways(estate)],
        latest=LATEST,
    )


def _row(way: Way, figures: Fared, estate: Estate) -> dict[str, Any]:
    return {
        "key": way.key,
        "name": naming.carried(way.channel, way.robot),
        "whom": naming.hearers(way.robot) if way.robot else "",
        "where": way.where,
        "is_set": way.is_set,
        "may_try": trying.can_be_tried(way),
        "sent": figures.sent,
        "waiting": figures.waiting,
        "unsent": figures.unsent,
        "last": _time(figures.last_sent_at, estate.zone),
    }


def _time(at: datetime | None, zone: str) -> str:
    return f"{local(at, zone):%m-%d %H:%M}" if at else ""


@blueprint.post("/settings/channels/trial")
@limiter.limit(TRIALS)
@requires(P.SETTINGS_MANAGE)
def settings_channels_trial() -> Any:
    estate = estates.chosen(P.SETTINGS_MANAGE)
    way = next((way for way in ways(estate) if way.key == request.form.get("channel")), None)
    if way is None or not trying.can_be_tried(way):
        abort(404)
    back, name = _here(estate), naming.carried(way.channel, way.robot)
    refused = trying.try_out(way, me(), estate, url_for("staff.desk", _external=True), g.at)
    if refused is None:
        flash(_("%(channel)s收下了，请看有没有送到。", channel=name))
        return pages.see_other(back)
    db.session.rollback()
    flash(_("%(channel)s没有发出：%(why)s", channel=name, why=refused), "error")
    return pages.see_other(back)
