"""What WeChat's server tells ours: who it is, and whether a message arrived; and what anybody else may not."""

import base64
import os
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from flask import Flask

from shared.cases.models import Case
from shared.clock import now
from shared.database import db, transaction
from shared.notifications import party_addresses
from shared.notifications.models import Message
from shared.notifications.sending import PARTY, tell
from shared.outbox import drain
from tests.cast import Cast, file
from tests.critic import CriticalClient, Page
from tests.domain.test_messages import messages
from tests.standins.channels import wechat
from tests.standins.wechat import AES_KEY, APPID, TOKEN, WeChat, signature

__all__ = ["wechat"]

XIULAN = "oXiulan_0123456789"


def signed(**more: str) -> dict[str, str]:
    stamp, nonce = str(int(now().timestamp())), "1372623149"
    return {"timestamp": stamp, "nonce": nonce, "signature": signature(TOKEN, stamp, nonce), **more}


def finished(msgid: str, status: str = "success", openid: str = XIULAN) -> str:
    return (
        "<xml><ToUserName><![CDATA[gh_7f083739789a]]></ToUserName>"
        f"<FromUserName><![CDATA[{openid}]]></FromUserName><CreateTime>1395658920</CreateTime>"
        "<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[TEMPLATESENDJOBFINISH]]></Event>"
        f"<MsgID>{msgid}</MsgID><Status><![CDATA[{status}]]></Status></xml>"
    )


def sealed(xml: str, appid: str = APPID, key: str = AES_KEY) -> tuple[str, str]:
    """As WeChat seals in its safe mode: the body, and the text that is signed."""
    secret, said = base64.b64decode(key + "="), xml.encode()
    text = os.urandom(16) + len(said).to_bytes(4) + said + appid.encode()
    padding = 32 - len(text) % 32
    writer = Cipher(algorithms.AES(secret), modes.CBC(secret[:16])).encryptor()
    raw = writer.update(text + bytes([padding]) * padding) + writer.finalize()
    inner = base64.b64encode(raw).decode()
    return f"<xml><ToUserName>gh</ToUserName><Encrypt><![CDATA[{inner}]]></Encrypt></xml>", inner


def report(client: CriticalClient, xml: str, **wrong: Any) -> Page:
    body, inner = sealed(xml, **wrong)
    asked = signed(encrypt_type="aes")
    asked["msg_signature"] = signature(TOKEN, asked["timestamp"], asked["nonce"], inner)
    return client.post("/wechat/events", query_string=asked, data=body, content_type="text/xml")


def sent(cast: Cast) -> Case:
    """A case whose owner has been told in WeChat."""
    case = file(cast, email="", phone="", at=now())
    with transaction():
        party_addresses.add(db.session.get_one(Case, case.id), "wechat", XIULAN, now())
        tell(db.session.get_one(Case, case.id), PARTY, "received", at=now(), detail="again")
    drain.run_due(10)
    return case


def last() -> Message:
    return messages()[-1]


def test_the_server_is_ours_when_it_knows_the_token(
    cast: Cast, client: CriticalClient, wechat: WeChat
) -> None:
    answer = client.get("/wechat/events", query_string=signed(echostr="5927782489442352469"))
    assert (answer.status_code, answer.text) == (200, "5927782489442352469")
    assert answer.mimetype == "text/plain"
    wrong = client.get("/wechat/events", query_string={**signed(echostr="1"), "signature": "0" * 40})
    assert wrong.status_code == 403
    assert client.get("/wechat/events").status_code == 403


def test_a_recording_of_yesterday_opens_nothing(cast: Cast, client: CriticalClient, wechat: WeChat) -> None:
    stamp = str(int((now() - timedelta(hours=1)).timestamp()))
    asked = {"timestamp": stamp, "nonce": "1", "signature": signature(TOKEN, stamp, "1"), "echostr": "x"}
    assert client.get("/wechat/events", query_string=asked).status_code == 403


def test_what_has_arrived_is_noted_once(cast: Cast, client: CriticalClient, wechat: WeChat) -> None:
    sent(cast)
    assert (last().state, last().delivered_at) == ("sent", None)
    answer = report(client, finished(last().foreign_id or ""))
    assert (answer.status_code, answer.text) == (200, "success")
    arrived = last().delivered_at
    assert arrived
    report(client, finished(last().foreign_id or "", "failed: system failed"))
    assert (last().state, last().delivered_at) == ("sent", arrived)


@pytest.mark.parametrize(
    ("status", "reason", "kept"),
    [("failed:user block", "对方拒收", []), ("failed: system failed", "微信报告没有送到", [XIULAN])],
)
def test_what_has_not_arrived_is_said_with_its_reason(
    cast: Cast, client: CriticalClient, wechat: WeChat, status: str, reason: str, kept: list[str]
) -> None:
    case = sent(cast)
    report(client, finished(last().foreign_id or "", status))
    assert (last().state, last().reason) == ("unsent", reason)
    assert party_addresses.addresses(case.id, "wechat") == kept


@pytest.mark.parametrize("wrong", [{"appid": "wx_somebody_else"}, {"key": AES_KEY[::-1]}])
def test_what_was_sealed_by_somebody_else_is_refused(
    cast: Cast, client: CriticalClient, wechat: WeChat, wrong: dict[str, str]
) -> None:
    sent(cast)
    assert report(client, finished(last().foreign_id or "", "failed:user block"), **wrong).status_code == 403
    assert last().state == "sent"


def test_an_open_message_is_nobodys_where_messages_are_sealed(
    cast: Cast, client: CriticalClient, wechat: WeChat
) -> None:
    sent(cast)
    body = finished(last().foreign_id or "", "failed:user block")
    assert client.post("/wechat/events", query_string=signed(), data=body).status_code == 403
    assert last().state == "sent"


def test_without_a_key_open_messages_are_read(
    app: Flask, cast: Cast, client: CriticalClient, wechat: WeChat
) -> None:
    sent(cast)
    app.extensions["shouwen"] = replace(app.extensions["shouwen"], channel_urls=(wechat.url(),))
    body = finished(last().foreign_id or "")
    assert client.post("/wechat/events", query_string=signed(), data=body).text == "success"
    assert last().delivered_at


@pytest.mark.parametrize(
    "xml",
    [
        "",
        "not xml",
        "<xml>",
        '<!DOCTYPE x [<!ENTITY a "b">]><xml><Event>&a;</Event></xml>',
        "<xml><Event>subscribe</Event></xml>",
        "<xml><Event>TEMPLATESENDJOBFINISH</Event></xml>",
        "<xml>" + "x" * 70_000 + "</xml>",
    ],
)
def test_whatever_else_is_taken_and_changes_nothing(
    cast: Cast, client: CriticalClient, wechat: WeChat, xml: str
) -> None:
    sent(cast)
    assert report(client, xml).status_code in (200, 403)
    assert (last().state, last().delivered_at) == ("sent", None)


def test_without_an_account_there_is_no_such_address(cast: Cast, client: CriticalClient) -> None:
    assert client.get("/wechat/events", query_string=signed(echostr="1")).status_code == 404
