"""Who is told of what, by mail through a real SMTP server, and why not where nothing reaches them."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
import time_machine
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask
from sqlalchemy import select

from shared.cases.models import Case
from shared.config import Misconfigured
from shared.database import db, transaction
from shared.deadlines.models import Deadline
from shared.escalation import climbing
from shared.notifications import telling
from shared.notifications.channels.mail import is_usable, server_at
from shared.notifications.models import Message
from shared.notifications.queries import READ, TASK, dead
from shared.notifications.sending import PARTY, tell
from shared.outbox import drain, rows
from shared.outbox.models import DEAD, OutboxRow
from shared.ownership import claiming, dispatching
from tests.cast import MONDAY, Cast, file

LATER = MONDAY + timedelta(minutes=3)  # before the five minutes of the relay are over


@dataclass
class Sink:
    """A mail server that keeps what it is given, or answers what it is told to."""

    mails: list[EmailMessage] = field(default_factory=list)
    to: list[str] = field(default_factory=list)
    recipient_answer: str = ""
    data_answer: str = ""

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.recipient_answer:
            return self.recipient_answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        if self.data_answer:
            return self.data_answer
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        self.to.extend(envelope.rcpt_tos)
        return "250 OK"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def sink(app: Flask) -> Iterator[Sink]:
    sink, port = Sink(), free_port()
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    app.extensions["shouwen"] = replace(
        app.extensions["shouwen"], mail_url=f"smtp://127.0.0.1:{port}?from=desk@shouwen.example"
    )
    yield sink
    controller.stop()


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with time_machine.travel(MONDAY, tick=False):
        yield


def messages(about: str | None = None) -> list[Message]:
    db.session.expire_all()
    query = select(Message).order_by(Message.id)
    return list(db.session.scalars(query.where(Message.about == about) if about else query))


def told(about: str) -> list[tuple[str, str | None]]:
    return [(message.to_role, message.user.username if message.user else None) for message in messages(about)]


def text(mail: EmailMessage) -> str:
    return str(mail.get_content())


def claimed(cast: Cast) -> Case:
    case = file(cast)
    with transaction():
        claiming.claim(db.session.get_one(Case, case.id), by=cast.person("limin"), at=LATER)
    return case


def dispatched(cast: Cast) -> Case:
    case = claimed(cast)
    with transaction():
        dispatching.dispatch(
            db.session.get_one(Case, case.id),
            by=cast.person("limin"),
            at=LATER,
            department=cast.department("工程部"),
            handler=cast.person("wangqiang"),
            requirements="请带备件",
        )
    return case


def test_the_party_has_it_in_writing(cast: Cast, sink: Sink) -> None:
    case = file(cast)
    assert told("received") == [("party", None)]
    assert sink.mails == []
    drain.run_due(10)
    assert sink.to == ["xiulan@example.com"]
    (mail,) = sink.mails
    assert mail["From"] == "desk@shouwen.example"
    assert case.shown_reference in mail["Subject"]
    assert case.shown_reference in text(mail)
    assert "http://localhost/c/" in text(mail)
    assert mail.get_content_type() == "text/plain"
    assert [message.state for message in messages()] == ["sent"]


def test_nothing_of_the_owners_words_or_telephone_travels(cast: Cast, sink: Sink) -> None:
    dispatched(cast)
    drain.run_due(10)
    assert len(sink.mails) >= 3
    for mail in sink.mails:
        for word in ("困了我半个小时", "按铃", "王秀兰", "13800138000", "138 0013 8000", "1101", "请带备件"):
            assert word not in text(mail) + mail["Subject"]


def test_nobody_is_told_by_mail_without_an_address(cast: Cast, sink: Sink) -> None:
    file(cast, email="")
    assert [(message.state, message.reason) for message in messages()] == [("unsent", "没有留邮箱")]
    assert db.session.scalars(select(OutboxRow)).all() == []


def test_an_anonymous_party_is_not_reached(cast: Cast, sink: Sink) -> None:
    file(cast, anonymous=True, name="", phone="", email="", unit="")
    assert [(message.state, message.reason) for message in messages()] == [
        ("unsent", "匿名诉求，没有联系方式")
    ]


def test_without_a_mail_server_the_row_says_so(cast: Cast) -> None:
    file(cast)
    assert [(message.state, message.reason) for message in messages()] == [("unsent", "未配置邮件")]


@pytest.mark.parametrize(
    "address",
    ["a@b", "a b@c.com", "a@c.com, b@c.com", "a@c.com\nBcc: b@c.com", "<a@c.com>", "a@c.com;b@c.com"],
)
def test_addresses_that_are_more_than_one_plain_address_are_not_used(address: str) -> None:
    assert not is_usable(address)


def test_an_address_that_cannot_be_used_is_not_tried(cast: Cast, sink: Sink) -> None:
    file(cast, email="xiulan@@example")
    assert [(message.state, message.reason) for message in messages()] == [("unsent", "邮箱地址不能用")]


def test_the_same_news_is_told_once(cast: Cast, sink: Sink) -> None:
    case = file(cast)
    with transaction():
        again = db.session.get_one(Case, case.id)
        assert tell(again, PARTY, "received", at=LATER) == []
        assert len(tell(again, PARTY, "closed", at=LATER, detail="1")) == 1
        assert len(tell(again, PARTY, "closed", at=LATER, detail="2")) == 1
    drain.run_due(10)
    assert len(sink.mails) == 3


def test_f07_a_second_sending_carries_the_same_mark(cast: Cast, sink: Sink) -> None:
    """The worker died after the server had the mail and before the row said so."""
    file(cast)
    drain.run_due(10)
    with transaction():
        db.session.scalars(select(Message)).one().state = "waiting"
        row = db.session.scalars(select(OutboxRow)).one()
        row.state, row.due_at = "due", MONDAY
    drain.run_due(10)
    first, second = sink.mails
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Message-ID"].endswith("@shouwen.example>")
    with transaction():
        db.session.scalars(select(OutboxRow)).one().state = "due"
    drain.run_due(10)
    assert len(sink.mails) == 2


@pytest.mark.parametrize("answer", ["451 later", "550 no such user"])
def test_f36_a_server_that_refuses_is_asked_again_for_a_day(cast: Cast, sink: Sink, answer: str) -> None:
    file(cast)
    sink.recipient_answer = answer
    with time_machine.travel(MONDAY, tick=False) as clock:
        for _ in range(13):
            drain.run_due(10)
            clock.shift(timedelta(hours=10))
    db.session.expire_all()
    row = db.session.scalars(select(OutboxRow)).one()
    assert row.state == "dead"
    assert answer[:3] in str(row.error)
    assert "example.com" not in str(row.error)
    assert [(message.state, message.reason) for message in messages()] == [
        ("unsent", "多次发送未成功，可以重发")
    ]
    sink.recipient_answer = ""
    with transaction():
        rows.retry(MONDAY)
    drain.run_due(10)
    assert len(sink.mails) == 1
    assert [(message.state, message.reason) for message in messages()] == [("sent", None)]


def test_a_server_that_refuses_the_words_is_asked_again(cast: Cast, sink: Sink) -> None:
    file(cast)
    sink.data_answer = "554 looks like spam"
    drain.run_due(10)
    assert db.session.scalars(select(OutboxRow.error)).one() == "the mail server answered 554"


def test_a_server_that_is_away_is_asked_again(app: Flask, cast: Cast, sink: Sink) -> None:
    file(cast)
    app.extensions["shouwen"] = replace(
        app.extensions["shouwen"], mail_url=f"smtp://127.0.0.1:{free_port()}?from=desk@shouwen.example"
    )
    drain.run_due(10)
    assert "ConnectionRefusedError" in str(db.session.scalars(select(OutboxRow.error)).one())
    assert messages()[0].state == "waiting"


def test_an_address_erased_before_the_sending_is_not_written_to(cast: Cast, sink: Sink) -> None:
    case = file(cast)
    with transaction():
        party = db.session.get_one(Case, case.id).party
        assert party
        party.email = None
    drain.run_due(10)
    assert sink.mails == []
    assert [(message.state, message.reason) for message in messages()] == [("unsent", "没有留邮箱")]


def test_dispatch_tells_the_handler_and_the_party(cast: Cast, sink: Sink) -> None:
    case = dispatched(cast)
    assert told("assigned") == [("handler", "wangqiang")]
    assert told("dispatched") == [("party", None)]
    drain.run_due(10)
    to_handler = next(mail for mail in sink.mails if "派单：" in mail["Subject"])
    assert case.archive_number in to_handler["Subject"]
    assert f"http://localhost/staff/cases/{case.archive_number}" in text(to_handler)
    to_party = next(mail for mail in sink.mails if "已派单" in mail["Subject"])
    assert "工程部" in text(to_party)
    assert "李敏" in text(to_party)


def deadline(case: Case, **more: object) -> Deadline:
    """One clock of the case, whatever the policy made of it."""
    with transaction():
        found = db.session.scalars(
            select(Deadline)
            .where(Deadline.case_id == case.id, Deadline.met_at.is_(None))
            .order_by(Deadline.due_at.desc())
        ).first()
        assert found
        for name, value in more.items():
            setattr(found, name, value)
    return found


def near_and_broken(case: Case, duty: str = "first_responder") -> None:
    clock = deadline(case, duty=duty)
    with transaction():
        again = db.session.get_one(Case, case.id)
        telling.on_deadline_near(again, clock, LATER)
        climbing.on_breached(again, clock, LATER)


def test_what_nobody_claimed_lies_with_who_is_on_duty(cast: Cast, sink: Sink) -> None:
    near_and_broken(file(cast))
    assert told("deadline_near") == told("deadline_broken") == [("dispatcher", "limin")]


def test_what_is_claimed_lies_with_its_first_responder(cast: Cast, sink: Sink) -> None:
    near_and_broken(claimed(cast))
    assert told("deadline_near") == told("deadline_broken") == [("first_responder", "limin")]


def test_gz_15_of_a_handlers_breach_the_first_responder_hears_too(cast: Cast, sink: Sink) -> None:
    near_and_broken(dispatched(cast), "handler")
    assert told("deadline_near") == [("handler", "wangqiang")]
    assert told("deadline_broken") == [("handler", "wangqiang"), ("first_responder", "limin")]


def test_gz_8_a_late_relay_is_not_the_handlers_breach(cast: Cast, sink: Sink) -> None:
    near_and_broken(dispatched(cast), "dispatcher")
    assert told("deadline_broken") == [("first_responder", "limin")]


def test_a_threshold_is_nobodys_and_nobody_hears_of_it(cast: Cast, sink: Sink) -> None:
    near_and_broken(dispatched(cast), "nobody")
    assert told("deadline_near") == told("deadline_broken") == []


def test_notice_of_a_clock_that_was_met_meanwhile_is_not_sent(cast: Cast, sink: Sink) -> None:
    case = claimed(cast)
    near_and_broken(case)
    deadline(case, met_at=LATER)
    drain.run_due(10)
    (near,) = messages("deadline_near")
    assert (near.state, near.reason) == ("unsent", "发送之前事情已办，不再需要")
    broken = next(mail for mail in sink.mails if "时限已超" in mail["Subject"])
    assert "现已办理" in text(broken)


def test_a_broken_clock_is_named_with_its_clause_and_the_local_time(cast: Cast, sink: Sink) -> None:
    case = claimed(cast)
    clock = deadline(case, due_at=MONDAY, duty="first_responder")
    with transaction():
        climbing.on_breached(db.session.get_one(Case, case.id), clock, LATER)
    drain.run_due(10)
    mail = next(mail for mail in sink.mails if "时限已超" in mail["Subject"])
    assert clock.clause in text(mail)
    assert "2026-03-02 10:00" in text(mail)


def test_tr_14_both_heads_learn_of_an_unsatisfied_owner(cast: Cast, sink: Sink) -> None:
    case = dispatched(cast)
    with transaction():
        again = db.session.get_one(Case, case.id)
        telling.on_not_satisfied(again, 1, again.lead_department_id, LATER)
    assert told("not_satisfied") == [("department_head", "gaofeng"), ("director", "hemei")]
    drain.run_due(10)
    assert sum("第 1 轮" in text(mail) for mail in sink.mails) == 2


@pytest.mark.parametrize("about", ["on_informed", "on_closed", "on_reopened"])
def test_the_party_is_told_of_every_turn(cast: Cast, sink: Sink, about: str) -> None:
    case = claimed(cast)
    with transaction():
        getattr(telling, about)(db.session.get_one(Case, case.id), LATER)
    drain.run_due(10)
    assert len(sink.mails) == 2
    assert sink.to == ["xiulan@example.com"] * 2


def test_every_mail_address_of_a_server_is_understood() -> None:
    server = server_at("smtps://u%40x:p%2Fw@mail.example.com?from=desk@example.com")
    assert (server.host, server.port, server.user, server.password, server.tls) == (
        "mail.example.com",
        465,
        "u@x",
        "p/w",
        True,
    )
    server = server_at("smtp://mail.example.com:587?from=desk@example.com&starttls=1")
    assert (server.port, server.starttls, server.tls, server.domain) == (587, True, False, "example.com")
    for wrong in ("", "http://x", "smtp://", "smtp://x?from=nobody", "smtp://x"):
        with pytest.raises(Misconfigured, match="MAIL_URL"):
            server_at(wrong)


def test_t09_dead_letters_of_another_estate_keep_none_of_ours_back(cast: Cast, elsewhere: Cast) -> None:
    """Its mail server was away for a week; more were given up there than anybody reads through."""
    ours, theirs = file(cast), file(elsewhere)
    with transaction():
        for case, count in ((ours, 1), (theirs, READ + 1)):
            message = db.session.scalars(select(Message).where(Message.case_id == case.id).limit(1)).one()
            db.session.add_all(_dead(message, n) for n in range(count))
    may_see = Case.estate_id == cast.estate.id
    letters, kept_back = dead(may_see)
    assert [letter.case.id for letter in letters if letter.case] == [ours.id]
    assert kept_back == READ + 1


def _dead(message: Message, number: int) -> OutboxRow:
    return OutboxRow(
        task=TASK,
        payload={"message": message.id},
        key=f"{message.id} {number}",
        state=DEAD,
        attempts=12,
        unanswered=0,
        created_at=MONDAY,
        due_at=MONDAY,
    )
