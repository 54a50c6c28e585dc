"""The composition root: the only module that sees everything."""

from datetime import timedelta

from flask import Flask
from flask_compress import Compress

import shared.tables  # noqa: F401  every model, so that migrations and mappers see the whole schema
from shared import cli, database, subscriptions
from shared.config import Config, from_environment
from shared.notifications.channels import settings as channels
from shared.operations import health
from shared.operations import metrics as measured
from shared.web import (
    assets,
    drawing,
    forgery,
    gallery,
    headers,
    language,
    limits,
    metrics,
    pages,
    requests,
    session_cookies,
)

MAX_BODY = 64 * 1024 * 1024  # six photos of a good camera and the form around them (T32)
COMPRESSED = ["text/html", "text/css", "text/javascript", "application/json", "image/svg+xml", "text/csv"]


@cli.said_plainly()
def create_app(config: Config | None = None, faces: tuple[str, ...] | None = None) -> Flask:
    """The application with the given settings (default: the environment) and faces (default: those of the settings)."""
    config = config or from_environment()
    faces = faces or config.faces
    app = Flask(__name__, static_folder="static", static_url_path="/static")
    app.extensions["shouwen"] = config
    app.config.update(
        APP_ENV=config.app_env,
        SECRET_KEY=config.secret_key,
        MAX_CONTENT_LENGTH=MAX_BODY,
        MAX_FORM_MEMORY_SIZE=512 * 1024,
        MAX_FORM_PARTS=120,
        SESSION_COOKIE_SECURE=config.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        TRUSTED_HOSTS=list(config.trusted_hosts) or None,
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_MIMETYPES=COMPRESSED,
    )
    app.jinja_environment = drawing.Drawing
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    database.init_app(app, config)
    requests.init_app(app, config)
    session_cookies.init_app(app)
    # Before the forgery check: forged posts are counted too.
    limits.init_app(app, config)
    forgery.init_app(app)
    Compress(app)
    faceless = (gallery, subscriptions, channels, health, measured, metrics, cli)
    for part in (language, assets, headers, pages, *faceless):
        part.init_app(app)
    _mount(app, faces)
    return app


def _mount(app: Flask, faces: tuple[str, ...]) -> None:
    """Only the faces asked for are imported and answer; the others are 404 by not existing."""
    if "portal" in faces:
        import portal

        portal.init_app(app)
    if "board" in faces:
        from portal.board import init_app as mount_board

        mount_board(app)
    if "staff" in faces:
        import staff

        staff.init_app(app)
