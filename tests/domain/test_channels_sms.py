"""SMS to the party's mobile, through a gateway on a real socket."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from shared.cases.models import Case
from shared.database import db, transaction
from shared.notifications.channels import sms
from shared.notifications.models import Message
from shared.outbox import drain, rows
from shared.outbox.models import OutboxRow
from tests.cast import MONDAY, Cast, file
from tests.domain.test_messages import Sink, _monday, messages, sink
from tests.standins.channels import gateway
from tests.standins.sms_gateway import SmsGateway

__all__ = ["_monday", "gateway", "sink"]


def states() -> list[tuple[str, str, str | None]]:
    return [(message.channel, message.state, message.reason) for message in messages()]


def test_the_party_hears_on_every_channel_they_left_an_address_for(
    cast: Cast, sink: Sink, gateway: SmsGateway
) -> None:
    case = file(cast)
    drain.run_due(10)
    ((number, text),) = gateway.delivered
    assert number == "13800138000"
    assert text.startswith(f"锦绣花园：已收到您的诉求 {case.shown_reference} http://localhost/c/")
    assert len(sink.mails) == 1
    assert states() == [("mail", "sent", None), ("sms", "sent", None)]


def test_an_sms_holds_nothing_of_what_the_owner_wrote(cast: Cast, gateway: SmsGateway) -> None:
    file(cast)
    drain.run_due(10)
    for word in ("困了我半个小时", "王秀兰", "1101", "13800138000"):
        assert word not in gateway.delivered[0][1]


@pytest.mark.parametrize(
    ("phone", "reason"), [("020-8888 1234", "不是手机号，收不到短信"), ("", "没有留手机号")]
)
def test_why_no_sms_was_sent(cast: Cast, gateway: SmsGateway, phone: str, reason: str) -> None:
    file(cast, phone=phone)
    assert states() == [("sms", "unsent", reason)]


def test_an_anonymous_party_gets_no_sms(cast: Cast, gateway: SmsGateway) -> None:
    file(cast, anonymous=True, name="", phone="", email="", unit="")
    drain.run_due(10)
    assert gateway.asked == []
    assert states() == [("sms", "unsent", "匿名诉求，没有联系方式")]


def test_f36_a_gateway_that_stumbles_is_asked_again(cast: Cast, gateway: SmsGateway) -> None:
    gateway.failing.extend([500, 500])
    file(cast)
    with time_machine.travel(MONDAY, tick=False) as clock:
        for _ in range(3):
            drain.run_due(10)
            clock.shift(timedelta(minutes=5))
    assert len(gateway.asked) == 3
    assert len(gateway.delivered) == 1
    assert states() == [("sms", "sent", None)]


def test_f36_a_gateway_that_always_refuses_is_a_dead_letter_after_a_day_and_can_be_sent_again(
    cast: Cast, gateway: SmsGateway
) -> None:
    gateway.always = 400
    file(cast)
    with time_machine.travel(MONDAY, tick=False) as clock:
        for _ in range(13):
            drain.run_due(10)
            clock.shift(timedelta(hours=10))
    db.session.expire_all()
    row = db.session.scalars(select(OutboxRow)).one()
    assert (row.state, row.error) == ("dead", "the SMS gateway did not take it")
    assert states() == [("sms", "unsent", "多次发送未成功，可以重发")]
    gateway.always = 0
    with transaction():
        rows.retry(MONDAY)
    drain.run_due(10)
    assert len(gateway.delivered) == 1
    assert states() == [("sms", "sent", None)]


def test_f07_who_dies_between_sending_and_noting_it_sends_under_the_same_mark(
    cast: Cast, gateway: SmsGateway
) -> None:
    file(cast)
    drain.run_due(10)
    with transaction():
        db.session.scalars(select(Message)).one().state = "waiting"
        row = db.session.scalars(select(OutboxRow)).one()
        row.state, row.due_at = "due", MONDAY
    drain.run_due(10)
    assert len(gateway.asked) == 2
    assert len(gateway.delivered) == 1


def test_a_number_erased_before_the_sending_is_not_written_to(cast: Cast, gateway: SmsGateway) -> None:
    case = file(cast)
    with transaction():
        party = db.session.get_one(Case, case.id).party
        assert party
        party.phone = None
    drain.run_due(10)
    assert gateway.asked == []
    assert states() == [("sms", "unsent", "没有留手机号")]


def test_t44_no_log_holds_the_telephone(
    cast: Cast, gateway: SmsGateway, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    gateway.failing.append(500)
    file(cast)
    with time_machine.travel(MONDAY, tick=False) as clock:
        for _ in range(2):
            drain.run_due(10)
            clock.shift(timedelta(minutes=5))
    assert len(gateway.delivered) == 1
    assert "13800138000" not in caplog.text
    assert gateway.delivered[0][1] not in caplog.text


def test_only_mobiles_receive_an_sms() -> None:
    assert sms.is_usable("13800138000")
    for wrong in ("12345678901", "02088881234", "+8613800138000", "138001380001", ""):
        assert not sms.is_usable(wrong)
