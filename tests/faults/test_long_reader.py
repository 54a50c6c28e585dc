"""Somebody reads for as long as they like while the desk writes on SQLite (F16): nobody waits, the log is cut after."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import pytest
from flask import Flask

from shared.database import cut_log, db, transaction
from shared.identity import throttle
from shared.identity.models import Throttle
from tests.cast import MONDAY, Cast

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

TURNS = 200


@pytest.fixture
def reader(app: Flask, cast: Cast) -> Iterator[sqlite3.Connection]:
    """A report that has begun to read, and sees the desk as it was then."""
    with closing(sqlite3.connect(str(db.engine.url.database), isolation_level=None)) as connection:
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM throttles").fetchone()
        yield connection


def _write(turns: int) -> None:
    for turn in range(turns):
        with transaction():
            throttle.note_failure("door", f"{turn}", window=timedelta(hours=1), at=MONDAY)


def _log() -> int:
    return Path(f"{db.engine.url.database}-wal").stat().st_size


def test_who_reads_keeps_nobody_from_writing_and_sees_one_moment(reader: sqlite3.Connection) -> None:
    _write(TURNS)
    assert db.session.query(Throttle).count() == TURNS
    assert reader.execute("SELECT count(*) FROM throttles").fetchone() == (0,)


def test_the_log_that_grew_meanwhile_is_cut_when_the_reader_has_gone(reader: sqlite3.Connection) -> None:
    _write(TURNS)
    db.session.remove()
    grown = _log()
    assert not cut_log(patience_ms=1), "the reader still needs what stands in it"
    assert _log() >= grown
    reader.execute("COMMIT")
    assert cut_log()
    assert _log() == 0


def test_without_a_reader_the_log_stays_small_by_itself(app: Flask, cast: Cast) -> None:
    """SQLite writes it into the file every thousand pages of 4 kB; ten times that would be a log nobody cuts."""
    _write(TURNS * 3)
    db.session.remove()
    assert _log() < 10 * 1000 * 4096


def test_f16_the_log_of_a_desk_that_is_never_idle_is_cut_all_the_same(app: Flask, cast: Cast) -> None:
    """Writers and readers without a gap between them; a log that nobody cuts fills the disk, and then nothing helps."""
    over = Event()

    def write() -> None:
        with app.app_context():
            while not over.is_set():
                _write(1)

    def read() -> None:
        while not over.is_set():
            with app.app_context():
                db.session.query(Throttle).count()

    busy = [Thread(target=each) for each in (write, write, write, write, read, read)]
    for each in busy:
        each.start()
    try:
        assert [cut_log(patience_ms=1_000) for _turn in range(10)] == [True] * 10
    finally:
        over.set()
        for each in busy:
            each.join()
