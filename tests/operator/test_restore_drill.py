"""A desk is backed up while people work on it, lost, and had back: what was acknowledged before is there (F39)."""

import hashlib
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from flask import Flask

from shared.attachments import check
from shared.attachments import queries as photos
from shared.attachments import verbs as attachments
from shared.attachments.storage import current_storage, name_of
from shared.audit import roots
from shared.backup import creating, restoring
from shared.cases import scope
from shared.cases.models import Case
from shared.database import db, transaction
from tests.cast import MONDAY, Cast
from tests.databases import ENGINES, fresh
from tests.held import photo
from tests.life import Life, begin
from wsgi import create_app

BEFORE = 8  # things said to be done before the backup begins
Ledger = list[tuple[str, str]]


def _with_photo(story: Life) -> None:
    """Its bytes first, then the row, as a route does it."""
    received = attachments.receive(photo())
    with transaction():
        case = scope.lock_by_id(story.case.id)
        attachments.attach(received, case_id=case.id, round=1, act="filing", public=True, at=story.at)


def _work(app: Flask, cast: Cast, ledger: Ledger, stop: Event, name: str) -> None:
    """File, send a photo, claim and dispatch, over and over; what the machine has acknowledged is noted after it."""
    with app.app_context():
        turn = 0
        while not stop.is_set():
            turn += 1
            story = begin(cast, description=f"{name}第{turn}次反映楼道灯不亮", topic="light")
            ledger.append((story.number, "filing"))
            for what, do in (("photo", lambda s=story: _with_photo(s)), ("dispatch", story.dispatched)):
                do()
                ledger.append((story.number, what))


def _stands(number: str, what: str) -> bool:
    case = db.session.query(Case).filter_by(archive_number=number).one_or_none()
    if case is None:
        return False
    if what != "photo":
        return what in Life(Cast("jinxiu"), number, MONDAY).acts
    (one,) = photos.of_case(case.id)
    with current_storage().open(name_of(one.id)) as file:
        return hashlib.sha256(file.read()).digest() == one.sha256


@pytest.mark.parametrize("engine", ENGINES, indirect=True)
def test_what_was_acknowledged_before_the_backup_is_there_after_the_loss(
    app: Flask,
    cast: Cast,
    tmp_path: Path,
    engine: str,
    record_property: Callable[[str, object], None],
) -> None:
    ledger, stop = Ledger(), Event()
    with ThreadPoolExecutor(3) as pool:
        workers = [pool.submit(_work, app, cast, ledger, stop, name) for name in ("甲", "乙", "丙")]
        try:
            while len(ledger) < BEFORE and not any(worker.done() for worker in workers):
                stop.wait(0.01)
            acknowledged, began = list(ledger), time.monotonic()
            path, manifest = creating.create(tmp_path, MONDAY)
            record_property(f"restore drill, seconds: backup ({engine})", round(time.monotonic() - began, 2))
        finally:
            stop.set()
    assert [worker.result() for worker in workers] == [None] * 3, "nobody was held up or turned away"
    assert len(ledger) > len(acknowledged), "they worked on while it was made"
    assert (manifest.missing, manifest.damaged) == ([], [])
    db.session.remove()
    with fresh(engine) as config:
        lost = create_app(config)
        with lost.app_context():
            began = time.monotonic()
            findings = restoring.restore(path, MONDAY, replace=False)
            record_property(f"restore drill, seconds: restore ({engine})", round(time.monotonic() - began, 2))
            assert findings.faults == []
            assert [done for done in acknowledged if not _stands(*done)] == []
            assert roots.verify()[1] == []
            found = check.examine(MONDAY)
            assert (found.rows_without_files, found.files_without_rows) == ([], [])
            known = {number for number, _what in ledger}
            for case in db.session.query(Case):
                assert case.archive_number in known
                assert Life(Cast("jinxiu"), case.archive_number, MONDAY).acts[0] == "filing"
            db.session.remove()
            db.engine.dispose()
