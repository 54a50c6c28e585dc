"""How many may look something up at once: beyond them one is asked to wait, so that filing goes on (F32).

A process answers 16 at a time. When all of them are look-ups, whoever reports that a lift stands still waits behind a
thousand who only look: four places are never taken by them.
"""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from threading import BoundedSemaphore
from typing import Any

from flask import Response, current_app

from portal.tracking import doors
from shared.web.language import TAGS, chosen

AT_ONCE = 12
AGAIN_AFTER = 5  # seconds; the page asks again by itself
places = BoundedSemaphore(AT_ONCE)

View = Callable[..., Any]


def unless_crowded(view: View) -> View:
    @wraps(view)
    def guarded(**named: str) -> Any:
        if not places.acquire(blocking=False):
            return _wait()
        try:
            return view(**named)
        finally:
            places.release()

    return guarded


def _wait() -> Response:
    """A page of a few lines that asks neither the database nor the portal's dress: it must cost next to nothing."""
    page = current_app.jinja_env.get_template("portal/crowded.html")
    text = page.render(lang=TAGS[chosen()], seconds=AGAIN_AFTER)
    response = Response(text, HTTPStatus.TOO_MANY_REQUESTS, mimetype="text/html")
    response.headers["Retry-After"] = str(AGAIN_AFTER)
    return doors.private(response)
