"""`flask privacy …`: what an operator, an auditor and whoever handles a leak ask for."""

import json
import logging
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from shared.audit.models import Access
from shared.cases import scope
from shared.database import db, transaction
from shared.outbox import drain
from shared.retention import requests
from tests.cast import MONDAY, Cast
from tests.held import LEFTOVER, days, ended, left_in_files, left_in_rows
from tests.life import begin


def run(app: Flask, *words: str) -> Any:
    result = app.test_cli_runner().invoke(args=["privacy", *words, "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_dry_run_lists_and_changes_nothing_then_it_is_done(
    app: Flask, cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    """T41, with a look at the log: a purge says numbers and no names."""
    caplog.set_level(logging.DEBUG)
    first, second = ended(cast), ended(cast, MONDAY + days(600))
    late = first.at + days(1095)
    with time_machine.travel(late, tick=False):
        planned = run(app, "purge", "--dry-run")
        assert [case["case"] for case in planned["erasure"]] == [first.number]
        assert [case["case"] for case in planned["sealing"]] == [second.number]
        assert run(app, "purge", "--dry-run") == planned
        done = run(app, "purge")
        assert (done["sealed"], done["erased"], done["failed"], done["traces"]) == (1, 1, 0, False)
        assert run(app, "purge", "--dry-run") == {"sealing": [], "erasure": []}
        drain.run_due(100)
    assert [words for words in LEFTOVER if words in caplog.text] == []
    with time_machine.travel(second.at + days(1095), tick=False):
        run(app, "purge")
        drain.run_due(100)
    assert left_in_rows() == []
    assert left_in_files() == []


def test_pipl_54_the_report_says_what_is_held_since_when_and_who_read_it(app: Flask, cast: Cast) -> None:
    life = ended(cast)
    begin(cast, anonymous=True, phone="", name="", email="", unit="")
    with transaction():
        requests.ask(scope.lock_by_id(life.case.id), requests.COPY, at=life.at)
    with time_machine.travel(life.at + days(20), tick=False):
        (here,) = run(app, "report")
    assert (here["estate"], here["cases"], here["contacts"], here["statements"]) == ("jinxiu", 2, 1, 2)
    assert (here["photos"], here["addresses"], here["sealed"], here["erased"]) == (1, 1, 0, 0)
    assert here["photo_bytes"] > 1_000
    assert here["oldest_at"].startswith("2026-03-02")
    assert here["next_sealing_at"][:10] == (life.at + days(180)).date().isoformat()
    assert here["next_erasure_at"][:10] == (life.at + days(1095)).date().isoformat()
    assert [(r["username"], r["what"], r["times"]) for r in here["read_by"]] == [("limin", "phone", 1)]
    assert [(r["case"], r["kind"], r["overdue"]) for r in here["requests"]] == [(life.number, "copy", False)]


def test_the_report_prints_for_people_too(app: Flask, cast: Cast) -> None:
    ended(cast)
    printed = app.test_cli_runner().invoke(args=["privacy", "report"]).output
    assert "contacts: 1" in printed
    assert "next_erasure_at: 2029-" in printed


def test_pipl_57_after_a_leak_whoever_was_read_is_named(app: Flask, cast: Cast) -> None:
    life, other = ended(cast), begin(cast, MONDAY + days(3))
    with transaction():
        for username, case in (("zhouqi", other.case), ("zhouqi", life.case)):
            db.session.add(
                Access(at=MONDAY + days(4), user_id=cast.person(username).id, case_id=case.id, what="phone")
            )
    since = (MONDAY + days(2)).date().isoformat()
    everybody = run(app, "affected", "--since", since)
    assert {case["number"] for case in everybody["cases"]} == {life.number, other.number}
    hers = run(app, "affected", "--since", since, "--actor", "zhouqi")
    assert [(case["number"], case["read"], case["has_phone"]) for case in hers["cases"]] == [
        (life.number, ["phone"], True),
        (other.number, ["phone"], True),
    ]
    assert hers["could_see"] == 0
    his = run(app, "affected", "--since", "2026-01-01", "--actor", "wangqiang")
    assert [case["number"] for case in his["cases"]] == [life.number], (
        "what he did on it is on record as well"
    )
    late = (MONDAY + timedelta(days=9)).date().isoformat()
    assert run(app, "affected", "--since", late, "--actor", "limin") == {"cases": [], "could_see": 2}


def test_nobody_by_that_name_is_an_error(app: Flask, cast: Cast) -> None:
    result = app.test_cli_runner().invoke(
        args=["privacy", "affected", "--since", "2026-01-01", "--actor", "x"]
    )
    assert result.exit_code == 1
    assert "nobody called x" in result.output
