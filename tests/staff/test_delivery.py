"""What was sent about a case and what was not, as its page says it; and dead letters sent again with one click."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from shared.cases.models import Case
from shared.cases.vocabulary import Channel
from shared.database import db, transaction
from shared.incidents import proposing
from shared.notifications import faults, naming, wording
from shared.notifications.models import Message
from shared.notifications.queries import TASK
from shared.outbox import drain, rows
from shared.outbox.models import DEAD, OutboxRow
from tests.cast import MONDAY, Cast
from tests.critic import CriticalClient, Page
from tests.domain.test_messages import Sink, _monday, sink
from tests.domain.test_quiet_hours import TEN_AT_NIGHT
from tests.life import Life, begin
from tests.standins.channels import gateway
from tests.standins.sms_gateway import SmsGateway

__all__ = ["_monday", "gateway", "sink"]

SignIn = Callable[[str], CriticalClient]


def dead(story: Life) -> None:
    """Nobody took the party's message for a whole day."""
    with time_machine.travel(MONDAY, tick=False) as clock:
        for _ in range(13):
            drain.run_due(20)
            clock.shift(timedelta(hours=10))
    db.session.expire_all()


def letters() -> list[str]:
    """What has become of each message's row."""
    db.session.expire_all()
    return list(db.session.scalars(select(OutboxRow.state).where(OutboxRow.task == TASK)))


def panel(page: Page) -> str:
    return " ".join(page.one("section[aria-labelledby=delivery]").get_text(" ").split())


def test_each_channel_has_its_line_with_what_became_of_it(
    cast: Cast, signed_in: SignIn, sink: Sink, gateway: SmsGateway
) -> None:
    story = begin(cast, phone="020-8888 1234")
    drain.run_due(10)
    told = panel(signed_in("limin").get(f"/staff/cases/{story.number}"))
    assert "已收到诉求 邮件 · 今天 10:00 诉求人 已发出" in told
    assert "已收到诉求 短信 · 今天 10:00 诉求人 没有发出：不是手机号，收不到短信" in told


def test_why_an_anonymous_party_was_told_nothing(cast: Cast, signed_in: SignIn) -> None:
    story = begin(cast, anonymous=True, name="", phone="", email="", unit="")
    told = panel(signed_in("limin").get(f"/staff/cases/{story.number}"))
    assert "没有发出：匿名诉求，没有联系方式" in told


def test_what_waits_for_the_morning_says_until_when(cast: Cast, signed_in: SignIn, sink: Sink) -> None:
    with time_machine.travel(TEN_AT_NIGHT, tick=False):
        story = begin(cast, at=TEN_AT_NIGHT).claimed().dispatched()
        told = panel(signed_in("limin").get(f"/staff/cases/{story.number}"))
    assert "已派单 邮件 · 今天 22:20 诉求人 等到 3 月 3 日 08:00 再发" in told
    assert "派单 邮件 · 今天 22:20 王强 等到" in told


def test_what_failed_once_is_tried_again_and_says_so(
    cast: Cast, signed_in: SignIn, gateway: SmsGateway
) -> None:
    gateway.failing.append(500)
    story = begin(cast)
    drain.run_due(10)
    told = panel(signed_in("limin").get(f"/staff/cases/{story.number}"))
    assert "试过 1 次没有成功，会再试" in told
    assert "重发" not in told


def test_f36_a_dead_letter_is_sent_again_from_the_case_and_says_by_whom(
    cast: Cast, signed_in: SignIn, gateway: SmsGateway
) -> None:
    gateway.always = 400
    story = begin(cast)
    dead(story)
    handler = begin(cast, description="走廊灯不亮", phone="13900139000").dispatched()
    client = signed_in("limin")
    page = client.get(f"/staff/cases/{story.number}")
    assert "没有发出：多次发送未成功，可以重发" in panel(page)
    gateway.always = 0
    page = page.submit("/resending")
    assert "已重新发出。" in page.words
    assert "李敏重发" in panel(page)
    with time_machine.travel(MONDAY + timedelta(days=7), tick=False):
        drain.run_due(20)
    assert gateway.delivered[0][0] == "13800138000"
    assert "已发出 李敏重发" in panel(client.get(f"/staff/cases/{story.number}"))
    assert "重发" not in panel(signed_in("wangqiang").get(f"/staff/cases/{handler.number}"))


def test_a_second_click_sends_nothing_twice(cast: Cast, signed_in: SignIn, gateway: SmsGateway) -> None:
    gateway.always = 400
    story = begin(cast)
    dead(story)
    client = signed_in("limin")
    page = client.get(f"/staff/cases/{story.number}")
    gateway.always = 0
    page.submit("/resending")
    again = page.submit("/resending")
    assert "这条消息已经不用重发。" in again.words
    with time_machine.travel(MONDAY + timedelta(days=7), tick=False):
        drain.run_due(20)
    assert len(gateway.delivered) == 1


@pytest.mark.parametrize("message", ["", "x", "0", "999999", "9" * 30, "-1"])
def test_a_message_that_is_none_of_this_case_is_left_alone(
    cast: Cast, signed_in: SignIn, gateway: SmsGateway, message: str
) -> None:
    gateway.always = 400
    story, other = begin(cast), begin(cast, description="走廊灯不亮", phone="13900139000")
    dead(story)
    page = signed_in("limin").get(f"/staff/cases/{story.number}")
    others = db.session.scalars(select(Message.id).where(Message.case_id == other.case.id)).first()
    for asked in (message, str(others)):
        assert "已经不用重发" in page.submit("/resending", message=asked).words
    assert letters() == ["dead", "dead"]


def test_f36_the_operations_page_shows_dead_letters_and_sends_them_again_with_one_click(
    cast: Cast, signed_in: SignIn, gateway: SmsGateway
) -> None:
    gateway.always = 500
    story = begin(cast)
    begin(cast, description="走廊灯不亮", phone="13900139000", unit="5-1-101")
    dead(story)
    director = signed_in("hemei")
    page = director.get("/staff/operations")
    assert "已收到诉求（短信） 诉求人" in page.words
    assert story.number in page.words
    assert "短信网关没有收下" in page.words
    assert "13800138000" not in page.text
    gateway.always = 0
    every = [field["value"] for field in page.form("/operations/resending").select("[name=row]")]
    assert len(every) == 2
    assert "已重新发出 2 条。" in page.submit("/operations/resending", row=every).words
    with time_machine.travel(MONDAY + timedelta(days=7), tick=False):
        drain.run_due(20)
    assert len(gateway.delivered) == 2


def test_co_m5_of_a_report_from_inside_operations_says_nothing_and_its_keepers_send_it_again(
    cast: Cast, signed_in: SignIn, gateway: SmsGateway
) -> None:
    gateway.always = 500
    story = begin(cast)
    with transaction():
        db.session.get_one(Case, story.case.id).channel = Channel.INTERNAL
    dead(story)
    row = db.session.scalars(select(OutboxRow).where(OutboxRow.task == TASK)).one()
    for username in ("hemei", "admin"):
        client = signed_in(username)
        page = client.get("/staff/operations")
        for said in ("已收到诉求", "短信网关没有收下", story.number, "重发"):
            assert said not in page.words, said
        assert "发不出 0" in page.words, "a number without a line would tell that there is something"
        sent = {"row": row.id, "csrf_token": page.one("[name=csrf_token]")["value"]}
        client.post("/staff/operations/resending", data=sent)
        assert letters() == ["dead"]
    keeper = signed_in("tangwen")
    gateway.always = 0
    assert "已重新发出。" in keeper.get(f"/staff/cases/{story.number}").submit("/resending").words
    assert letters() == ["due"]


def test_a_dead_letter_of_a_case_about_the_reader_is_not_shown_to_them(
    cast: Cast, signed_in: SignIn, gateway: SmsGateway
) -> None:
    gateway.always = 500
    story = begin(cast, about="何梅不理人")
    dead(story)
    assert story.number not in signed_in("hemei").get("/staff/operations").words
    assert story.number in signed_in("admin").get("/staff/operations").words


def test_t09_dead_letters_of_another_estate_are_not_shown_nor_sent(
    cast: Cast, elsewhere: Cast, signed_in: SignIn, gateway: SmsGateway
) -> None:
    gateway.always = 500
    story = begin(elsewhere)
    dead(story)
    director = signed_in("hemei")
    page = director.get("/staff/operations")
    assert story.number not in page.words
    row = db.session.scalars(select(OutboxRow).where(OutboxRow.task == TASK)).one()
    token = page.one("[name=csrf_token]")["value"]
    answer = director.post("/staff/operations/resending", data={"row": row.id, "csrf_token": token})
    assert answer.status_code == 303
    assert letters() == ["dead"]


def test_staff_without_an_address_are_told_of_mail_whatever_else_there_is(
    cast: Cast, signed_in: SignIn, gateway: SmsGateway
) -> None:
    story = begin(cast).claimed().dispatched()
    told = panel(signed_in("limin").get(f"/staff/cases/{story.number}"))
    assert "王强 没有发出：未配置邮件" in told


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("the mail server refused the recipient (550)", "邮件服务器拒收（550）"),
        ("the robot of dingtalk answered 200, code 310000", "群机器人回答 200/310000"),
        ("WeChat was not reached: timeout", "连不上微信"),
        ("poison: 3 crashes", "程序中断了 3 次"),
        ("ValueError", "ValueError"),
        (None, ""),
    ],
)
def test_why_a_carrier_refused_is_said_in_the_readers_language(
    app: Flask, stored: str | None, shown: str
) -> None:
    with app.test_request_context("/"):
        assert faults.shown(stored) == shown


def test_every_message_there_is_has_a_name_on_screens(app: Flask) -> None:
    assert set(naming.ABOUT) == {*wording._TO_PARTY, *wording._TO_STAFF}


def test_what_the_machine_could_not_do_is_named_in_words(cast: Cast, signed_in: SignIn) -> None:
    with transaction():
        rows.write(proposing.TASK, {}, "of this story")
        db.session.flush()
        row = db.session.scalars(select(OutboxRow).where(OutboxRow.task == proposing.TASK)).one()
        row.state = DEAD
    page = signed_in("admin").get("/staff/operations")
    assert "找同类诉求" in page.words
    assert proposing.TASK not in page.words
