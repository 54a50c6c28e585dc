"""What tells the operator that something has stopped: dead or hung processes, what waits, what was not saved."""

import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, text, update

from shared import clock_watch, schedule
from shared.cases.vocabulary import Channel
from shared.clock import now
from shared.clock_watch import Jump
from shared.config import Bucket
from shared.database import db, transaction
from shared.errors import Refused
from shared.heartbeats import beating
from shared.heartbeats.models import Heartbeat
from shared.heartbeats.queries import everything
from shared.heartbeats.turns_taken import TurnsTaken
from shared.notices import screens
from shared.notifications.models import WAITING, Message
from shared.notifications.queries import TASK
from shared.operations import alarms, alarms_letters, health, metrics
from shared.operations.alarms import Alarm, Name
from shared.outbox import drain, rows
from shared.outbox.models import OutboxRow
from shared.schedule import Line
from tests.cast import MONDAY, Cast, file
from tests.standins.mail_server import Mailbox, mail_server

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def clock(cast: Cast) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def settings(app: Flask) -> Callable[..., None]:
    """`settings(redis_url="…")` has the desk run with them until the story ends."""

    def change(**values: Any) -> None:
        app.extensions["shouwen"] = replace(app.extensions["shouwen"], **values)

    return change


def found(name: Name) -> list[Alarm]:
    db.session.rollback()
    return [alarm for alarm in alarms.current(now()) if alarm.name == name]


def beat(kind: str, name: str = "here", at=MONDAY, note: str = "") -> None:
    with transaction():
        beating.beat(kind, name, at, note)


def test_a_desk_that_has_just_been_set_up_has_nothing_to_tell() -> None:
    assert alarms.current(now()) == []


def test_f41_a_schedule_that_died_is_told_after_three_minutes(clock: time_machine.Traveller) -> None:
    beat(beating.SCHEDULE)
    clock.shift(3 * MINUTE)
    assert found(Name.SCHEDULE) == []
    clock.shift(1)
    assert found(Name.SCHEDULE) == [Alarm(Name.SCHEDULE, since=MONDAY)]
    beat(beating.SCHEDULE, "the other host", now())
    assert found(Name.SCHEDULE) == []


def test_f22_a_sign_from_the_time_to_come_keeps_nobody_alive(clock: time_machine.Traveller) -> None:
    beat(beating.SCHEDULE)
    clock.shift(-HOUR)
    assert found(Name.SCHEDULE) != []


def test_in_production_a_schedule_and_a_backup_that_never_were_are_missed(
    settings: Callable[..., None],
) -> None:
    settings(app_env="production")
    assert {alarm.name for alarm in alarms.current(now())} == {Name.SCHEDULE, Name.BACKUP}


def test_f41_a_line_that_hangs_or_fails_is_told_while_the_others_go_on(
    clock: time_machine.Traveller,
) -> None:
    names = ["deadlines", "exports", "surveys"]
    turns = TurnsTaken()

    def turn(**errors: str) -> None:
        for name, every in (("deadlines", 15), ("exports", 3600), ("surveys", 600)):
            if errors.get(name) != "hangs":
                turns.note(name, every, now(), errors.get(name, ""))
        with transaction():
            turns.write(now(), names)
        turns.written()

    turn()
    clock.shift(11 * MINUTE)
    turn(deadlines="hangs")
    assert found(Name.LINE) == [Alarm(Name.LINE, "deadlines", MONDAY)]
    turn(deadlines="OperationalError", exports="Damaged")
    assert [(alarm.which, alarm.since) for alarm in found(Name.LINE)] == [
        ("deadlines", MONDAY),
        ("exports", MONDAY + 11 * MINUTE),
    ]
    turn(exports="Damaged")
    assert [alarm.which for alarm in found(Name.LINE)] == ["exports"]
    turn()
    assert found(Name.LINE) == []


def test_what_ails_a_line_is_told_though_the_database_was_busy_when_it_was_to_be_written() -> None:
    """A line of once a day would else be thought sound until tomorrow."""
    turns = TurnsTaken()
    turns.note("integrity", DAY.total_seconds(), now(), "Damaged")
    with suppress(Refused), transaction():
        turns.write(now(), ["integrity"])
        raise Refused("busy")
    with transaction():
        turns.write(now(), ["integrity"])
    assert [alarm.which for alarm in found(Name.LINE)] == ["integrity"]


def test_a_line_that_this_version_no_longer_has_is_not_missed(clock: time_machine.Traveller) -> None:
    beat(beating.LINE, "of old", note="15")
    clock.shift(HOUR)
    with transaction():
        TurnsTaken().write(now(), ["deadlines"])
    assert found(Name.LINE) == []


def test_a_running_schedule_writes_down_that_it_lives_and_how_each_line_ended(app: Flask) -> None:
    """As `schedule run` has it, with two lines of its own: one that goes well, and one that does not."""

    def fail(_stopping: schedule.Stopping) -> None:
        raise ZeroDivisionError

    take_one_turn(app, Line("deadlines", 15, lambda _: None))
    take_one_turn(app, Line("duties", 60, fail))
    take_one_turn(app, Line("signs of life", 60, schedule._signs_of_life))
    signs = {(row.kind, row.name): row for row in db.session.scalars(select(Heartbeat))}
    assert [kind for kind, _name in signs].count(beating.SCHEDULE) == 1
    assert signs[beating.LINE, "deadlines"].note == "15"
    assert signs[beating.LINE, "duties"].note == "60 ZeroDivisionError"


def take_one_turn(app: Flask, line: Line) -> None:
    """A schedule of that line alone, until it has come to its end once."""
    stop = Event()

    def once(stopping: schedule.Stopping) -> None:
        stop.set()
        line.do(stopping)

    schedule.run(app, stop, [line._replace(do=once)])


def test_f05_a_dead_worker_is_told_where_there_is_a_queue_and_only_there(
    clock: time_machine.Traveller, settings: Callable[..., None]
) -> None:
    beat(beating.WORKER)
    clock.shift(4 * MINUTE)
    assert found(Name.WORKER) == []
    settings(redis_url="unix:///nobody/listens/here")
    assert found(Name.WORKER) == [Alarm(Name.WORKER, since=MONDAY)]
    assert found(Name.QUEUE) == [Alarm(Name.QUEUE)]
    beat(beating.WORKER, at=now())
    assert found(Name.WORKER) == []


def test_what_waits_and_what_was_given_up_is_told(clock: time_machine.Traveller) -> None:
    """F36, F37: rows that nobody does, and dead letters."""
    with transaction():
        rows.write("nobody's", {}, "first")
        rows.write("nobody's", {}, "later", MONDAY + HOUR)
    clock.shift(5 * MINUTE)
    assert found(Name.OUTBOX) == []
    clock.shift(MINUTE)
    assert found(Name.OUTBOX) == [Alarm(Name.OUTBOX, since=MONDAY, number=2)]
    with transaction():
        db.session.execute(update(OutboxRow).where(OutboxRow.key == "first").values(state="dead"))
    assert found(Name.OUTBOX) == []
    assert found(Name.DEAD_LETTERS) == [Alarm(Name.DEAD_LETTERS, number=1)]


def test_co_m5_a_dead_letter_of_a_report_from_inside_is_in_no_number(cast: Cast) -> None:
    case = file(cast, channel=Channel.INTERNAL)
    with transaction():
        message = Message(
            case_id=case.id, to_role="supervisor", about="internal_report", channel="mail", state=WAITING
        )
        message.made_at = MONDAY
        db.session.add(message)
        db.session.flush()
        rows.write(TASK, {"message": message.id}, "confided")
        db.session.execute(update(OutboxRow).values(state="dead"))
    assert found(Name.DEAD_LETTERS) == []


def sent(cast: Cast, case_id: int, key: str, channel: str) -> None:
    """A message that waits for its turn."""
    with transaction():
        message = Message(case_id=case_id, to_role="party", about="received", channel=channel, state=WAITING)
        message.detail, message.made_at = key, now()
        db.session.add(message)
        db.session.flush()
        rows.write(TASK, {"message": message.id}, key)


def test_f36_a_channel_that_takes_nothing_is_told_until_something_goes_through(
    cast: Cast, clock: time_machine.Traveller, settings: Callable[..., None]
) -> None:
    """The mail server is away, then back; the gateway for SMS refuses a single one among others."""
    case = file(cast)
    settings(mail_url="smtp://127.0.0.1:9?from=desk@example.org")
    sent(cast, case.id, "first", "mail")
    drain.run_due(10)
    assert found(Name.CHANNEL) == []
    clock.shift(6 * MINUTE)
    assert [(a.which, a.since) for a in found(Name.CHANNEL)] == [("mail", pytest.approx(MONDAY, abs=MINUTE))]
    sent(cast, case.id, "second", "mail")
    with transaction():
        row = db.session.scalars(select(OutboxRow).where(OutboxRow.key == "second")).one()
        row.state, row.done_at, row.due_at = "done", now(), now()
        db.session.get_one(Message, row.payload["message"]).state = "sent"
    assert found(Name.CHANNEL) == []


def test_f36_a_channel_that_was_sound_just_before_it_broke_is_told_however_long_it_lasts(
    cast: Cast, clock: time_machine.Traveller
) -> None:
    """Each wait may be a tenth longer: after half a day, an hour. What went through before that hour proves nothing."""
    case = file(cast)
    sent(cast, case.id, "before", "mail")
    clock.shift(MINUTE)
    sent(cast, case.id, "after", "mail")
    with transaction():
        good, bad = (db.session.query(OutboxRow).filter_by(key=key).one() for key in ("before", "after"))
        good.state, good.done_at = "done", MONDAY
        db.session.get_one(Message, good.payload["message"]).state = "sent"
        bad.attempts, bad.error = 10, "refused"
        bad.due_at = now() + (2**10 - 1) * 0.9 * MINUTE
    clock.shift(9 * HOUR)
    assert [alarm.which for alarm in found(Name.CHANNEL)] == ["mail"]


def test_f42_a_board_that_went_dark_is_told(cast: Cast, clock: time_machine.Traveller) -> None:
    for name in (screens.introduction(cast.estate.id, "大堂屏"), "a stranger's"):
        for at in (MONDAY - HOUR, MONDAY):
            with transaction():
                screens.mark(cast.estate.id, name, "landscape", at)
    assert found(Name.BOARD) == []
    clock.shift(5 * MINUTE)
    assert found(Name.BOARD) == [Alarm(Name.BOARD, "锦绣花园 大堂屏", MONDAY)]


def test_a_backup_is_missed_after_a_day_and_two_hours(clock: time_machine.Traveller) -> None:
    """F39."""
    beat(beating.BACKUP)
    clock.shift(26 * HOUR)
    assert found(Name.BACKUP) == []
    clock.shift(1)
    assert found(Name.BACKUP) == [Alarm(Name.BACKUP, since=MONDAY)]


def test_f18_a_disk_that_fills_up_is_told_before_it_is_full() -> None:
    usage = type(shutil.disk_usage("/"))
    with pytest.MonkeyPatch.context() as patch:
        for total, free, told in ((100, 6, []), (100, 4, [4]), (10**13, 3 * 1024**3, [])):
            patch.setattr(shutil, "disk_usage", lambda _f, t=total, f=free: usage(t, t - f, f))
            assert [alarm.number for alarm in found(Name.DISK)] == told


def test_f18_a_disk_and_a_spool_that_cannot_even_be_asked_are_told_and_keep_nothing_else_from_it(
    settings: Callable[..., None], tmp_path: Path
) -> None:
    """As when a mount has died: also what is asked for after them is found."""
    (tmp_path / "spool").symlink_to("spool")
    settings(data_dir=tmp_path, bucket=Bucket("photos", "", "http://127.0.0.1:9", "here", "path", "a", "b"))
    assert found(Name.SPOOL) == [Alarm(Name.SPOOL)]
    assert "spool_files" not in metrics.text().decode()
    settings(storage_url=f"file:///{'far/' * 2000}", bucket=None)
    assert found(Name.DISK) == [Alarm(Name.DISK, "files")]
    said = metrics.text().decode()
    assert 'disk_free_bytes{mount="data"}' in said
    assert 'disk_free_bytes{mount="files"}' not in said
    assert "database_up 1.0" in said


def test_f16_a_log_that_a_reader_keeps_from_being_cut_is_told(app: Flask) -> None:
    """PostgreSQL has none of its own folder."""
    with pytest.MonkeyPatch.context() as patch, db.engine.connect() as reader:
        patch.setattr(alarms, "LARGEST_WAL", 100)
        reader.exec_driver_sql("SELECT count(*) FROM users")
        with transaction():
            db.session.execute(text("UPDATE users SET name = name || '.'"))
        is_sqlite = db.engine.dialect.name == "sqlite"
        assert [alarm.number > 100 for alarm in found(Name.WAL)] == [True] * is_sqlite


def test_f21_a_clock_that_jumped_is_told_for_a_day(app: Flask, clock: time_machine.Traveller) -> None:
    jump = Jump(expected=MONDAY - 2 * HOUR, shown=MONDAY)
    assert clock_watch.note(app.extensions["shouwen"].data_dir, jump)
    assert not clock_watch.note(app.extensions["shouwen"].data_dir, jump), "another line saw it too"
    assert found(Name.CLOCK) == [Alarm(Name.CLOCK, since=MONDAY)]
    clock.shift(DAY)
    assert found(Name.CLOCK) == []


def test_f38_a_database_that_stands_at_another_migration_is_told() -> None:
    with transaction():
        db.session.execute(text("UPDATE alembic_version SET version_num = '0007'"))
    assert found(Name.MIGRATIONS) == [Alarm(Name.MIGRATIONS)]
    with transaction():
        db.session.execute(text("UPDATE alembic_version SET version_num = :head"), {"head": health.head()})
    assert found(Name.MIGRATIONS) == []


def test_what_is_new_is_said_in_the_log_once(caplog: pytest.LogCaptureFixture) -> None:
    for listed in ([Alarm(Name.DISK)], [Alarm(Name.DISK)], [], [Alarm(Name.DISK)]):
        with transaction():
            alarms.note(listed, now())
    assert [record.message for record in caplog.records] == ["alarm: disk"] * 2


@pytest.fixture
def letters(app: Flask) -> Iterator[Mailbox]:
    with mail_server(app) as kept:
        yield kept


def noted(*names: Name) -> None:
    """A minute of the schedule that finds these, and what follows from it."""
    beat(beating.SCHEDULE, at=now())
    with transaction():
        alarms_letters.write(alarms.note([Alarm(name) for name in names], now()), now())
    drain.run_due(10)


def test_an_administrator_is_told_by_mail_once_a_day_of_each_severe_thing(
    cast: Cast, clock: time_machine.Traveller, letters: Mailbox
) -> None:
    """F18: only those who have an address, and of nothing that can wait."""
    with transaction():
        cast.person("admin").email = "admin@example.org"
    for found_now in ((), (Name.DISK, Name.BOARD), (Name.DISK,), (), (Name.DISK,)):
        clock.shift(MINUTE)
        noted(*found_now)
    [letter] = letters.mails
    assert (letter["to"], letter["subject"]) == ("admin@example.org", "系统有故障：磁盘快满了")
    assert "请清理或扩大磁盘" in letter.get_content()
    assert "/staff/operations" in letter.get_content()
    clock.shift(DAY)
    noted()
    noted(Name.DISK)
    assert len(letters.mails) == 2


def test_what_one_of_two_servers_lacks_is_told_though_the_other_wrote_last(
    cast: Cast, clock: time_machine.Traveller, letters: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each has a schedule, a disk and a spool of its own."""
    with transaction():
        cast.person("admin").email = "admin@example.org"
        beating.beat(beating.SCHEDULE, "one", now())
    for host, listed in (("one", [Alarm(Name.DISK)]), ("two", [])):
        monkeypatch.setattr(socket, "gethostname", lambda named=host: named)
        clock.shift(1)
        with transaction():
            alarms_letters.write(alarms.note(listed, now()), now())
    assert alarms.told(everything(), now(), expected=True) == [Name.DISK]
    drain.run_due(10)
    assert [letter["subject"] for letter in letters.mails] == ["系统有故障：磁盘快满了"]


def test_what_was_over_before_the_letter_went_is_not_told(cast: Cast, letters: Mailbox) -> None:
    with transaction():
        cast.person("admin").email = "admin@example.org"
        beating.beat(beating.SCHEDULE, "here", now())
        alarms_letters.write(alarms.note([Alarm(Name.DISK)], now()), now())
    with transaction():
        alarms.note([], now())
    assert drain.run_due(10) == 1
    assert letters.mails == []
