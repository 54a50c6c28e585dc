"""`/metrics` (T33): who may read it, that it counts over several processes, and that no label is anybody's words."""

import os
import re
import resource
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from shared import counting, database
from shared.attachments import images
from shared.attachments import verbs as attachments
from shared.cases import drafts, filing, scope
from shared.cases.vocabulary import Channel
from shared.clock import now
from shared.config import Misconfigured, from_environment
from shared.counting import What
from shared.database import db, transaction
from shared.deadlines import sweep
from shared.deadlines.models import Deadline
from shared.errors import Refused
from shared.heartbeats import beating
from shared.incidents import echoing
from shared.notices import screens
from shared.operations import alarms, metrics
from shared.operations.meters import METERS, Meter
from shared.operations.tallies import Tally, added_up
from shared.outbox import drain, rows
from shared.ownership import claiming
from shared.policies.terms import NOBODY
from tests.cast import MONDAY, Cast, file, report
from tests.critic import CriticalClient
from wsgi import create_app

RULES = Path(__file__).parents[2] / "deploy" / "alerts.yml"
TOKEN = "a token for tests"
COUNTED = Meter("things_total", "Things", ("kind",))
PLAIN = Meter("plain_total", "Plain things")
TIMED = Meter("work_seconds", "Work", (), (1.0, 5.0))
REQUESTS = "http_request_duration_seconds_count"
Numbers = dict[tuple[str, ...], float]


@pytest.fixture(autouse=True)
def uncounted(app: Flask) -> Iterator[None]:
    """Counts of other stories are not of this one."""
    app.extensions.pop(metrics.TALLY, None)
    yield
    app.extensions.pop(metrics.TALLY, None)


def read(text: str) -> Numbers:
    """Each number by its name and its labels."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def numbers() -> Numbers:
    """Of the application that the story is told in."""
    return read(metrics.text().decode())


def in_folder(folder: Path) -> Numbers:
    return {
        (sample.name, *sample.labels.values()): sample.value
        for metric in added_up(folder, [COUNTED, PLAIN, TIMED])
        for sample in metric.samples
    }


# Who may read it.


def asked(app: Flask, address: str = "127.0.0.1", token: str = "", **headers: str) -> int:
    if token:
        headers["Authorization"] = f"Bearer {token}"
    client = app.test_client()
    return client.get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": address}).status_code


@pytest.fixture
def settings(app: Flask) -> Callable[..., None]:
    def change(**values: Any) -> None:
        app.extensions["shouwen"] = replace(app.extensions["shouwen"], **values)

    return change


def test_t33_it_is_read_from_this_machine_or_from_where_staff_come_from(
    app: Flask, settings: Callable[..., None]
) -> None:
    assert asked(app) == 200
    assert asked(app, "10.0.0.7") == 404
    assert asked(app, **{"X-Forwarded-For": "127.0.0.1"}) == 404
    settings(staff_networks=("10.0.0.0/8",))
    assert asked(app, "10.0.0.7") == 200
    assert asked(app, "127.0.0.1") == 404
    assert asked(app, "10.0.0.7", **{"X-Forwarded-For": "10.0.0.7"}) == 404


def test_t33_the_token_opens_it_at_any_face_and_nothing_else_does(app: Flask) -> None:
    config = replace(app.extensions["shouwen"], metrics_token=TOKEN)
    portal = create_app(config, faces=("portal", "board"))
    assert asked(portal) == 404
    assert asked(portal, "10.0.0.7", "another token!!!!") == 404
    assert asked(portal, "10.0.0.7", "口令") == 404
    assert asked(portal, "10.0.0.7", TOKEN) == 200
    without = create_app(replace(config, metrics_token=""), faces=("portal",))
    assert asked(without, token="") == asked(without, Authorization="Bearer ") == 404
    with portal.app_context(), without.app_context():
        db.engine.dispose()


def test_a_token_that_could_be_guessed_is_told_at_start() -> None:
    keys = {"SECRET_KEY": "k" * 43, "FIELD_KEY": "k" * 43}
    assert from_environment({**keys, "METRICS_TOKEN": TOKEN}).metrics_token == TOKEN
    assert TOKEN not in repr(from_environment({**keys, "METRICS_TOKEN": TOKEN}))
    with pytest.raises(Misconfigured, match="METRICS_TOKEN"):
        from_environment({**keys, "METRICS_TOKEN": "short"})


# What it counts.


def test_requests_are_counted_by_template_and_nothing_that_somebody_typed_is_a_label(
    cast: Cast, client: CriticalClient
) -> None:
    for reference in ("K7Q3-9FWM-2T", "K7Q3-9FWM-3V"):
        client.get(f"/track/{reference}")
    client.get("/no/such/address")
    page = client.get("/metrics").text
    assert "K7Q3" not in page
    assert "such" not in page
    found = read(page)
    assert found[REQUESTS, "portal", "/track/<reference>", "404"] == 2
    assert found[REQUESTS, "-", "-", "404"] == 1
    assert found["lookup_miss_total",] == 2


def filed(cast: Cast, *, fails: bool = False, **more: object) -> None:
    """In a change that stands, or that comes to nothing."""
    with suppress(ZeroDivisionError), transaction():
        filing.file_case(report(**more), cast.estate, submission_key=drafts.new_key(), at=MONDAY)
        _ = 1 / (not fails)


def test_filed_cases_and_broken_deadlines_are_counted_once_they_stand(cast: Cast) -> None:
    """CO-M5: a report from inside is in no number."""
    filed(cast)
    filed(cast, fails=True)
    filed(cast, channel=Channel.INTERNAL)
    sweep.sweep(MONDAY + timedelta(hours=6))
    found = numbers()
    assert {key: n for key, n in found.items() if key[0] == "cases_filed_total"} == {
        ("cases_filed_total", "portal", "jinxiu"): 1
    }
    assert found["case_open", "received"] == 1
    broken = db.session.scalars(select(Deadline).where(Deadline.breached_at.is_not(None))).all()
    of_duties = [d for d in broken if d.duty != NOBODY and d.case_id == 1]
    assert found["deadline_breached_total",] == len(of_duties) > 0


def test_who_comes_second_is_counted(cast: Cast) -> None:
    """F25."""
    case = file(cast)
    for name in ("limin", "hemei"):
        with suppress(Refused), transaction():
            claiming.claim(scope.lock_by_id(case.id), by=cast.person(name), at=MONDAY)
    assert numbers()["claim_conflicts_total",] == 1


def test_what_was_refused_is_counted_by_the_rule(app: Flask, client: CriticalClient, cast: Cast) -> None:
    """T05, T24, T30."""
    for _ in range(61):
        client.get("/track/K7Q3-9FWM-2T")
    for content in (b"", b"<svg>"):
        with pytest.raises(images.Unfit):
            attachments.receive(BytesIO(content))
    found = numbers()
    assert found["rate_limited_total", "misses"] == 1
    assert found["upload_rejected_total", "empty"] == 1
    assert found["upload_rejected_total", "not_an_image"] == 1


def test_a_database_that_is_too_busy_is_counted(cast: Cast, engine: str) -> None:
    """F15: somebody holds a lock for longer than anybody waits."""
    db.session.rollback()
    with db.engine.connect() as holder, db.engine.connect() as impatient:
        token = database._writing.set(True)  # SQLite begins with its lock
        holder.exec_driver_sql("UPDATE users SET name = name || '.'")
        database._writing.reset(token)
        impatient.exec_driver_sql(
            "PRAGMA busy_timeout = 1" if engine == "sqlite" else "SET LOCAL lock_timeout = 1"
        )
        with pytest.raises(OperationalError):
            impatient.exec_driver_sql("UPDATE users SET name = name || '.'")
        impatient.invalidate()
    assert numbers()["db_busy_total",] == 1


def test_work_of_the_outbox_is_timed_by_its_kind(cast: Cast) -> None:
    with transaction():
        rows.write(echoing.TASK, {"incident": 0}, "one of them")
    drain.run_due(20)
    assert numbers()["job_duration_seconds_count", echoing.TASK] == 1


@contextmanager
def renamed(table: str, other: str) -> Iterator[None]:
    for one, another in ((table, other), (other, table)):
        with transaction():
            db.session.execute(text(f"ALTER TABLE {one} RENAME TO {another}"))
        if one == table:
            yield


def test_f14_without_its_database_the_page_says_so_and_keeps_its_counts(
    cast: Cast, client: CriticalClient
) -> None:
    counting.count(What.CLAIM_LOST)
    with renamed("outbox", "gone"):
        found = read(client.get("/metrics").text)
    assert found["database_up",] == 0
    assert found["claim_conflicts_total",] == 1
    assert ("outbox_pending",) not in found


def test_a_backup_and_signs_of_life_show_with_their_age(cast: Cast) -> None:
    with transaction():
        beating.beat(beating.BACKUP, "nightly", MONDAY)
        beating.beat(beating.SCHEDULE, "here", now())
        beating.beat(beating.ALARMS, "here", now(), "disk worker")
    found = numbers()
    assert found["backup_last_success_timestamp",] == MONDAY.timestamp()
    assert found["heartbeat_age_seconds", "alarms", "here"] < 60
    told = {key[1] for key, number in found.items() if key[0] == "alarm" and number}
    assert told == {"disk", "worker"}


# Over several processes.


def of_two_processes(folder: Path, ends: Callable[[Tally], None]) -> None:
    """A process that counts, forks as the worker does for each job, and goes on counting."""
    tally = Tally(folder, [COUNTED, PLAIN, TIMED])
    tally.add(COUNTED, ("a",), 1)
    child = os.fork()
    if not child:
        tally.add(COUNTED, ("a",), 1)
        ends(tally)
        os._exit(0)
    os.waitpid(child, 0)
    tally.add(COUNTED, ("a",), 1)


def test_a_fork_counts_for_itself_and_all_is_added_up(tmp_path: Path) -> None:
    of_two_processes(tmp_path, lambda tally: tally.add(TIMED, (), 3.0))
    found = in_folder(tmp_path)
    assert found["things_total", "a"] == 3
    assert found["plain_total",] == 0
    assert [found["work_seconds_bucket", bound] for bound in ("1.0", "5.0", "+Inf")] == [0, 1, 1]
    assert found["work_seconds_sum",] == 3.0


def test_f06_a_thousand_jobs_leave_no_more_files_than_worked_at_a_time(tmp_path: Path) -> None:
    """Whoever comes next takes the slot of who is gone, and counts on: no number ever runs back."""
    before = 0.0
    for _ in range(5):
        of_two_processes(tmp_path, lambda tally: os.kill(os.getpid(), signal.SIGKILL))
        after = in_folder(tmp_path)["things_total", "a"]
        assert after == before + 3
        before = after
    assert len(list(tmp_path.glob("*.db"))) == 4


def test_a_file_that_a_power_cut_has_spoilt_costs_its_counts_and_nothing_else(tmp_path: Path) -> None:
    kept, lost = Tally(tmp_path, [COUNTED]), Tally(tmp_path, [COUNTED])
    for tally in (kept, lost):
        tally.add(COUNTED, ("a",), 1)
    (tmp_path / "counter_1.db").write_bytes(b"\xff" * 64)
    assert in_folder(tmp_path)["things_total", "a"] == 1
    del lost
    anew = Tally(tmp_path, [COUNTED])
    anew.add(COUNTED, ("a",), 1)
    assert in_folder(tmp_path)["things_total", "a"] == 2


def test_f18_on_a_full_or_lost_disk_work_goes_on_uncounted(tmp_path: Path) -> None:
    """Where nothing can be written, and where a file can grow no more."""
    (tmp_path / "in the way").touch()
    nowhere = Tally(tmp_path / "in the way", [COUNTED])
    nowhere.add(COUNTED, ("a",), 1)
    child = os.fork()
    if not child:
        tally = Tally(tmp_path, [COUNTED])
        tally.add(COUNTED, ("a",), 1)
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64))
        for kind in ("b", "c", "a"):
            tally.add(COUNTED, (kind,), 1)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert in_folder(tmp_path) == {("things_total", "a"): 1}


def test_to_count_costs_next_to_nothing(tmp_path: Path) -> None:
    """Processor time of one request's share: 20 microseconds at the most."""
    tally = Tally(tmp_path, METERS.values())
    labels = ("portal", "/track/<reference>", "200")
    meter = METERS[What.REQUEST]
    tally.add(meter, labels, 0.01)
    began = time.process_time()
    for _ in range(2_000):
        tally.add(meter, labels, 0.01)
    assert (time.process_time() - began) / 2_000 < 20e-6


def test_a_scrape_asks_a_handful_of_statements(cast: Cast, client: CriticalClient) -> None:
    filed(cast)
    page = client.get("/metrics")
    assert len(page.statements) <= 8


def test_every_rule_for_alerts_asks_for_numbers_that_there_are(cast: Cast) -> None:
    """Names and labels of deploy/alerts.yml, after something of each kind has happened."""
    with transaction():
        for kind in (beating.BACKUP, beating.SCHEDULE, beating.WORKER):
            beating.beat(kind, "here", now())
        screens.mark(cast.estate.id, screens.introduction(cast.estate.id, "大堂屏"), "landscape", now())
    for what, meter in METERS.items():
        if meter.buckets:
            counting.took(what, 1.0, *meter.labels)
        else:
            counting.count(what, *meter.labels)
    there = {name for name, *_labels in numbers()} | {"up", "wal_bytes"}  # of which PostgreSQL has none
    rules = yaml.safe_load(RULES.read_text())["groups"][0]["rules"]
    functions = {
        "max",
        "min",
        "sum",
        "by",
        "on",
        "and",
        "or",
        "absent",
        "time",
        "increase",
        "rate",
        "le",
        "app",
    }
    for rule in rules:
        bare = re.sub(r"\{[^}]*\}|\[\w+\]|by \([^)]*\)", "", rule["expr"])
        asked_for = set(re.findall(r"[a-z_]{2,}", bare)) - functions - {"histogram_quantile"}
        assert asked_for, rule["alert"]
        assert asked_for <= there, rule["alert"]
        assert rule["labels"]["severity"] in ("page", "ticket")
    named = set(re.findall(r'name=~?"([a-z_|]+)"', RULES.read_text()))
    assert {name for each in named for name in each.split("|")} <= set(alarms.Name)
