"""The whole house, read once; web, worker and schedule are forks of whoever has read it (docs/decisions/0032)."""

import gc
import sys
from collections.abc import Sequence

from flask import Flask
from flask.cli import ScriptInfo
from gunicorn.app.wsgiapp import WSGIApplication
from gunicorn.util import import_app
from gunicorn.workers import gthread
from sqlalchemy.orm import configure_mappers

APP = "wsgi:create_app()"

__all__ = ["APP", "gthread", "read", "run_command", "serve_web"]  # gthread: read once, too


def read() -> Flask:
    """The application with the settings of the environment, ready to be forked: no thread, no connection is open."""
    app: Flask = import_app(APP)
    configure_mappers()
    # What is known now is garbage to nobody; to look at it again would copy its pages into every fork.
    gc.collect()
    gc.freeze()
    return app


class _Web(WSGIApplication):
    """gunicorn with its own settings, whose workers find the application made already."""

    def __init__(self, app: Flask) -> None:
        self._made = app
        super().__init__()

    def load(self) -> Flask:
        return self._made


def serve_web(app: Flask) -> None:
    sys.argv = ["gunicorn", APP]
    _Web(app).run()


def run_command(app: Flask, words: Sequence[str]) -> None:
    """Do what `flask *words*` does."""
    with app.app_context():
        app.cli.main(list(words), prog_name="flask", obj=ScriptInfo(create_app=lambda: app))
