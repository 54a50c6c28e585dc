"""One change: all of it or none, begun from the present (decision 4; F01, F02)."""

from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from shared import database, events
from shared.cases.models import Case
from shared.database import db, transaction
from shared.errors import Refused
from shared.events import Event
from shared.identity.models import Building
from tests.cast import MONDAY, Cast
from tests.life import begin


@dataclass(frozen=True, slots=True)
class Rung(Event):
    times: int


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Who listens to Rung hears how often, and rings again while it is more than once."""
    monkeypatch.setattr(events, "_handlers", events._handlers.copy())
    heard: list[int] = []

    def listen(event: Rung) -> None:
        heard.append(event.times)
        if event.times > 1:
            events.publish(Rung(event.times - 1))

    events.subscribe(Rung, listen)
    return heard


def _build(cast: Cast, name: str) -> None:
    db.session.add(Building(estate_id=cast.estate.id, name=name, position=99))


def _names() -> set[str]:
    return {name for (name,) in db.session.query(Building.name)}


def _build_and_refuse(cast: Cast) -> None:
    with transaction():
        _build(cast, "违建")
        db.session.flush()
        raise Refused("不行")


def test_a_refused_change_leaves_nothing(cast: Cast) -> None:
    with pytest.raises(Refused):
        _build_and_refuse(cast)
    assert "违建" not in _names()


def test_a_change_does_not_begin_inside_another(cast: Cast) -> None:
    def nested() -> None:
        with transaction(), transaction():
            pass

    with pytest.raises(RuntimeError, match="already open"):
        nested()
    with transaction():
        _build(cast, "13号楼")
    assert "13号楼" in _names()


def test_what_was_changed_outside_is_refused_instead_of_lost(cast: Cast) -> None:
    _build(cast, "13号楼")
    with pytest.raises(RuntimeError, match="outside a transaction"), transaction():
        pass


def test_a_change_decides_on_the_present_and_not_on_what_the_page_read_before(cast: Cast, app: Flask) -> None:
    story = begin(cast)
    seen = story.case
    assert seen.state == "received"
    with app.app_context(), transaction():
        db.session.execute(text("UPDATE cases SET state = 'withdrawn'"))
    with transaction():
        case = db.session.get_one(Case, seen.id)
        assert case.state == "withdrawn"


def test_news_is_handled_after_the_verb_and_before_the_change_stands(cast: Cast, heard: list[int]) -> None:
    with transaction():
        events.publish(Rung(3))
        assert heard == []
    assert heard == [3, 2, 1]


def test_news_of_a_change_that_failed_is_not_heard_by_the_next(cast: Cast, heard: list[int]) -> None:
    def ring_and_fail() -> None:
        with transaction():
            events.publish(Rung(1))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ring_and_fail()
    with transaction():
        _build(cast, "13号楼")
    assert heard == []


def test_a_listener_that_fails_takes_the_change_with_it(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """A case is never closed without the messages that follow from it."""
    monkeypatch.setattr(events, "_handlers", events._handlers.copy())

    def fail(_event: Rung) -> None:
        raise ZeroDivisionError

    events.subscribe(Rung, fail)

    def build() -> None:
        with transaction():
            _build(cast, "13号楼")
            events.publish(Rung(1))

    with pytest.raises(ZeroDivisionError):
        build()
    assert "13号楼" not in _names()


def test_news_that_feeds_on_itself_is_stopped(cast: Cast, heard: list[int]) -> None:
    def ring() -> None:
        with transaction():
            events.publish(Rung(10**6))

    with pytest.raises(RuntimeError, match="feed one another"):
        ring()


def test_what_follows_a_commit_follows_only_a_commit(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_after_commit", [])
    done: list[str] = []
    database.after_commit(lambda: done.append("done"))
    with pytest.raises(Refused):
        _build_and_refuse(cast)
    assert done == []
    with transaction():
        _build(cast, "13号楼")
    assert done == ["done"]


def test_an_instant_comes_back_as_it_went_in_and_without_a_zone_it_does_not_go_in(cast: Cast) -> None:
    story = begin(cast, received_at=MONDAY.replace(microsecond=123_456))
    assert story.case.received_at == MONDAY.replace(microsecond=123_456)
    assert story.case.received_at.tzinfo is not None
    with pytest.raises(Exception, match="time zone"):
        begin(cast, received_at=MONDAY.replace(tzinfo=None))


def test_an_error_of_the_database_does_not_quote_what_was_to_be_stored(cast: Cast) -> None:
    with pytest.raises(DBAPIError) as caught:
        db.session.execute(text("INSERT INTO nowhere (phone) VALUES (:phone)"), {"phone": "13800138000"})
    assert "nowhere" in str(caught.value)
    assert "13800138000" not in str(caught.value)
