"""Mail that waits, on the screens: seen by who takes reports, and decided in one of three ways (T18)."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from shared.audit.models import TimelineRow
from shared.cases.models import Case
from shared.cases.vocabulary import Channel
from shared.config import Mailbox
from shared.database import db, transaction
from shared.email_intake import health
from shared.email_intake.health import Trouble
from shared.email_intake.models import InboundMail
from shared.email_intake.outcomes import Outcome, Why
from tests.cast import MONDAY, Cast, file
from tests.critic import CriticalClient

SignIn = Callable[[str], CriticalClient]
BOX = Mailbox("jinxiu", "mail.example", 993, "desk", "secret", "INBOX", True, False, "desk@shouwen.example")


@pytest.fixture(autouse=True)
def _monday(app: Flask) -> Iterator[None]:
    app.extensions["shouwen"] = replace(app.extensions["shouwen"], mailboxes=(BOX,))
    with time_machine.travel(MONDAY, tick=False):
        yield


def waiting(cast: Cast, n: int = 1, **more: object) -> InboundMail:
    with transaction():
        mail = InboundMail(
            **{
                "estate_id": cast.estate.id,
                "digest": bytes([n]) * 32,
                "received_at": MONDAY - timedelta(hours=1),
                "outcome": Outcome.WAITING,
                "reason": Why.FORGED,
                "sender": "neighbour@example.com",
                "subject": "楼道杂物",
                "body": "三楼楼道里<b>堆满了</b>纸箱",
                **more,
            }
        )
        db.session.add(mail)
    return mail


def test_co_m5_of_mail_to_a_report_from_inside_the_front_learns_not_even_that_it_waits(
    cast: Cast, signed_in: SignIn
) -> None:
    inside = file(cast, MONDAY, channel=Channel.INTERNAL, description="发票对不上")
    waiting(cast, case_id=inside.id, reason=Why.CASE_ENDED)
    assert "封邮件" not in signed_in("limin").get("/staff/").words


def of_inside(cast: Cast, **more: object) -> tuple[Case, InboundMail]:
    """Somebody of ours wrote to us again about what they had reported from inside; the mail waits."""
    case = file(
        cast, channel=Channel.INTERNAL, description="发票对不上", about="", email="colleague@example.com"
    )
    facts: dict[str, Any] = {"case_id": case.id, "reason": Why.EMPTY, "sender": "colleague@example.com"}
    return case, waiting(cast, **{**facts, "subject": "发票的事", "body": "还有两张发票也是假的", **more})


def test_co_m5_supervision_is_told_of_mail_to_a_report_from_inside_and_makes_it_part_of_it(
    cast: Cast, signed_in: SignIn
) -> None:
    case, mail = of_inside(cast)
    waiting(cast, 2)
    client = signed_in("tangwen")
    desk = client.get("/staff/")
    assert "有 1 封邮件等人决定" in desk.words
    assert desk.link("邮件") == "/staff/mails"
    listed = client.get(desk.link("去处理"))
    assert "等人决定 1 封" in listed.words
    assert "楼道杂物" not in listed.words, "what no rule could place is the front desk's"
    page = client.get(listed.link("发票的事"))
    assert "还有两张发票也是假的" in page.words
    assert "只有受理这件内部反映的人能看到" in page.words
    page = page.submit("joining")
    assert f"已并入 {case.archive_number}" in page.words
    db.session.expire_all()
    assert db.session.get_one(InboundMail, mail.id).body is None


@pytest.mark.parametrize("username", ["limin", "chenjing", "hemei", "liujie", "xufei", "yangbo"])
def test_co_m5_nobody_else_finds_such_a_mail_by_any_door(
    cast: Cast, signed_in: SignIn, username: str
) -> None:
    case, mail = of_inside(cast)
    of_inside(cast, n=3, outcome=Outcome.IGNORED, reason=Why.AUTO_REPLY)
    client = signed_in(username)
    for page in (client.get("/staff/"), client.get("/staff/mails")):
        assert page.status_code == 200
        for word in ("封邮件等人决定", "发票的事", "等人决定 1 封", "没有登记的 1 封", case.archive_number):
            assert word not in page.words, word
    assert client.get(f"/staff/mails/{mail.id}").status_code == 404
    token = client.get("/staff/").one("input[name=csrf_token]")["value"]
    for way in ("registration", "joining", "ignoring"):
        said = {"csrf_token": token, "case": case.archive_number, "reason": "spam"}
        assert client.post(f"/staff/mails/{mail.id}/{way}", data=said).status_code == 404, way
    db.session.expire_all()
    assert db.session.get_one(InboundMail, mail.id).outcome == Outcome.WAITING


def test_co_m5_a_report_about_supervision_and_its_mail_are_the_general_managers(
    cast: Cast, signed_in: SignIn
) -> None:
    case = file(cast, channel=Channel.INTERNAL, description="唐文收礼", about="唐文")
    mail = waiting(cast, case_id=case.id, reason=Why.EMPTY)
    accused = signed_in("tangwen")
    assert "封邮件" not in accused.get("/staff/").words
    assert accused.get(f"/staff/mails/{mail.id}").status_code == 404
    boss = signed_in("yangbo")
    page = boss.get(boss.get("/staff/").link("去处理"))
    assert "等人决定 1 封" in page.words
    boss.get(f"/staff/mails/{mail.id}").submit("ignoring", reason="duplicate")
    db.session.expire_all()
    assert db.session.get_one(InboundMail, mail.id).outcome == Outcome.IGNORED


def test_co_m5_what_it_becomes_is_a_report_from_inside_again_and_never_an_ordinary_case(
    cast: Cast, signed_in: SignIn
) -> None:
    inside, mail = of_inside(cast, reason=Why.CASE_ENDED)
    ordinary = file(cast)
    client = signed_in("tangwen")
    page = client.get(f"/staff/mails/{mail.id}")
    refused = page.submit("joining", case=ordinary.archive_number)
    assert refused.status_code == 409
    assert "只能并入内部反映" in refused.words
    page.submit("registration")
    db.session.expire_all()
    new = db.session.get_one(Case, db.session.get_one(InboundMail, mail.id).case_id)
    assert new.id not in (inside.id, ordinary.id)
    assert new.channel == Channel.INTERNAL
    assert new.archive_number not in signed_in("limin").get("/staff/cases").words


def test_what_waits_is_said_on_every_page_and_listed(cast: Cast, signed_in: SignIn) -> None:
    waiting(cast)
    client = signed_in("limin")
    page = client.get(client.get("/staff/").link("去处理"))
    assert "等人决定 1 封" in page.words
    assert "去处理" not in page.words
    assert "回复地址不是本系统给出的" in page.words
    assert "n***@example.com" in page.words
    assert "neighbour@example.com" not in page.get_data(as_text=True)
    assert client.get("/staff/").link("邮件") == "/staff/mails"


def test_its_words_stand_on_its_own_page_as_plain_text(cast: Cast, signed_in: SignIn) -> None:
    mail = waiting(cast)
    page = signed_in("limin").get(f"/staff/mails/{mail.id}")
    assert "三楼楼道里<b>堆满了</b>纸箱" in page.words
    assert "发件人可以伪造" in page.words


def test_it_becomes_a_case_of_mine(cast: Cast, signed_in: SignIn) -> None:
    mail = waiting(cast)
    page = signed_in("limin").get(f"/staff/mails/{mail.id}").submit("registration")
    case = db.session.query(Case).one()
    assert f"已登记为 {case.archive_number}" in page.words
    assert case.first_responder_id == cast.person("limin").id
    db.session.expire_all()
    assert db.session.query(InboundMail).one().body is None


def test_it_becomes_part_of_a_case(cast: Cast, signed_in: SignIn) -> None:
    mail, case = waiting(cast), file(cast)
    page = (
        signed_in("limin").get(f"/staff/mails/{mail.id}").submit("joining", case=case.archive_number.lower())
    )
    assert f"已并入 {case.archive_number}" in page.words
    assert "邮件，发件人不是登记的邮箱" in page.words
    assert "堆满了" in page.words


def test_the_address_on_record_is_known_however_it_is_written(cast: Cast, signed_in: SignIn) -> None:
    """As it is when no person decides: mail programs write capitals as they please."""
    case, mail = file(cast, email="xiulan@example.com"), waiting(cast, sender="XiuLan@Example.com")
    page = signed_in("limin").get(f"/staff/mails/{mail.id}").submit("joining", case=case.archive_number)
    assert "发件人不是登记的邮箱" not in page.words
    (row,) = db.session.query(TimelineRow).filter_by(case_id=case.id, act="addition")
    assert (row.public, row.data["known_sender"]) == (True, True)


def test_a_number_that_is_none_is_said_beside_its_field(cast: Cast, signed_in: SignIn) -> None:
    mail = waiting(cast)
    page = signed_in("limin").get(f"/staff/mails/{mail.id}")
    for typed in ("", "JX-26-9999"):
        wrong = page.submit("joining", case=typed)
        assert wrong.status_code == 422
        assert "档案编号" in wrong.one("#errors").get_text()


def test_it_is_ignored_with_a_reason(cast: Cast, signed_in: SignIn) -> None:
    mail = waiting(cast)
    client = signed_in("liujie")
    page = client.get(f"/staff/mails/{mail.id}")
    assert page.submit("ignoring").status_code == 422
    page = page.submit("ignoring", reason="spam")
    assert "已忽略" in page.words
    assert "忽略：广告、垃圾邮件" in page.words
    assert "没有等人决定的邮件" in page.words


def test_of_two_who_decide_at_once_the_second_is_told(cast: Cast, signed_in: SignIn) -> None:
    mail = waiting(cast)
    first, second = (signed_in(who).get(f"/staff/mails/{mail.id}") for who in ("limin", "liujie"))
    first.submit("registration")
    page = second.submit("registration")
    assert page.status_code == 409
    assert "已经有人处理过" in page.words
    assert db.session.query(Case).count() == 1


def test_the_case_it_answers_is_named_to_who_may_see_it(cast: Cast, signed_in: SignIn) -> None:
    case = file(cast)
    mail = waiting(cast, reason=Why.CASE_ENDED, case_id=case.id)
    page = signed_in("limin").get(f"/staff/mails/{mail.id}")
    assert page.one("input[name=case]")["value"] == case.archive_number


def test_another_estates_mail_is_not_there(cast: Cast, elsewhere: Cast, signed_in: SignIn) -> None:
    mail = waiting(cast)
    client = signed_in("yunhe-limin")
    assert client.get(f"/staff/mails/{mail.id}").status_code == 404
    assert "没有等人决定的邮件" in client.get("/staff/mails").words


@pytest.mark.parametrize(
    ("trouble", "told"),
    [(None, "正常"), (Trouble.LOGIN_REFUSED, "拒绝登录"), (Trouble.SLOW, "没有及时回应")],
)
def test_whether_the_mailbox_can_be_read_stands_on_the_page_of_the_machine(
    app: Flask, cast: Cast, signed_in: SignIn, trouble: Trouble | None, told: str
) -> None:
    folder = app.extensions["shouwen"].data_dir
    client = signed_in("hemei")
    assert "还没有读过" in client.get("/staff/operations").words
    health.note(folder, BOX, MONDAY - timedelta(minutes=2), trouble)
    page = client.get("/staff/operations")
    assert told in page.words
    assert "secret" not in page.get_data(as_text=True)
    (folder / "mailbox-jinxiu.json").unlink()
