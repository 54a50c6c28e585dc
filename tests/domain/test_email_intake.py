"""Mail to the desk, read from a real mailbox: a case, an addition to the right one, or a person decides."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email import policy
from email.message import EmailMessage
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from shared.attachments import queries as attachments
from shared.audit import timeline
from shared.cases import replies, scope
from shared.cases.models import Case, Words
from shared.cases.vocabulary import Channel
from shared.database import db, transaction
from shared.email_intake import flood, polling, queries, settling
from shared.email_intake.models import InboundMail
from shared.email_intake.outcomes import Why
from shared.email_intake.polling import Pass
from shared.errors import NotFound, Refused
from shared.identity.models import User
from shared.outbox import drain
from tests.cast import MONDAY, Cast, file
from tests.domain.test_messages import Sink, messages, sink, text
from tests.imap import ADDRESS, MailServer, read_by
from tests.life import begin

pytestmark = pytest.mark.usefixtures("monday")

__all__ = ["sink"]
OWNER = "王秀兰 <xiulan@example.com>"


@pytest.fixture(scope="module")
def server() -> Iterator[MailServer]:
    server = MailServer()
    yield server
    server.end()


@pytest.fixture(autouse=True)
def desk(app: Flask, server: MailServer) -> None:
    """The desk of 锦绣花园 reads the mailbox, which is empty."""
    server.clear()
    read_by(app, server.mailbox)


_serial = iter(range(1_000_000))


def letter(
    body: str = "3号楼电梯又坏了", *, sender: str = OWNER, to: str = ADDRESS, **headers: str
) -> EmailMessage:
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"], mail["To"] = sender, to
    mail["Subject"] = headers.pop("Subject", "电梯")
    mail["Message-ID"] = headers.pop("Message_ID", f"<{next(_serial)}@example.com>")
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(body)
    return mail


def send(server: MailServer, *mails: EmailMessage | bytes) -> Pass:
    """They come in, and the desk reads its mailbox."""
    for mail in mails:
        server.deliver(mail if isinstance(mail, bytes) else mail.as_bytes(), MONDAY)
    return polling.poll(server.mailbox)


def mails() -> list[InboundMail]:
    db.session.expire_all()
    return list(db.session.scalars(select(InboundMail).order_by(InboundMail.id)))


def cases() -> list[Case]:
    db.session.expire_all()
    return list(db.session.scalars(select(Case).order_by(Case.id)))


def outcomes() -> list[tuple[str, str]]:
    return [(mail.outcome, mail.reason) for mail in mails()]


def photo(**more: Any) -> bytes:
    content = BytesIO()
    Image.effect_noise((900, 700), 80).convert("RGB").save(content, more.pop("format", "JPEG"), **more)
    return content.getvalue()


def said_on(case: Case) -> list[str]:
    return list(db.session.scalars(select(Words.text).where(Words.case_id == case.id).order_by(Words.id)))


def answer_to(case: Case, body: str = "今天又停了", **headers: str) -> EmailMessage:
    return letter(body, to=replies.address_of(case, ADDRESS), **headers)


def test_ms_1_a_mail_becomes_a_case_and_is_acknowledged(cast: Cast, server: MailServer, sink: Sink) -> None:
    done = send(server, letter("3号楼2单元电梯又坏了\n早上困了我半个小时", Subject="电梯又坏了"))
    assert done.trouble is None
    (case,) = cases()
    assert (case.channel, case.kind, case.category) == ("email", "complaint", "other")
    assert case.statement is not None
    assert case.statement.description == "3号楼2单元电梯又坏了\n早上困了我半个小时"
    assert case.party is not None
    assert (case.party.name, case.party.email) == ("王秀兰", "xiulan@example.com")
    drain.run_due(10)
    (mail,) = sink.mails
    assert sink.to == ["xiulan@example.com"]
    assert case.shown_reference in mail["Subject"]
    assert "http://localhost/c/" in text(mail)
    assert "直接回复就行" in text(mail)
    assert outcomes() == [("filed", "new")]
    assert server.answered() == [True]


def test_an_answer_to_our_acknowledgement_goes_round_and_finds_its_case(
    cast: Cast, server: MailServer, sink: Sink
) -> None:
    """Our mail → its Reply-To → the mailbox → an addition to that case and no other."""
    other = file(cast)
    send(server, letter())
    drain.run_due(10)
    case = cases()[1]
    ours = next(mail for mail in sink.mails if case.shown_reference in mail["Subject"])
    answer = letter(
        "今天又停了\n\n在 2026-03-02 10:00，desk@shouwen.example 写道：\n> 已收到",
        to=ours["Reply-To"],
        Subject=f"Re: 关于 {other.shown_reference}",
    )
    answer.add_attachment(photo(), maintype="image", subtype="jpeg", filename="电梯.jpg")
    assert send(server, answer).outcomes == {"added": 1}
    assert len(cases()) == 2
    assert said_on(case) == ["今天又停了"]
    assert [p.act for p in attachments.of_case(case.id)] == ["addition"]
    assert said_on(other) == []
    drain.run_due(10)
    assert [mail["To"] for mail in sink.mails if "已收到您的补充" in mail["Subject"]] == [
        "xiulan@example.com"
    ]


def test_a_mail_is_no_answer_because_of_its_subject_or_its_sender(cast: Cast, server: MailServer) -> None:
    case = file(cast)
    send(
        server,
        letter("又坏了", Subject=f"Re: 已收到您的诉求 {case.shown_reference}", In_Reply_To="<x@y.example>"),
    )
    assert outcomes() == [("filed", "new")]
    assert said_on(case) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda token: token[:-1] + ("a" if token[-1] != "a" else "b"),  # one letter of the proof
        lambda token: ("1" if token[0] != "1" else "2") + token[1:],  # another case
        lambda token: token[:-1],
        lambda token: token + "a",
        lambda token: "",
        lambda token: token[:10] + "é" + token[11:],
    ],
)
def test_t18_an_address_that_we_never_gave_out_waits_for_a_person(
    cast: Cast, server: MailServer, change: Any
) -> None:
    case = file(cast)
    local, domain = replies.address_of(case, ADDRESS).split("@")
    forged = f"desk+{change(local.removeprefix('desk+'))}@{domain}"
    raw = letter("伪造的").as_bytes().replace(b"To: desk@shouwen.example", f"To: {forged}".encode())
    send(server, raw)
    assert outcomes() in ([("waiting", "forged")], [("filed", "new")])  # an address with é is none of ours
    assert said_on(case) == []
    if outcomes() == [("waiting", "forged")]:
        (mail,) = mails()
        assert (mail.sender, mail.body) == ("xiulan@example.com", "伪造的")
        sealed = db.session.connection().exec_driver_sql("SELECT body, sender FROM inbound_mails").one()
        assert "伪造的".encode() not in bytes(sealed[0])
        assert b"xiulan" not in bytes(sealed[1])


def test_addresses_written_anew_in_capitals_still_hold(cast: Cast, server: MailServer) -> None:
    case = file(cast)
    send(server, letter("大写也行", to=replies.address_of(case, ADDRESS).upper()))
    assert outcomes() == [("added", "answer")]


def test_whoever_holds_the_address_may_add_and_staff_see_who_it_was(
    cast: Cast, server: MailServer, sink: Sink
) -> None:
    """A sender is easily forged, so it proves nothing either way; the party on record hears of it."""
    case = file(cast)
    stranger, owner = answer_to(case, "我是邻居", sender="b@example.com"), answer_to(case, "我是本人")
    send(server, stranger, owner)
    rows = [row.data["known_sender"] for row in additions_to(case)]
    assert rows == [False, True]
    assert [mail.sender for mail in mails()] == ["b@example.com", None]
    drain.run_due(10)
    assert set(sink.to) == {"xiulan@example.com"}


def additions_to(case: Case) -> list[Any]:
    return [row for row in timeline.rows_of(case.id) if row.act == "addition"]


def test_one_mail_to_two_cases_waits(cast: Cast, server: MailServer) -> None:
    one, other = file(cast), file(cast)
    both = f"{replies.address_of(one, ADDRESS)}, {replies.address_of(other, ADDRESS)}"
    send(server, letter(to=both))
    assert outcomes() == [("waiting", "several_cases")]


def test_an_answer_for_another_estate_waits(cast: Cast, elsewhere: Cast, server: MailServer) -> None:
    case = file(elsewhere, building_id=None)
    send(server, answer_to(case))
    assert outcomes() == [("waiting", "other_estate")]
    assert said_on(case) == []


def test_an_answer_to_a_case_that_has_ended_waits_with_its_number(cast: Cast, server: MailServer) -> None:
    story = begin(cast).closed()
    send(server, answer_to(story.case))
    assert outcomes() == [("waiting", "case_ended")]
    assert mails()[0].case_id == story.case.id


@pytest.mark.parametrize("with_an_ordinary_one", [True, False])
def test_co_m5_what_answers_a_report_from_inside_is_never_the_front_desks(
    cast: Cast, elsewhere: Cast, server: MailServer, with_an_ordinary_one: bool
) -> None:
    """Be it one of two cases answered, or one of the neighbours: it is its own supervision's."""
    inside = file(cast if with_an_ordinary_one else elsewhere, channel=Channel.INTERNAL, building_id=None)
    to = replies.address_of(inside, ADDRESS)
    if with_an_ordinary_one:
        to = f"{replies.address_of(file(cast), ADDRESS)}, {to}"
    send(server, letter("发票的事还有下文", to=to))
    assert outcomes() == [("waiting", "several_cases" if with_an_ordinary_one else "other_estate")]
    keeper = (cast if with_an_ordinary_one else elsewhere).person("tangwen")
    assert len(queries.waiting(keeper)) == 1
    for other in (cast.person("limin"), elsewhere.person("limin"), cast.person("hemei")):
        assert queries.waiting(other) == []
    with transaction():
        mail = settling.lock(keeper, mails()[0].id)
        settling.join(mail, scope.lock(keeper, inside.archive_number), by=keeper, at=MONDAY)
    assert "发票的事还有下文" in said_on(inside)[-1]


@pytest.mark.parametrize("flooded", [True, False])
def test_co_m5_a_machine_that_answers_for_somebody_of_ours_gives_nobody_away(
    cast: Cast, server: MailServer, monkeypatch: pytest.MonkeyPatch, flooded: bool
) -> None:
    """An absence note has the name of whoever reported, and often our own subject."""
    inside = file(cast, channel=Channel.INTERNAL, building_id=None)
    if flooded:
        monkeypatch.setattr(flood, "CASE", (0, 0))
    send(server, answer_to(inside, **({} if flooded else {"Auto_Submitted": "auto-replied"})))
    assert outcomes() == [("refused", "flood") if flooded else ("ignored", "auto_reply")]
    assert queries.passed_over(cast.person("limin"), MONDAY) == []
    assert len(queries.passed_over(cast.person("tangwen"), MONDAY)) == 1


# Machines


@pytest.mark.parametrize(
    ("header", "value", "why"),
    [
        ("Auto_Submitted", "auto-replied", "auto_reply"),
        ("X_Auto_Response_Suppress", "All", "auto_reply"),
        ("Precedence", "bulk", "bulk"),
        ("Return_Path", "<>", "bounce"),
    ],
)
def test_machines_are_not_answered(
    cast: Cast, server: MailServer, sink: Sink, header: str, value: str, why: str
) -> None:
    send(server, letter("我在休假", **{header: value}))
    drain.run_due(10)
    assert outcomes() == [("ignored", why)]
    assert (cases(), sink.mails) == ([], [])
    assert mails()[0].body is None


def test_our_own_mail_that_comes_back_ends_here(cast: Cast, server: MailServer, sink: Sink) -> None:
    """A forwarding rule that sends our acknowledgement to ourselves, with its headers or without."""
    send(server, letter())
    drain.run_due(10)
    (ours,) = sink.mails
    bare = letter(text(ours), sender=ADDRESS, to=ours["Reply-To"])
    under_another_name = letter(text(ours), Auto_Submitted=ours["Auto-Submitted"])
    send(server, ours.as_bytes(policy=policy.SMTP), bare, under_another_name)
    assert outcomes()[1:] == [("ignored", "own"), ("ignored", "own"), ("ignored", "auto_reply")]
    assert len(cases()) == 1


# Files


def test_photos_are_taken_and_what_is_none_is_told(cast: Cast, server: MailServer, sink: Sink) -> None:
    mail = letter("照片见附件")
    mail.add_attachment(photo(), maintype="image", subtype="jpeg", filename="../../etc/passwd.jpg")
    mail.add_attachment(photo(format="PNG"), maintype="application", subtype="octet-stream", filename="b.png")
    mail.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="c.pdf")
    mail.add_attachment(b"<svg onload=x>", maintype="image", subtype="svg+xml", filename="d.svg")
    send(server, mail)
    (case,) = cases()
    assert len(attachments.of_case(case.id)) == 2
    assert timeline.rows_of(case.id)[0].data["left_out"] == {"not_an_image": 2}
    drain.run_due(10)
    assert "您发来的附件有 2 个没有收下：2 个不是照片。" in text(sink.mails[0])


def test_of_more_than_six_photos_six_are_taken(cast: Cast, server: MailServer, sink: Sink) -> None:
    mail = letter("很多照片")
    for number in range(8):
        mail.add_attachment(photo(), maintype="image", subtype="jpeg", filename=f"{number}.jpg")
    send(server, mail)
    assert len(attachments.of_case(cases()[0].id)) == 6
    drain.run_due(10)
    assert "2 个超出一次 6 张" in text(sink.mails[0])


def test_of_a_mail_that_is_too_large_the_words_are_read_and_the_rest_is_told(
    cast: Cast, server: MailServer, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.email_intake.server.LARGEST", 100_000)
    monkeypatch.setattr("shared.email_intake.server.BEGINNING", 20_000)
    mail = letter("照片太大了")
    mail.add_attachment(photo(quality=95), maintype="image", subtype="jpeg", filename="a.jpg")
    assert len(mail.as_bytes()) > 100_000
    send(server, mail)
    (case,) = cases()
    assert case.statement is not None
    assert "照片太大了" in case.statement.description
    drain.run_due(10)
    assert "1 个太大" in text(sink.mails[0])


def test_a_photo_without_a_word_is_a_case(cast: Cast, server: MailServer) -> None:
    mail = letter("", Subject="")
    mail.add_attachment(photo(), maintype="image", subtype="jpeg", filename="a.jpg")
    send(server, mail)
    assert outcomes() == [("filed", "new")]


# What nobody can decide but a person


def test_what_says_nothing_waits(cast: Cast, server: MailServer) -> None:
    send(server, letter("", Subject=""))
    assert outcomes() == [("waiting", "empty")]


def test_what_is_encrypted_waits(cast: Cast, server: MailServer) -> None:
    head = b"From: a@example.com\r\nTo: desk@shouwen.example\r\nMessage-ID: <e@example.com>\r\n"
    send(server, head + b"Content-Type: application/pkcs7-mime; name=smime.p7m\r\n\r\nMIAGCSqGSIb3")
    assert outcomes() == [("waiting", "encrypted")]


def test_what_cannot_be_read_at_all_waits(cast: Cast, server: MailServer) -> None:
    deep = b"".join(
        b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (n, n + 1) for n in range(60)
    )
    send(server, b"From: a@example.com\r\nContent-Type: multipart/mixed; boundary=b0\r\n\r\n" + deep)
    assert outcomes() == [("waiting", "unreadable")]


def test_without_a_sender_nobody_could_be_answered(cast: Cast, server: MailServer) -> None:
    send(server, letter(sender="nobody"))
    assert outcomes() == [("waiting", "no_sender")]


@pytest.mark.parametrize(
    ("subject", "kind"), [("报修：水管", "repair"), ("求助开锁", "help"), ("你们要报修", "complaint")]
)
def test_the_kind_is_what_the_subject_begins_with_or_a_complaint(
    cast: Cast, server: MailServer, subject: str, kind: str
) -> None:
    send(server, letter(Subject=subject))
    assert cases()[0].kind == kind


def test_an_endless_text_is_cut_and_says_so(cast: Cast, server: MailServer) -> None:
    send(server, letter("长" * 90_000))
    (case,) = cases()
    assert case.statement is not None
    assert len(case.statement.description) == 4_000
    assert "长" * 3_900 in case.statement.description
    assert case.statement.description.endswith("见原邮件）")


# When it came


def test_clocks_run_from_when_the_mail_came_in_not_from_when_it_was_read(
    cast: Cast, server: MailServer, monday: Any
) -> None:
    server.deliver(letter().as_bytes(), MONDAY)
    monday.shift(timedelta(hours=5))
    polling.poll(server.mailbox)
    (case,) = cases()
    assert (case.received_at, case.filed_at) == (MONDAY, MONDAY + timedelta(hours=5))


def test_a_mailbox_of_many_years_does_not_become_cases(cast: Cast, server: MailServer) -> None:
    server.deliver(letter("去年的信").as_bytes(), MONDAY - timedelta(days=300))
    polling.poll(server.mailbox)
    assert mails() == []


# Floods


def test_t24_of_one_sender_ten_a_day_become_cases_then_a_person_decides_then_nothing_is_kept(
    cast: Cast, server: MailServer, sink: Sink, monkeypatch: pytest.MonkeyPatch, monday: Any
) -> None:
    monkeypatch.setattr(flood, "SENDER", (2, 4))
    send(server, *(letter(f"第 {n} 封") for n in range(6)))
    assert outcomes() == [("filed", "new")] * 2 + [("waiting", "flood")] * 2 + [("refused", "flood")] * 2
    assert [mail.body is None for mail in mails()] == [True, True, False, False, True, True]
    send(server, letter("别人的", sender="b@example.com"))
    assert outcomes()[-1] == ("filed", "new")
    monday.shift(timedelta(days=1, minutes=1))
    server.deliver(letter("第二天").as_bytes(), MONDAY + timedelta(days=1, minutes=1))
    polling.poll(server.mailbox)
    assert outcomes()[-1] == ("filed", "new")


def test_an_estate_has_a_limit_whatever_the_senders_call_themselves(
    cast: Cast, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flood, "ESTATE", (2, 3))
    send(server, *(letter(sender=f"a{n}@example.com") for n in range(4)))
    assert [outcome for outcome, _why in outcomes()] == ["filed", "filed", "waiting", "refused"]


def test_answers_to_one_case_have_a_limit_of_their_own(
    cast: Cast, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flood, "CASE", (1, 9))
    case = file(cast)
    send(server, *(answer_to(case, f"第 {n} 封", sender=f"a{n}@example.com") for n in range(2)))
    assert outcomes() == [("added", "answer"), ("waiting", "flood")]


# Once


def test_f07_a_mail_that_comes_twice_is_taken_once(cast: Cast, server: MailServer) -> None:
    mail = letter()
    assert send(server, mail, mail).outcomes == {"filed": 1, "known": 1}
    assert len(cases()) == 1
    assert server.answered() == [True, True]


def test_two_that_read_the_mailbox_at_once_take_each_mail_once(
    app: Flask, cast: Cast, server: MailServer
) -> None:
    for number in range(4):
        server.deliver(letter(f"第 {number} 封").as_bytes(), MONDAY)

    def read(_n: int) -> None:
        with app.app_context():
            polling.poll(server.mailbox)

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(read, range(3)))
    assert len(cases()) == 4
    assert outcomes() == [("filed", "new")] * 4
    assert server.answered() == [True] * 4


def test_mails_without_a_message_id_are_told_apart_by_all_of_them(cast: Cast, server: MailServer) -> None:
    one, other = letter("一件事"), letter("另一件事")
    del one["Message-ID"], other["Message-ID"]
    assert send(server, one, other, one).outcomes == {"filed": 2, "known": 1}


# What staff decide


def waiting(cast: Cast, server: MailServer, **more: Any) -> InboundMail:
    """A mail whose address was forged."""
    send(server, letter("楼道里堆了杂物", to=f"desk+{'a' * 34}@shouwen.example", **more))
    return mails()[-1]


def test_a_waiting_mail_becomes_a_case_of_whoever_registers_it(cast: Cast, server: MailServer) -> None:
    mail_id = waiting(cast, server).id
    with transaction():
        settling.register(settling.lock(cast.person("limin"), mail_id), by=cast.person("limin"), at=MONDAY)
    (case,) = cases()
    assert case.first_responder_id == cast.person("limin").id
    assert case.statement is not None
    assert "楼道里堆了杂物" in case.statement.description
    (mail,) = mails()
    assert (mail.outcome, mail.case_id, mail.settled_by_id) == ("filed", case.id, case.first_responder_id)
    assert (mail.sender, mail.subject, mail.body) == (None, None, None)


@pytest.mark.parametrize(("sender", "public"), [(OWNER, True), ("b@example.com", False)])
def test_a_waiting_mail_joins_a_case_and_the_owner_reads_only_their_own(
    cast: Cast, server: MailServer, sender: str, public: bool
) -> None:
    case = file(cast)
    mail_id = waiting(cast, server, sender=sender).id
    with transaction():
        user = cast.person("liujie")
        settling.join(settling.lock(user, mail_id), scope.lock(user, case.archive_number), by=user, at=MONDAY)
    row = timeline.rows_of(case.id)[-1]
    assert (row.act, row.public, row.actor_id) == ("addition", public, cast.person("liujie").id)
    assert mails()[0].case_id == case.id


def test_what_is_ignored_has_a_reason_and_is_decided_once(cast: Cast, server: MailServer) -> None:
    mail_id, user = waiting(cast, server).id, cast.person("limin")
    with transaction(), pytest.raises(Refused):
        settling.ignore(settling.lock(user, mail_id), by=user, at=MONDAY, why=Why.NEW)
    with transaction():
        settling.ignore(settling.lock(user, mail_id), by=user, at=MONDAY, why=Why.SPAM)
    assert outcomes() == [("ignored", "spam")]
    with transaction(), pytest.raises(Refused, match="已经有人处理过"):
        settling.lock(user, mail_id)


@pytest.mark.parametrize("username", ["wangqiang", "tangwen", "yunhe-limin"])
def test_whoever_takes_no_reports_here_does_not_see_it(
    cast: Cast, elsewhere: Cast, server: MailServer, username: str
) -> None:
    mail_id = waiting(cast, server).id
    person = db.session.query(User).filter_by(username=username).one()
    with transaction(), pytest.raises(NotFound):
        settling.lock(person, mail_id)


def test_whom_the_answered_case_is_about_does_not_see_the_mail(cast: Cast, server: MailServer) -> None:
    story = begin(cast, about="周琪态度不好").closed()
    send(server, answer_to(story.case, "周琪还是那样"))
    assert outcomes() == [("waiting", "case_ended")]
    assert [len(queries.waiting(cast.person(who))) for who in ("limin", "zhouqi")] == [1, 0]
    with transaction(), pytest.raises(NotFound):
        settling.lock(cast.person("zhouqi"), mails()[0].id)


def test_pipl_19_words_go_after_a_month_decided_or_not(cast: Cast, server: MailServer) -> None:
    case = file(cast)
    waiting(cast, server)
    send(server, answer_to(case, sender="b@example.com"), letter(Auto_Submitted="auto-replied"))
    for days, kept in ((29, True), (31, False)):
        with transaction():
            settling.forget_old(MONDAY + timedelta(days=days))
        assert any(mail.sender or mail.body or mail.subject for mail in mails()) is kept
    assert outcomes()[0] == ("ignored", "expired")
    assert outcomes()[1] == ("added", "answer")


def test_messages_about_mail_are_recorded(cast: Cast, server: MailServer, sink: Sink) -> None:
    case = file(cast)
    send(server, answer_to(case))
    drain.run_due(10)
    assert [(m.to_role, m.state) for m in messages("mail_added")] == [("party", "sent")]
