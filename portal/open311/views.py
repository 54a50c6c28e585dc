"""Every module that adds addresses under /open311/v2; importing this one adds them all."""

from flask import Flask

from portal.open311 import blueprint, faults, filing, reading
from shared.web.forgery import csrf

__all__ = ["blueprint", "faults", "filing", "init_app", "reading"]


def init_app(app: Flask) -> None:
    """Mount the addresses. No forgery token is asked for: what files is a key in the post, never a cookie (T19)."""
    csrf.exempt(blueprint)
    app.register_blueprint(blueprint)
