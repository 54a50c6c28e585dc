"""Many file at one estate of a PostgreSQL desk: nobody waits while those who came later file (F15)."""

from collections.abc import Callable
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import text

from shared.cases import numbering
from shared.database import db, transaction
from shared.identity.models import Estate
from tests.cast import MONDAY, Cast
from tests.machine import until

WAITING = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


def files(app: Flask, came: list[str], who: str) -> Callable[[], None]:
    """What *who* does: waits for a turn, takes a number, is done."""

    def do() -> None:
        with app.app_context(), transaction():
            estate = db.session.query(Estate).filter_by(slug="jinxiu").one()
            year = numbering.lock(estate, MONDAY)
            came.append(who)
            numbering.take(estate, year)

    return do


def waiting(app: Flask) -> int:
    with app.app_context():
        return int(db.session.scalar(WAITING) or 0)


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_f15_whoever_waits_longest_to_file_is_next(app: Flask, cast: Cast) -> None:
    came: list[str] = []
    queue = [Thread(target=files(app, came, who)) for who in ("second", "third", "fourth")]
    with transaction():
        estate = db.session.query(Estate).filter_by(slug="jinxiu").one()
        year = numbering.lock(estate, MONDAY)
        for ahead, thread in enumerate(queue):
            thread.start()
            until(lambda ahead=ahead: waiting(app) == ahead + 1)  # type: ignore[misc]
        numbering.take(estate, year)
    files(app, came, "first once more")()
    for thread in queue:
        thread.join()
    assert came == ["second", "third", "fourth", "first once more"]
