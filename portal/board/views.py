"""The addresses of the board: the whole screen, its pages for a screen that is already up, and what it keeps."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    make_response,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as BaseResponse

from portal.board import code, heartbeat, notices, numbers, packing
from portal.board.rows import Row, row
from shared import clock
from shared.identity.models import Estate
from shared.identity.queries import estate_by_slug
from shared.notices import screens
from shared.register import board as register
from shared.web.assets import FOREVER
from shared.web.language import TAGS, chosen

blueprint = Blueprint("board", __name__, template_folder="../templates")

ROWS, ROWS_FINISHED = 7, 5  # what can be read from five metres at once; a finished one has two lines
WEEKDAYS = (_l("星期一"), _l("星期二"), _l("星期三"), _l("星期四"), _l("星期五"), _l("星期六"), _l("星期日"))


def _cut(rows: list[Row], size: int) -> Iterator[list[Row]]:
    """Pages of *size* rows at most, as full as each other: no page for a single row."""
    pages = -(-len(rows) // size)
    for n in range(pages):
        yield rows[n * len(rows) // pages : (n + 1) * len(rows) // pages]


def _pages(estate: Estate, at: datetime) -> str:
    """The pages A–E; equal input gives equal HTML, so that its digest can say that nothing changed."""
    data = register.read(estate, at)
    running = [row(case) for case in data.in_progress]
    return render_template(
        "board/_pages.html",
        estate=estate,
        month=clock.local(at, estate.zone).month,
        **numbers.context(estate, data.figures),
        in_progress=list(_cut(running, ROWS)),
        in_progress_shown=len(running),
        in_progress_total=data.in_progress_total,
        finished=list(_cut([row(case) for case in data.finished], ROWS_FINISHED)),
        notices=notices.standing(estate, at),
        code_url=_code_url(estate),
    )


def _code_url(estate: Estate) -> str:
    return url_for("board.code_image", slug=estate.slug, v=code.stamp(estate))


def _estate(slug: str) -> Estate:
    return estate_by_slug(slug) or abort(404)


def _etag(html: str) -> str:
    return hashlib.sha256(html.encode()).hexdigest()[:24]


def _around(estate: Estate, at: datetime, pages: str) -> dict[str, Any]:
    """What stands around the pages, and what the screen's own clockwork needs to know."""
    wall = clock.local(at, estate.zone)
    asked: dict[str, Any] = {
        "screen": screens.understood(estate.id, request.args.get("screen")) or None,
        "layout": heartbeat.layout() or None,
    }
    always = request.args.get("night") == "show"
    return {
        "estate": estate,
        "lang": TAGS[chosen()],
        "layout": heartbeat.layout(),
        "pages": pages,
        "etag": _etag(pages),
        "code_url": _code_url(estate),
        "fragment_url": url_for("board.fragment", slug=estate.slug, **asked),
        "made_at": int(at.timestamp() * 1000),
        "dark": (0, 0) if always else (estate.dark_from, estate.dark_until),
        "is_dark": not always and screens.is_night(estate, at) and "urgent-" not in pages,
        "date_text": _("%(month)s 月 %(day)s 日", month=wall.month, day=wall.day)
        + f" {WEEKDAYS[wall.weekday()]}",
        "time_text": f"{wall:%H:%M}",
        "fresh_text": _("更新于 %(time)s", time=f"{wall:%H:%M}"),
        "weekdays": [str(day) for day in WEEKDAYS],
    }


@blueprint.get("/board/<slug>")
def show(slug: str) -> Response:
    """The whole screen. `?layout=` says how it hangs, `?screen=` which it is, `?night=show` that it never sleeps."""
    estate, at = _estate(slug), clock.now()
    page = make_response(render_template("board/show.html", **_around(estate, at, _pages(estate, at))))
    heartbeat.mark(estate.id, at)
    return page


@blueprint.get("/board/<slug>/fragment")
def fragment(slug: str) -> BaseResponse:
    """The pages again, for a screen that is already up: 304 when they have not changed."""
    estate, at = _estate(slug), clock.now()
    pages = _pages(estate, at)
    response = packing.answer(pages, request)
    response.set_etag(_etag(pages))
    answer = response.make_conditional(request)
    heartbeat.mark(estate.id, at)
    return answer


@blueprint.get("/board/<slug>/code.svg")
def code_image(slug: str) -> Response:
    """The QR code, apart from the pages: it never changes, and would weigh on every poll."""
    response = Response(code.drawing(_estate(slug)), mimetype="image/svg+xml")
    response.headers["Cache-Control"] = FOREVER if "v" in request.args else "no-cache"
    return response


@blueprint.get("/board/service-worker.js")
def service_worker() -> Response:
    """What keeps the last good page for a screen that is switched on without a network. Served here for its scope."""
    response = current_app.send_static_file("js/board-worker.js")
    response.headers["Cache-Control"] = "no-cache"
    return response


def init_app(app: Flask) -> None:
    """Mount the board by itself: it needs nothing of the portal."""
    app.register_blueprint(blueprint)
