"""Template messages of a WeChat official account, against a server that checks tokens, fields and who follows."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from shared.cases import links
from shared.cases.models import Case
from shared.database import db, transaction
from shared.errors import Refused
from shared.notifications import party_addresses
from shared.notifications.channels import wechat as channel
from shared.notifications.models import Message, PartyAddress
from shared.notifications.sending import PARTY, tell
from shared.outbox import drain
from shared.outbox.models import OutboxRow
from tests.cast import MONDAY, Cast, file
from tests.domain.test_messages import _monday, messages
from tests.standins.channels import wechat
from tests.standins.wechat import TEMPLATE, WeChat

__all__ = ["_monday", "wechat"]

XIULAN = "oXiulan_0123456789"
LATER = MONDAY + timedelta(minutes=2)


def bound(cast: Cast, openid: str = XIULAN) -> Case:
    """Her case, and she has asked on its page to be told in WeChat."""
    case = file(cast, email="", phone="")
    with transaction():
        party_addresses.add(db.session.get_one(Case, case.id), "wechat", openid, MONDAY)
    return case


def told(case: Case, about: str = "closed", detail: str = "1") -> None:
    with transaction():
        tell(db.session.get_one(Case, case.id), PARTY, about, at=LATER, detail=detail)
    with time_machine.travel(LATER, tick=False):
        drain.run_due(10)


def last() -> Message:
    return messages()[-1]


def test_who_asked_is_told_in_the_fields_of_the_template(cast: Cast, wechat: WeChat) -> None:
    case = bound(cast)
    told(case)
    (message,) = wechat.messages
    assert (message["touser"], message["template_id"]) == (XIULAN, TEMPLATE)
    assert message["data"] == {
        "thing1": {"value": "您的诉求已结案"},
        "character_string2": {"value": case.shown_reference},
        "thing3": {"value": "锦绣花园"},
        "time4": {"value": "2026-03-02 10:02"},
    }
    assert message["url"].startswith("http://localhost/c/")
    assert (last().channel, last().state, last().foreign_id) == ("wechat", "sent", "3000000001")


def test_pipl_13_who_has_not_asked_is_not_told_by_wechat(cast: Cast, wechat: WeChat) -> None:
    file(cast)
    drain.run_due(10)
    assert wechat.asked == []
    assert {message.channel for message in messages()} == {"mail"}


def test_one_token_serves_until_shortly_before_its_end(cast: Cast, wechat: WeChat) -> None:
    case = bound(cast)
    told(case, detail="1")
    told(case, detail="2")
    assert wechat.tokens_given == 1
    with time_machine.travel(LATER + timedelta(seconds=7200 - 200), tick=False):
        with transaction():
            tell(db.session.get_one(Case, case.id), PARTY, "closed", at=LATER, detail="3")
        drain.run_due(10)
    assert wechat.tokens_given == 2
    assert len(wechat.messages) == 3


def test_a_token_that_wechat_does_not_know_any_more_is_asked_for_once_more(
    cast: Cast, wechat: WeChat
) -> None:
    case = bound(cast)
    told(case, detail="1")
    wechat.expire()
    told(case, detail="2")
    assert len(wechat.messages) == 2
    assert (wechat.tokens_given, wechat.forced) == (2, 0)


def test_a_token_that_is_refused_and_given_again_is_forced_to_change_once(cast: Cast, wechat: WeChat) -> None:
    case = bound(cast)
    told(case, detail="1")
    wechat.refusing = 40001
    told(case, detail="2")
    assert wechat.forced == 1
    assert last().state == "waiting"
    assert "WeChat answered 40001" in db.session.scalars(select(OutboxRow.error)).all()


@pytest.mark.parametrize(
    ("code", "reason", "kept"),
    [(43004, "对方没有关注公众号", 1), (43101, "对方拒收", 0), (40003, "对方拒收", 0)],
)
def test_why_wechat_did_not_deliver(cast: Cast, wechat: WeChat, code: int, reason: str, kept: int) -> None:
    """Who does not follow the account may do so tomorrow; who refuses is not asked again."""
    wechat.refusing = code
    case = bound(cast)
    told(case)
    assert (last().state, last().reason) == ("unsent", reason)
    assert len(party_addresses.addresses(case.id, "wechat")) == kept


def test_f36_wechat_away_or_busy_is_asked_again(cast: Cast, wechat: WeChat) -> None:
    case = bound(cast)
    wechat.failing.append(500)
    told(case)
    assert last().state == "waiting"
    wechat.refusing = 45009
    with time_machine.travel(LATER + timedelta(minutes=2), tick=False):
        drain.run_due(10)
    assert last().state == "waiting"
    wechat.refusing = 0
    with time_machine.travel(LATER + timedelta(minutes=10), tick=False):
        drain.run_due(10)
    assert last().state == "sent"
    assert len(wechat.messages) == 1


def test_f07_a_repetition_carries_the_same_mark_and_appears_once(cast: Cast, wechat: WeChat) -> None:
    case = bound(cast)
    told(case)
    with transaction():
        last().state = "waiting"
        row = db.session.scalars(select(OutboxRow).order_by(OutboxRow.id.desc())).first()
        assert row
        row.state, row.due_at = "due", MONDAY
    drain.run_due(10)
    sent = [one for one in wechat.asked if one.path.endswith("/send")]
    assert len(sent) == 2
    assert len(wechat.messages) == 1


def test_two_telephones_of_a_family_are_both_told_and_one_is_enough(cast: Cast, wechat: WeChat) -> None:
    case = bound(cast)
    with transaction():
        party_addresses.add(db.session.get_one(Case, case.id), "wechat", "oNotFollowing_123", MONDAY)
    told(case)
    assert [message["touser"] for message in wechat.messages] == [XIULAN]
    assert last().state == "sent"


def test_t06_whoever_changes_the_private_link_is_alone_again(cast: Cast, wechat: WeChat) -> None:
    case = bound(cast)
    with transaction():
        links.rotate(db.session.get_one(Case, case.id), LATER)
    told(case)
    assert wechat.messages == []
    assert party_addresses.addresses(case.id, "wechat") == []


def test_co_m5_an_anonymous_case_leads_to_nobody(cast: Cast, wechat: WeChat) -> None:
    case = file(cast, anonymous=True, name="", phone="", email="", unit="")
    with pytest.raises(Refused, match="匿名"), transaction():
        party_addresses.add(db.session.get_one(Case, case.id), "wechat", XIULAN, MONDAY)
    assert db.session.scalars(select(PartyAddress)).all() == []


def test_a_sixth_telephone_takes_the_place_of_the_first(cast: Cast, wechat: WeChat) -> None:
    case = file(cast)
    for nth in range(6):
        with transaction():
            party_addresses.add(db.session.get_one(Case, case.id), "wechat", f"oTelephone_{nth}", MONDAY)
    assert party_addresses.addresses(case.id, "wechat") == [f"oTelephone_{nth}" for nth in range(1, 6)]


def test_an_openid_lies_sealed_and_stands_in_no_log(
    app: Flask, cast: Cast, wechat: WeChat, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    wechat.failing.append(500)
    told(bound(cast))
    assert XIULAN not in caplog.text
    stored = db.session.connection().exec_driver_sql("SELECT address FROM party_addresses").scalar_one()
    assert XIULAN.encode() not in bytes(stored)
    assert channel.is_usable(XIULAN)
    assert not channel.is_usable("a b")
