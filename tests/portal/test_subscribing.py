"""How an owner asks to be told in WeChat or by their browser, and how they stop it."""

from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from portal.binding import BACK_WITHIN
from shared.cases import links
from shared.cases.models import Case
from shared.clock import now
from shared.database import db, transaction
from shared.notifications import party_addresses
from shared.notifications.channels import push
from shared.notifications.models import PartyAddress
from tests.cast import Cast, file
from tests.critic import CriticalClient, Page
from tests.standins.channels import gateway, pushes, wechat
from tests.standins.push_service import PushService
from tests.standins.sms_gateway import SmsGateway
from tests.standins.wechat import APPID, WeChat

__all__ = ["gateway", "pushes", "wechat"]

IN_WECHAT = {"User-Agent": "Mozilla/5.0 (Linux; Android 10) MicroMessenger/8.0.16"}
XIULAN = "oXiulan_0123456789"


def link(case: Case) -> str:
    return f"/c/{links.current_token(case)}"


def unlocked(client: CriticalClient, case: Case, code: str) -> str:
    """The owner's page behind the reference, opened by *code*."""
    client.get(f"/track/{case.shown_reference}").submit("/unlock", code=code)
    return f"/track/{case.shown_reference}"


def to_wechat(client: CriticalClient, door: str) -> dict[str, str]:
    """What WeChat is asked by the browser that was sent there."""
    gone = client.get(f"{door}/notify/wechat", headers=IN_WECHAT)
    assert gone.status_code == 302
    parts = urlsplit(gone.headers["Location"])
    assert parts.path == "/connect/oauth2/authorize"
    assert parts.fragment == "wechat_redirect"
    return {name: values[0] for name, values in parse_qs(parts.query).items()}


def back(client: CriticalClient, state: str, code: str = "code-1") -> Page:
    return client.get(f"/wechat/bound?code={code}&state={state}", headers=IN_WECHAT)


def told(case: Case, channel: str) -> list[str]:
    db.session.rollback()
    return party_addresses.addresses(case.id, channel)


def test_the_owners_page_leads_there_and_shows_what_is_used(
    cast: Cast, client: CriticalClient, gateway: SmsGateway
) -> None:
    case = file(cast)
    page = client.get(client.get(link(case)).link("怎样提醒我"))
    assert "短信 138****8000 会提醒" in page.words
    assert "邮件 x***@example.com 目前不用它提醒" in page.words
    assert "13800138000" not in page.text
    assert "xiulan@" not in page.text
    assert "微信提醒" not in page.words
    assert "浏览器提醒 " not in page.words


def test_in_wechat_two_taps_and_the_account_tells_her(
    cast: Cast, client: CriticalClient, wechat: WeChat
) -> None:
    case = file(cast)
    page = client.get(f"{link(case)}/notify", headers=IN_WECHAT)
    assert page.link("在微信里提醒我") == f"{link(case)}/notify/wechat"
    asked = to_wechat(client, link(case))
    assert asked["appid"] == APPID
    assert asked["scope"] == "snsapi_base"
    assert asked["redirect_uri"] == "http://localhost/wechat/bound"
    assert asked["state"].isalnum()
    assert len(asked["state"]) <= 128
    wechat.codes["code-1"] = XIULAN
    confirm = back(client, asked["state"])
    assert told(case, "wechat") == [], "a link that somebody sends her binds nothing by being opened"
    done = confirm.submit("/wechat/bound")
    assert told(case, "wechat") == [XIULAN]
    assert "已开通。有进展会提醒您。" in done.words
    assert XIULAN not in done.text


def test_outside_wechat_she_is_told_where_it_works(
    cast: Cast, client: CriticalClient, wechat: WeChat
) -> None:
    page = client.get(f"{link(file(cast))}/notify")
    assert "请在微信里打开这一页" in page.words
    assert "在微信里提醒我" not in page.words


def test_by_the_receipt_code_too_and_back_to_the_same_door(
    cast: Cast, client: CriticalClient, wechat: WeChat
) -> None:
    case = file(cast)
    door = unlocked(client, case, links.receipt_code(case))
    wechat.codes["code-1"] = XIULAN
    done = back(client, to_wechat(client, door)["state"]).submit("/wechat/bound")
    assert done.where == f"{door}/notify"
    assert told(case, "wechat") == [XIULAN]


@pytest.mark.parametrize("path", ["notify", "notify/wechat"])
def test_the_telephones_last_four_subscribe_nobody(
    cast: Cast, client: CriticalClient, wechat: WeChat, path: str
) -> None:
    door = unlocked(client, file(cast), "8000")
    page = client.get(f"{door}/{path}", headers=IN_WECHAT)
    assert page.status_code == 409
    assert "请用回执码打开" in page.words
    assert "怎样提醒我" not in page.words


def test_a_state_of_another_browser_or_case_binds_nothing(
    app: Flask, cast: Cast, client: CriticalClient, wechat: WeChat
) -> None:
    hers, his = file(cast), file(cast, description="走廊灯不亮", phone="13900139000")
    wechat.codes["code-1"] = XIULAN
    state = to_wechat(client, link(hers))["state"]
    stranger = app.test_client()
    assert isinstance(stranger, CriticalClient)
    assert back(stranger, state).status_code == 422
    to_wechat(stranger, link(his))
    assert back(stranger, state).status_code == 422
    for wrong in ("", "x", state[:-1], state[:-1] + ("0" if state[-1] != "0" else "1"), "状态"):
        assert back(client, wrong).status_code == 422
    assert told(hers, "wechat") == told(his, "wechat") == []


def test_who_comes_back_too_late_starts_again(cast: Cast, client: CriticalClient, wechat: WeChat) -> None:
    case = file(cast)
    state = to_wechat(client, link(case))["state"]
    with time_machine.travel(now() + 2 * BACK_WITHIN):
        page = back(client, state)
    assert page.status_code == 422
    assert "再点一次" in page.words


def test_a_code_that_wechat_does_not_know_or_wechat_away_is_said_kindly(
    cast: Cast, client: CriticalClient, wechat: WeChat
) -> None:
    case = file(cast)
    page = back(client, to_wechat(client, link(case))["state"], "never-given").submit("/wechat/bound")
    assert page.status_code == 422
    assert "请在微信里打开您的进度页，再点一次。" in page.words
    wechat.always = 500
    page = back(client, to_wechat(client, link(case))["state"]).submit("/wechat/bound")
    assert page.status_code == 422
    assert told(case, "wechat") == []


def test_t06_a_link_changed_meanwhile_ends_the_way_back(
    cast: Cast, client: CriticalClient, wechat: WeChat
) -> None:
    """Who has the old link is not led to the new one by way of WeChat."""
    case = file(cast)
    asked = to_wechat(client, link(case))
    with transaction():
        links.rotate(db.session.get_one(Case, case.id), case.filed_at)
    wechat.codes["code-1"] = XIULAN
    assert back(client, asked["state"]).status_code == 422
    assert told(case, "wechat") == []


def test_a_browser_subscribes_and_stops(cast: Cast, client: CriticalClient, pushes: PushService) -> None:
    case = file(cast)
    page = client.get(f"{link(case)}/notify")
    assert page.one("[data-push]")["data-push"] == push.public_key()
    assert page.one("[data-push] form").has_attr("hidden"), "without script there is nothing to tap"
    done = page.submit("/notify/push", **pushes.subscription)
    assert told(case, "push") == [push.address(**pushes.subscription)]
    assert "已开通" in done.words
    assert pushes.subscription["endpoint"] not in done.text
    done = done.submit("/notify/end")
    assert "已关闭。不再这样提醒您。" in done.words
    assert told(case, "push") == []


@pytest.mark.parametrize("endpoint", ["https://127.0.0.1/x", "https://evil.example/x", "", "x" * 5000])
def test_t17_a_push_service_that_nobody_knows_is_refused(
    cast: Cast, client: CriticalClient, pushes: PushService, endpoint: str
) -> None:
    case = file(cast)
    page = client.get(f"{link(case)}/notify").submit(
        "/notify/push", **{**pushes.subscription, "endpoint": endpoint}
    )
    assert page.status_code == 409
    assert told(case, "push") == []


def test_co_m5_an_anonymous_case_offers_and_takes_nothing(
    cast: Cast, client: CriticalClient, wechat: WeChat, pushes: PushService
) -> None:
    case = file(cast, anonymous=True, name="", phone="", email="", unit="")
    assert "怎样提醒我" not in client.get(link(case)).words
    page = client.get(f"{link(case)}/notify", headers=IN_WECHAT)
    assert "我们不知道您是谁" in page.words
    assert client.get(f"{link(case)}/notify/wechat", headers=IN_WECHAT).status_code == 409
    taken = client.post(
        f"{link(case)}/notify/push",
        data={**pushes.subscription, "csrf_token": client.get(link(case)).one("[name=csrf_token]")["value"]},
    )
    assert taken.status_code == 409
    assert db.session.scalars(select(PartyAddress)).all() == []


def test_the_worker_that_shows_reminders_stands_below_a_path_of_its_own(
    cast: Cast, client: CriticalClient
) -> None:
    answer = client.get("/push/worker.js")
    assert answer.mimetype == "text/javascript"
    assert "no-cache" in answer.headers["Cache-Control"]


def test_where_nothing_can_remind_the_page_says_so(cast: Cast, client: CriticalClient) -> None:
    page = client.get(f"{link(file(cast, phone='', email=''))}/notify")
    assert "这里还不能提醒" in page.words
