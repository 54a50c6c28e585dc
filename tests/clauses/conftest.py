"""`desk`: an estate of its own for each story, in one database per engine that all stories share.

The rule book is named by the module's `PRESET`.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from flask import Flask

from shared.database import db
from tests.clauses.desk import Desk, cited_by, opened
from tests.databases import fresh
from wsgi import create_app


class Office:
    """The applications that the stories share."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack, self._apps = stack, dict[str, Flask]()

    def app(self, engine: str) -> Flask:
        if engine not in self._apps:
            self._apps[engine] = self._stack.enter_context(_running(engine))
        return self._apps[engine]


@contextmanager
def _running(engine: str) -> Iterator[Flask]:
    with fresh(engine) as config:
        app = create_app(config)
        app.testing = True
        yield app
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture(scope="session")
def office() -> Iterator[Office]:
    with ExitStack() as stack:
        yield Office(stack)


@pytest.fixture
def desk(engine: str, office: Office, request: pytest.FixtureRequest) -> Iterator[Desk]:
    """The estate of one story. It may speak of the clauses that its name or docstring cites, of no others."""
    with opened(office.app(engine), request.module.PRESET, cited_by(request.function)) as desk:
        yield desk
