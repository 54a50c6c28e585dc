"""Forged requests (T19): a token on every unsafe verb, and a foreign origin is refused before it is looked at."""

from flask import Flask, abort, current_app, request
from flask_wtf.csrf import CSRFProtect

csrf = CSRFProtect()
SAFE = ("GET", "HEAD", "OPTIONS")


def _refuse_foreign_origin() -> None:
    if request.method in SAFE:
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        abort(403)
    config = current_app.extensions["shouwen"]
    # The settings' own addresses too: behind a proxy that ends TLS the host seen here may begin with http.
    ours = {None, "null", request.host_url.rstrip("/"), config.public_url, config.staff_url}
    if request.headers.get("Origin") not in ours:
        abort(403)


def init_app(app: Flask) -> None:
    # A page may lie open for the staff session's whole day; the token ends with its session, not before.
    app.config["WTF_CSRF_TIME_LIMIT"] = None
    # Behind a proxy that strips it the Referer check would lock everybody out; the origin check above stands instead.
    app.config["WTF_CSRF_SSL_STRICT"] = False
    app.before_request(_refuse_foreign_origin)
    csrf.init_app(app)
