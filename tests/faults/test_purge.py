"""Two purges at once, and one that is killed: each case is erased once and whole, and no row points at a lost file."""

import sqlite3
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine
from flask import Flask

from shared import clock
from shared.attachments import check
from shared.attachments.storage import NotStored, current_storage
from shared.audit import roots
from shared.audit.models import TimelineRow
from shared.database import cut_log, db
from shared.outbox import drain
from shared.retention import erasure, purge
from tests.cast import MONDAY, Cast
from tests.held import days, ended, left_in_files, left_in_rows, photos_on_disk

CASES = 6
APART = 100  # days: so many alike at once would be a major matter
LATE = MONDAY + days(1200 + CASES * APART)


class Killed(BaseException):
    """As a signal ends a process: nothing catches it."""


def _erasures() -> Counter[int]:
    db.session.rollback()
    return Counter(row.case_id for row in db.session.query(TimelineRow).filter_by(act="erasure"))


def test_two_schedules_at_once_erase_each_case_once(app: Flask, cast: Cast) -> None:
    stories = [ended(cast, MONDAY + days(n * APART)) for n in range(CASES)]
    ids = [story.case.id for story in stories]
    db.session.rollback()
    start = Barrier(2)

    def once(_n: int) -> int:
        with app.app_context():
            start.wait()
            return purge.run(LATE).erased

    with ThreadPoolExecutor(2) as pool:
        erased = list(pool.map(once, range(2)))
    assert sum(erased) == CASES
    assert _erasures() == Counter(ids)
    drain.run_due(100)
    assert (left_in_rows(), photos_on_disk()) == ([], 0)
    assert roots.verify()[1] == []


@pytest.mark.parametrize("survived", [0, 1, 3])
def test_a_purge_that_is_killed_is_taken_up_where_it_ended(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, survived: int
) -> None:
    for n in range(4):
        ended(cast, MONDAY + days(n * APART))
    erase, done = erasure.erase, list[object]()

    def dies(case: object, *, at: object) -> None:
        erase(case, at=at)  # type: ignore[arg-type]
        if len(done) == survived:
            raise Killed
        done.append(case)

    monkeypatch.setattr(erasure, "erase", dies)
    with pytest.raises(Killed):
        purge.run(LATE)
    assert len(_erasures()) == survived
    assert check.examine(LATE).missing == [], "no row points at a file that is gone"
    monkeypatch.undo()
    assert purge.run(LATE).erased == 4 - survived
    drain.run_due(100)
    assert (left_in_rows(), left_in_files(), photos_on_disk()) == ([], [], 0)


def test_a_disk_that_does_not_delete_is_asked_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows are gone at once; the files follow by the outbox, which goes on trying."""
    ended(cast)
    storage = type(current_storage())

    def refuses(self: object, name: str) -> None:
        raise NotStored(name)

    monkeypatch.setattr(storage, "delete", refuses)
    assert purge.run(LATE).erased == 1
    drain.run_due(100)
    assert left_in_rows() == []
    assert photos_on_disk() == 2
    monkeypatch.undo()
    with time_machine.travel(clock.now() + timedelta(minutes=5), tick=False):
        drain.run_due(100)
    assert photos_on_disk() == 0


def test_while_somebody_reads_the_write_ahead_log_the_purge_says_what_it_may_still_hold(cast: Cast) -> None:
    """The next purge empties it, though there is nothing more to erase. PostgreSQL has no such file."""
    path = db.engine.url.database
    if db.engine.dialect.name != "sqlite" or path is None:
        assert cut_log()
        return
    ended(cast)
    with closing(sqlite3.connect(path)) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM statements").fetchone() == (1,)
        done = purge.run(LATE)
        assert (done.erased, done.traces) == (1, True)
        assert left_in_files()
    drain.run_due(100)
    assert not purge.run(LATE)
    assert left_in_files() == []
