"""A page of SQLite's file is damaged: whoever looks is served, whoever sends is told, and somebody is called (F40)."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from shared import schedule
from shared.cases.models import Case
from shared.clock import now
from shared.damage import Damaged
from shared.database import cut_log, db, transaction
from shared.operations import alarms
from shared.operations.alarms import Name
from tests.cast import Cast
from tests.critic import CriticalClient
from tests.portal.test_filing import DETAILS, file, receipt_of

PAGE = 4096  # bytes
UNREAD = "trainings"  # by anything that an owner does
OTHER_WORDS = "五号楼的门禁从昨天起刷卡打不开，老人进不了门。"


@pytest.fixture
def backup(app: Flask, cast: Cast, client: CriticalClient, that_monday: None) -> tuple[str, str]:
    """A desk with one case in a backup; gives the backup and the private link of the case."""
    _reference, _code, link = receipt_of(file(client))
    made = app.test_cli_runner().invoke(args=["backup", "create", "--json"])
    assert made.exit_code == 0, made.output
    return json.loads(made.stdout)["file"], link


def file_of_the_desk() -> Path:
    """With everything in it, and nobody working on it."""
    db.session.remove()
    assert cut_log()
    db.engine.dispose()
    return Path(str(db.engine.url.database))


def damage(table: str) -> bytes:
    """Flip bytes in the first page of *table*, while nobody looks; gives what the file held before."""
    page = db.session.scalar(text("SELECT rootpage FROM sqlite_master WHERE name = :name"), {"name": table})
    path = file_of_the_desk()
    whole = path.read_bytes()
    with path.open("r+b") as database:
        database.seek((int(page or 0) - 1) * PAGE)
        database.write(b"\xa5" * 512)
    return whole


def mend(whole: bytes) -> None:
    """An operator had a replica of the file."""
    db.session.remove()
    db.engine.dispose()
    Path(str(db.engine.url.database)).write_bytes(whole)


def daily_look() -> None:
    next(line for line in schedule.TIMETABLE if line.name == "integrity").do(lambda: False)


def named() -> list[Name]:
    return [alarm.name for alarm in alarms.current(now())]


def ready(app: Flask) -> tuple[int, Any]:
    answer = FlaskClient(app).get("/readyz")
    return answer.status_code, answer.get_json()["database"]


def test_f40_a_damaged_desk_shows_what_it_has_and_takes_nothing_until_it_is_restored(
    app: Flask, client: CriticalClient, backup: tuple[str, str]
) -> None:
    made, link = backup
    details = client.get("/file").submit("/file", category="facilities:lift")
    damage(UNREAD)
    with pytest.raises(Damaged):
        daily_look()
    refused = details.submit("/file/details", **DETAILS)
    assert (refused.status_code, "您填写的内容请保留在本页" in refused.words) == (503, True)
    for address in (link, "/board/jinxiu", "/file"):
        assert client.get(address).status_code == 200, address
    assert ready(app) == (503, "failed")
    assert Name.DAMAGE in named()
    with transaction():  # what the house writes goes on: its letters call somebody
        alarms.note(alarms.current(now()), now())
    db.session.remove()
    db.engine.dispose()
    restored = app.test_cli_runner().invoke(args=["backup", "restore", made, "--yes", "--replace"])
    assert restored.exit_code == 0, restored.output
    assert ready(app) == (200, "ok")
    assert Name.DAMAGE not in named()
    receipt_of(file(client, description=OTHER_WORDS))
    assert len(db.session.scalars(select(Case.id)).all()) == 2


def test_f40_whoever_meets_the_damage_first_is_told_to_come_again_and_it_is_known_at_once(
    app: Flask, client: CriticalClient, backup: tuple[str, str]
) -> None:
    _made, link = backup
    whole = damage("cases")
    assert client.get(link).status_code == 503
    assert named()[0] == Name.DAMAGE
    assert ready(app) == (503, "failed")
    mend(whole)


def test_f40_f24_whoever_sends_once_more_what_has_become_a_case_gets_its_receipt(
    app: Flask, cast: Cast, client: CriticalClient, that_monday: None
) -> None:
    details = client.get("/file").submit("/file", category="facilities:lift")
    last = details.submit("/file/details", **DETAILS)
    receipt = last.submit("/file/check")
    whole = damage(UNREAD)
    app.test_cli_runner().invoke(args=["doctor"])
    assert receipt_of(last.submit("/file/check")) == receipt_of(receipt)
    mend(whole)


def test_f40_a_desk_found_whole_again_takes_what_is_sent(
    app: Flask, client: CriticalClient, backup: tuple[str, str]
) -> None:
    whole = damage(UNREAD)
    app.test_cli_runner().invoke(args=["doctor"])
    assert ready(app) == (503, "failed")
    mend(whole)
    app.test_cli_runner().invoke(args=["doctor"])
    assert ready(app) == (200, "ok")
    receipt_of(file(client, description=OTHER_WORDS))
