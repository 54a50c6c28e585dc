"""The mailbox when something dies: no mail is lost, none becomes two cases, and staff read what is wrong (P1 to P5)."""

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Event, Thread

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from shared import schedule
from shared.cases.models import Case
from shared.clock import now
from shared.config import Mailbox
from shared.database import db
from shared.email_intake import health, polling, taking
from shared.email_intake.health import Trouble
from shared.email_intake.models import InboundMail
from tests.cast import MONDAY, Cast
from tests.imap import MailServer, Wire, free_port, read_by
from tests.machine import FLASK, machine

MAIL = (
    "From: xiulan@example.com\r\nTo: desk@shouwen.example\r\nMessage-ID: <%d@example.com>\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n\r\n电梯又坏了 %d\r\n"
)


@pytest.fixture(scope="module")
def running() -> Iterator[MailServer]:
    server = MailServer()
    yield server
    server.end()


@pytest.fixture
def server(app: Flask, running: MailServer) -> Iterator[MailServer]:
    """Its mailbox is empty, and the desk reads it."""
    running.clear()
    read_by(app, running.mailbox)
    yield running
    (app.extensions["shouwen"].data_dir / "mailbox-jinxiu.json").unlink(missing_ok=True)


def deliver(server: MailServer, n: int = 0, at: datetime | None = None) -> None:
    server.deliver((MAIL % (n, n)).encode(), at or now())


def cases() -> int:
    db.session.expire_all()
    return len(db.session.scalars(select(Case.id)).all())


def standing(app: Flask, mailbox: Mailbox) -> Trouble | None:
    found = health.standing(app.extensions["shouwen"].data_dir, mailbox)
    assert found is not None
    return found.trouble


def url(port: int) -> str:
    return f"imap://desk:a%20password%20of%20the%20mailbox@127.0.0.1:{port}/INBOX?estate=jinxiu&address=desk@shouwen.example"


def test_p3_killed_between_taking_and_marking_it_is_one_case(
    app: Flask, cast: Cast, server: MailServer
) -> None:
    """kill -9 when the case stands and the server has not been told; the next pass only marks."""
    deliver(server)
    wire = Wire(server.port, b"STORE")
    with machine(app, now()) as desk:
        desk.env["MAILBOX_URL"] = url(wire.port)
        reader = desk.start(*FLASK, "mailbox", "poll")
        assert wire.held.wait(60)
        os.killpg(reader.pid, signal.SIGKILL)
        reader.wait(60)
    wire.end()
    assert (cases(), server.answered()) == (1, [False])
    assert polling.poll(server.mailbox).outcomes == {"known": 1}
    assert (cases(), server.answered()) == (1, [True])


def test_p1_killed_before_the_change_stands_it_is_taken_later(
    app: Flask, cast: Cast, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever fails inside the change leaves neither a row nor a mark."""
    deliver(server)
    with monkeypatch.context() as broken:
        broken.setattr(taking, "kind_of", lambda _subject: 1 / 0)
        done = polling.poll(server.mailbox)
    assert (done.trouble, cases(), server.answered()) == (Trouble.FAILED, 0, [False])
    assert db.session.scalars(select(InboundMail)).all() == []
    assert polling.poll(server.mailbox).outcomes == {"filed": 1}
    assert standing(app, server.mailbox) is None


def test_f37_one_mail_that_cannot_be_taken_keeps_no_other_waiting(
    app: Flask, cast: Cast, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(3):
        deliver(server, n)
    honest = taking.description

    def poisoned(subject: str, words: str) -> str:
        return honest(subject, words) if words != "电梯又坏了 1" else str(1 / 0)

    monkeypatch.setattr(taking, "description", poisoned)
    assert polling.poll(server.mailbox).outcomes == {"filed": 2}
    assert server.answered() == [True, False, True]
    assert standing(app, server.mailbox) is Trouble.FAILED


def test_f37_as_many_as_a_pass_takes_that_cannot_be_taken_keep_no_other_waiting(
    cast: Cast, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The oldest come first: a stranger could else fill every pass with them, for two weeks."""
    for n in range(3):
        deliver(server, n)
    honest = taking.description

    def poisoned(subject: str, words: str) -> str:
        return honest(subject, words) if words == "电梯又坏了 2" else str(1 / 0)

    monkeypatch.setattr(taking, "description", poisoned)
    monkeypatch.setattr(polling, "BATCH", 2)
    assert polling.poll(server.mailbox).outcomes == {"filed": 1}
    assert server.answered() == [False, False, True]


def test_a_mail_that_cannot_be_taken_is_not_quoted_in_the_log(
    app: Flask,
    cast: Cast,
    server: MailServer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    deliver(server)
    monkeypatch.setattr(taking, "description", lambda _subject, words: int(words))
    polling.poll(server.mailbox)
    assert "ValueError" in caplog.text
    assert "电梯" not in caplog.text
    assert "xiulan" not in caplog.text


@pytest.mark.parametrize(
    ("change", "trouble"),
    [
        ({"password": "wrong"}, Trouble.LOGIN_REFUSED),
        ({"folder": "Nowhere"}, Trouble.NO_FOLDER),
        ({"estate": "nowhere"}, Trouble.NO_ESTATE),
        ({"tls": True}, Trouble.NOT_TRUSTED),
    ],
)
def test_what_stands_in_the_way_is_told_apart(
    app: Flask, cast: Cast, server: MailServer, change: dict[str, object], trouble: Trouble
) -> None:
    deliver(server)
    wrong = replace(server.mailbox, **change)  # type: ignore[arg-type]
    assert polling.poll(wrong).trouble is trouble
    assert standing(app, wrong) is trouble
    assert polling.poll(server.mailbox).outcomes == {"filed": 1}


def test_f36_a_server_that_is_away_is_asked_again_and_the_trouble_keeps_its_beginning(
    app: Flask, cast: Cast, server: MailServer
) -> None:
    away = replace(server.mailbox, port=free_port())
    with time_machine.travel(MONDAY, tick=False) as clock:
        for _n in range(3):
            assert polling.poll(away).trouble is Trouble.NOT_REACHED
            clock.shift(timedelta(minutes=1))
        found = health.standing(app.extensions["shouwen"].data_dir, away)
        assert found is not None
        assert found.since == MONDAY
        polling.poll(server.mailbox)
        assert standing(app, server.mailbox) is None


def test_after_a_refused_login_the_server_is_left_alone_for_a_while(
    app: Flask, cast: Cast, server: MailServer
) -> None:
    wrong = replace(server.mailbox, password="wrong")
    folder = app.extensions["shouwen"].data_dir
    with time_machine.travel(MONDAY, tick=False) as clock:
        polling.poll_unless_pausing(wrong, lambda: False)
        assert health.is_pausing(folder, wrong, now())
        polling.poll_unless_pausing(server.mailbox, lambda: False)  # mended, but not looked at yet
        assert standing(app, wrong) is Trouble.LOGIN_REFUSED
        clock.shift(timedelta(minutes=16))
        polling.poll_unless_pausing(server.mailbox, lambda: False)
        assert standing(app, wrong) is None


def test_f28_a_server_that_does_not_answer_costs_its_patience_and_no_more(
    app: Flask, cast: Cast, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.email_intake.server.PATIENCE", 0.3)
    wire = Wire(server.port, b"SELECT")
    assert polling.poll(replace(server.mailbox, port=wire.port)).trouble is Trouble.SLOW
    wire.end()


def test_a_server_that_hangs_holds_up_no_other_line_of_the_schedule(
    app: Flask, cast: Cast, server: MailServer
) -> None:
    wire, other, stop = Wire(server.port, b"SELECT"), Event(), Event()
    read_by(app, replace(server.mailbox, port=wire.port))

    def look(_stopping: schedule.Stopping) -> None:
        if wire.held.is_set():
            other.set()
            stop.set()

    mailbox = next(line for line in schedule.TIMETABLE if line.name == "mailbox")
    lines = [mailbox._replace(every=0.05), schedule.Line("other", 0.05, look)]
    keeper = Thread(target=schedule.run, args=(app, stop, lines), daemon=True)
    keeper.start()
    assert other.wait(30)
    wire.end()  # the connection breaks, and the pass with it
    keeper.join(30)
    assert not keeper.is_alive()


def test_a_schedule_that_is_to_end_leaves_the_rest_to_the_next(
    app: Flask, cast: Cast, server: MailServer
) -> None:
    for n in range(3):
        deliver(server, n)
    asked = iter([False, True])
    assert polling.poll(server.mailbox, lambda: next(asked)).outcomes == {"filed": 1}
    assert polling.poll(server.mailbox).outcomes == {"filed": 2}


def test_the_command_reads_every_mailbox_and_says_what_came(
    app: Flask, cast: Cast, server: MailServer
) -> None:
    deliver(server)
    with machine(app, now()) as desk:
        desk.env["MAILBOX_URL"] = url(server.port)
        assert desk.flask("mailbox", "poll") == [{"estate": "jinxiu", "filed": 1, "trouble": None}]
    assert cases() == 1
