"""What Flask takes for a page of one SELECT and a form of one INSERT, on our database and in our gunicorn.

The least that somebody would write: Flask, Flask-SQLAlchemy over the same driver with the same settings of the engine,
one statement in SQLAlchemy Core, one commit, a template of a few lines. No session cookie, no forgery check, no
compression, no log line, no language.
"""

import secrets

from flask import Flask, abort, current_app, redirect, request
from sqlalchemy import Column, Integer, MetaData, String, Table, insert, select
from werkzeug.wrappers import Response

from shared import database
from shared.cases.models import Case
from shared.config import Config, from_environment
from shared.database import db, transaction

NOTES = Table(
    "bare_notes",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("reference", String(16), unique=True),
    Column("words", String(2000)),
)
PAGE = """<!doctype html>
<html lang="zh-Hans"><head><meta charset="utf-8"><title>{{ reference }}</title></head>
<body><h1>{{ reference }}</h1>
<dl><dt>状态</dt><dd>{{ case.state }}</dd><dt>类别</dt><dd>{{ case.category }}</dd>
<dt>收到</dt><dd>{{ case.received_at }}</dd><dt>最近变动</dt><dd>{{ case.changed_at }}</dd></dl></body></html>
"""


def create_app(config: Config | None = None) -> Flask:
    app = Flask(__name__)
    database.init_app(app, config or from_environment())
    app.extensions["page"] = app.jinja_env.from_string(PAGE)
    app.add_url_rule("/healthz", "healthz", lambda: "ok")
    app.add_url_rule("/track/<reference>", "progress", _progress)
    app.add_url_rule("/file", "file", _file, methods=["POST"])
    return app


def _progress(reference: str) -> str:
    found = db.session.execute(
        select(Case.state, Case.category, Case.received_at, Case.changed_at).where(
            Case.reference == reference
        )
    ).one_or_none()
    page: str = current_app.extensions["page"].render(reference=reference, case=found or abort(404))
    return page


def _file() -> Response:
    reference = secrets.token_hex(8)
    with transaction():
        db.session.execute(insert(NOTES).values(reference=reference, words=request.form["description"]))
    return redirect(f"/track/{reference}", 303)
