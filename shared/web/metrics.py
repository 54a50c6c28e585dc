"""`/metrics` (T33): for whoever has the token or comes from where staff come from; else there is no such page."""

import hmac
import time

from flask import Blueprint, Flask, Response, abort, current_app, g, request
from prometheus_client import CONTENT_TYPE_LATEST

from shared import counting
from shared.config import Config
from shared.counting import What
from shared.operations import metrics as measured
from shared.web.requests import came_from_inside, client_address, forwarded

blueprint = Blueprint("metrics", __name__)

HERE = ("127.0.0.1", "::1")


@blueprint.get("/metrics")
def metrics() -> Response:
    config: Config = current_app.extensions["shouwen"]
    if not (_has_token(config) or _is_of_staff(config)):
        abort(404)
    return Response(measured.text(), content_type=CONTENT_TYPE_LATEST)


def _has_token(config: Config) -> bool:
    given = request.headers.get("Authorization", "")
    wanted = f"Bearer {config.metrics_token}"
    return bool(config.metrics_token) and hmac.compare_digest(given.encode(), wanted.encode())


def _is_of_staff(config: Config) -> bool:
    """Where this process serves the staff face: the networks of the settings; without any, this machine alone."""
    if "staff" not in current_app.blueprints:
        return False
    if config.staff_networks:
        return came_from_inside(config)
    return client_address() in HERE and not forwarded()


def _measure(response: Response) -> Response:
    """By the address's template, never by the address; what matches none is one."""
    began = g.get("began")
    if began is not None:
        rule, face = request.url_rule, request.blueprint
        counting.took(
            What.REQUEST,
            time.perf_counter() - began,
            face.partition(".")[0] if face else "-",
            rule.rule if rule else "-",
            str(response.status_code),
        )
    return response


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.after_request(_measure)
