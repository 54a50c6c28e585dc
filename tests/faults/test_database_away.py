"""The database is away for a while (F13, F14): each face says so in its words, nothing is pretended, all comes back.

What the telephone of an owner keeps meanwhile is told in tests/browser/test_filing_kept.py, what the board keeps in
tests/browser/test_board_life.py.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from werkzeug.test import Client

from shared.cases import links
from shared.cases.models import Case
from shared.database import db
from tests.cast import PASSWORD, Cast
from tests.critic import CriticalClient
from tests.filing_form import answered
from tests.life import begin

SignIn = Callable[[str], CriticalClient]

HOTLINE = "020-8888 6666"


@contextmanager
def database_away() -> Iterator[None]:
    """Nobody gets a connection, and those there were are gone."""

    def refuse(dialect: Any, *_asked: Any) -> None:
        raise dialect.dbapi.OperationalError("connection refused")

    engine = db.engine
    db.session.remove()
    engine.dispose()
    event.listen(engine, "do_connect", refuse)
    try:
        yield
    finally:
        event.remove(engine, "do_connect", refuse)
        engine.dispose()


@pytest.fixture(autouse=True)
def _day(that_monday: None) -> None:
    """Any working day."""


def test_owners_are_told_whom_to_call_and_what_was_not_stored_is_not_said_to_be(
    client: CriticalClient, cast: Cast
) -> None:
    token = links.current_token(begin(cast).case)
    sent = answered(client.get("/file"))
    with database_away():
        for address in ("/", "/file", "/notices", f"/c/{token}", "/track/0000-0000-00"):
            page = client.get(address)
            assert page.status_code == 503, address
            assert 0 < int(page.headers["Retry-After"]) <= 30, address
            assert "请稍后重试" in page.words, address
            assert HOTLINE in page.words, address
        page = client.post("/file/check", data=sent)
        assert page.status_code == 503
        assert page.soup.select("[data-reference]") == []
    assert db.session.query(Case).count() == 1
    answer = client.post("/file/check", data=sent)
    assert answer.status_code == 303, "the same form, sent again, is filed"
    assert db.session.query(Case).count() == 2


def test_staff_are_told_too_and_a_fragment_stays_a_fragment(
    client: CriticalClient, cast: Cast, signed_in: SignIn
) -> None:
    story, mine = begin(cast).claimed(), signed_in("limin")
    page = mine.get(f"/staff/cases/{story.number}/progress")
    with database_away():
        kept = page.submit("/progress", note="今天下午到场")
        assert kept.status_code == 503
        assert "请保留在本页" in kept.words
        part = mine.get("/staff/desk/counts", headers={"HX-Request": "true"})
        assert part.status_code == 503
        assert b"<html" not in part.data
        door = client.get("/staff/sign-in")
        assert door.submit(username="limin", password=PASSWORD).status_code == 503
    assert "progress" not in story.acts
    assert page.submit("/progress", note="今天下午到场").status_code == 200
    assert "progress" in story.acts


def test_machines_are_told_in_their_own_form_and_the_process_is_not_called_dead(
    app: Flask, client: CriticalClient, cast: Cast
) -> None:
    """Whoever restarts what is not healthy must not restart the web for want of a database."""
    prober = Client(app)  # which tries whether the database can be written, and is no page to criticise
    client.get("/board/jinxiu")
    with database_away():
        assert prober.get("/healthz").status_code == 200
        ready = prober.get("/readyz")
        assert (ready.status_code, ready.get_json()["database"]) == (503, "failed")
        for address in ("/board/jinxiu", "/board/jinxiu/fragment"):
            assert client.get(address).status_code == 503, address
        asked = client.get("/open311/v2/requests.json")
        assert (asked.status_code, asked.mimetype) == (503, "application/json")
    assert prober.get("/readyz").status_code == 200
