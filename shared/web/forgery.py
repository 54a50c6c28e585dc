"""Forged requests (T19): a token on every unsafe verb, and a foreign origin is refused before it is looked at."""

import secrets
from functools import lru_cache
from typing import Any

from flask import Flask, abort, current_app, g, request, session
from flask_wtf.csrf import CSRFProtect
from itsdangerous import URLSafeTimedSerializer
from itsdangerous.encoding import base64_encode

csrf = CSRFProtect()
SAFE = ("GET", "HEAD", "OPTIONS")
FIELD = "csrf_token"


class Tokens(URLSafeTimedSerializer):
    """Those of the library, which reads them, without the attempt to pack forty characters into fewer."""

    def dump_payload(self, obj: Any) -> bytes:
        return base64_encode(self.serializer.dumps(obj))


@lru_cache(maxsize=8)
def _tokens(key: str) -> Tokens:
    """Made once for each key: every page asks."""
    return Tokens(key, salt="wtf-csrf-token")


def token() -> str:
    """What a form of this browser carries; on one page always the same."""
    if FIELD not in g:
        if FIELD not in session:
            session[FIELD] = secrets.token_hex(20)
        g.csrf_token = _tokens(str(current_app.secret_key)).dumps(session[FIELD])
    return str(g.csrf_token)


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
    app.jinja_env.globals[FIELD] = token
    app.context_processor(lambda: {FIELD: token})  # the library names its own there, too
