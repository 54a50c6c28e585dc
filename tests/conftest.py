"""Fixtures: a desk on a real database, its cast, and a browserless client that criticises every page."""

import gc
import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask, session
from flask_login import login_user
from hypothesis import settings
from sqlalchemy import select

from shared.clock import now
from shared.database import db, transaction
from shared.identity import sessions
from shared.identity.models import User
from shared.web.limits import limiter
from tests import cast as company
from tests.beginnings import Beginnings
from tests.critic import CriticalClient
from tests.databases import ENGINES, Place
from wsgi import create_app

# A busy machine is no finding; HYPOTHESIS_PROFILE=thorough looks longer.
settings.register_profile("quick", max_examples=40, deadline=None)
settings.register_profile("thorough", max_examples=1_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


def pytest_collection_finish(session: pytest.Session) -> None:
    """What stands now stays till the end: to look through it again and again for rubbish took a sixteenth."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


ON_BOTH = {"domain", "clauses", "faults"}


def _engines(path: Path) -> list[str]:
    """Which databases a test runs on: both for what rests on the engine, SQLite for pages, or as the operator says."""
    asked = os.environ.get("SHOUWEN_DATABASES")
    if asked:
        return asked.split(",")
    return list(ENGINES) if ON_BOTH & set(path.parts) else ["sqlite"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Figures that tests have recorded as `what: name` are added up and shown, whoever of the workers ran them."""
    figures: dict[str, Counter[str]] = defaultdict(Counter)
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, []):
            for label, number in getattr(report, "user_properties", []):
                what, _colon, name = label.partition(": ")
                figures[what][name] += number
    for what, numbers in figures.items():
        terminalreporter.write_line(f"{what}: {', '.join(f'{n} {name}' for name, n in numbers.items())}")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    marked = any("engine" in mark.args[0] for mark in metafunc.definition.iter_markers("parametrize"))
    if "engine" in metafunc.fixturenames and not marked:
        metafunc.parametrize("engine", _engines(Path(metafunc.definition.path)), indirect=True)


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> str:
    """The kind of database; parametrised by where the test stands."""
    return str(getattr(request, "param", "sqlite"))


class House:
    """One application per engine, for a test process's whole life.

    To build it for each test, and to have SQLAlchemy compile every statement again, took two thirds of the time.
    """

    def __init__(self) -> None:
        self._places: dict[str, tuple[Place, Flask]] = {}

    def built(self, engine: str) -> tuple[Place, Flask]:
        if engine not in self._places:
            place = Place(engine)
            app = create_app(place.config)
            app.testing = True
            app.test_client_class = CriticalClient
            with app.app_context():
                app.extensions["beginnings"] = Beginnings(db.engine)
            self._places[engine] = place, app
        return self._places[engine]

    def renew(self, engine: str, *, settled: bool) -> Flask:
        """The application with a database as at first."""
        place, app = self.built(engine)
        place.renew(settled=settled)
        if engine == "sqlite":
            _let_go(app)  # a browser's last request may have come after the story, and holds the old database
        app.extensions["shouwen"] = place.config  # a story may have changed the settings
        app.extensions["beginnings"].fresh(settled, place.config)
        return app

    def leave(self) -> None:
        for place, _app in self._places.values():
            place.clear()


@pytest.fixture(scope="session")
def house() -> Iterator[House]:
    house = House()
    yield house
    house.leave()


def _let_go(app: Flask) -> None:
    """Its connections hold a file that is deleted; those to PostgreSQL stay, since its rows are put back."""
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def app(engine: str, house: House, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The whole application on a fresh database: empty, unless `cast` has people move in."""
    app = house.renew(engine, settled="settled" in request.fixturenames)
    if "monkeypatch" in request.fixturenames:
        app.extensions["beginnings"].lose()
    app.extensions.pop("kept", None)
    limiter.reset()
    yield app
    with app.app_context():
        db.session.remove()
    if engine == "sqlite":
        _let_go(app)


@pytest.fixture
def settled() -> str:
    """The estate that the database of `app` holds from the start, since making it for every test takes too long."""
    return "jinxiu"


@pytest.fixture
def cast(settled: str, app: Flask) -> Iterator[company.Cast]:
    """锦绣花园 and its people, within an application context that the test may use."""
    with app.app_context():
        yield company.Cast(settled)
        if db.session.is_active:
            db.session.commit()  # after a rollback psycopg plans every statement anew, in the next story too


@pytest.fixture
def elsewhere(cast: company.Cast) -> company.Cast:
    """Another estate with the same cast of its own; its people must see nothing of the first."""
    return company.settle("yunhe", "云和苑", "YH")


@pytest.fixture
def monday() -> Iterator[time_machine.Traveller]:
    """Everybody's clock, stopped on the day of the stories; `monday.shift(…)` lets time pass."""
    with time_machine.travel(company.MONDAY, tick=False) as clock:
        yield clock


@pytest.fixture
def that_monday() -> Iterator[None]:
    """The afternoon of that day, whenever the story is told: no test meets the night, a holiday or the turn of a year.

    Who lives in another month meets a case left for as long, which is a grave one (VK-4h).
    """
    with time_machine.travel(company.MONDAY + timedelta(hours=6)):
        yield


@pytest.fixture
def client(app: Flask) -> CriticalClient:
    """An owner's browser."""
    client = app.test_client()
    assert isinstance(client, CriticalClient)
    return client


@pytest.fixture
def signed_in(app: Flask) -> Callable[[str], CriticalClient]:
    """`signed_in("limin")` is that person's browser: a session begun for it (tests/staff/test_sign_in.py signs in)."""

    def sign_in(username: str) -> CriticalClient:
        client = app.test_client()
        assert isinstance(client, CriticalClient)
        with app.test_request_context(environ_base=client.environ_base):
            user = db.session.scalars(select(User).where(User.username == username)).one()
            with transaction():
                begun, token = sessions.begin(user, "127.0.0.1", now())
            begun.token = token
            login_user(begun)
            kept = dict(session)
        with client.session_transaction("/staff/") as cookie:
            cookie.update(kept)
        return client

    return sign_in
