"""Channels on their settings page: what is set, how it fared, and a word of trial that really goes out."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import time_machine
from flask import Flask

from shared.database import transaction
from shared.notifications.channels.groups import PREFIX, mark_of
from shared.notifications.channels.settings import carriers
from shared.outbox import drain
from tests.cast import MONDAY, Cast
from tests.critic import CriticalClient, Page
from tests.domain.test_messages import Sink, free_port, sink
from tests.life import begin
from tests.standins.channels import connect, gateway, robots
from tests.standins.robots import KEY, Robots
from tests.standins.sms_gateway import KEY as GATEWAY_KEY
from tests.standins.sms_gateway import SmsGateway

__all__ = ["gateway", "robots", "sink"]

SignIn = Callable[[str], CriticalClient]
ADDRESS = "/staff/settings/channels"


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with time_machine.travel(MONDAY, tick=False):
        yield


def line(page: Page, name: str) -> str:
    """What the page says of one channel, in one line."""
    found = [row for row in page.soup.select("tbody tr") if name in row.get_text()]
    assert len(found) == 1, page.words
    return " ".join(found[0].get_text(" ").split())


def trial(client: CriticalClient, channel: str) -> Page:
    token = client.get(ADDRESS).one("[name=csrf_token]")["value"]
    return client.post(
        f"{ADDRESS}/trial",
        data={"csrf_token": token, "estate": "jinxiu", "channel": channel},
        follow_redirects=True,
    )


def test_what_is_not_set_is_said_and_offers_no_trial(cast: Cast, signed_in: SignIn) -> None:
    page = signed_in("admin").get(ADDRESS)
    for name in ("邮件", "短信", "微信", "浏览器提醒"):
        assert "未配置" in line(page, name)
    assert not page.soup.select("form[action*=trial]")


def test_mail_goes_to_oneself_and_the_page_counts_what_cases_sent(
    cast: Cast, signed_in: SignIn, sink: Sink
) -> None:
    begin(cast).claimed().dispatched()
    drain.run_due(20)
    sent = len(sink.mails)
    page = trial(signed_in("admin"), "mail")
    assert "邮件收下了，请看有没有送到。" in page.words
    assert sink.to[-1] == "admin@jinxiu.example"
    assert "试发" in str(sink.mails[-1]["Subject"])
    assert len(sink.mails) == sent + 1
    assert "desk@shouwen.example" in line(page, "邮件")
    assert f"已配置 desk@shouwen.example · 127.0.0.1:{port_of(page)} {sent} 0" in line(page, "邮件")


def port_of(page: Page) -> str:
    return line(page, "邮件").partition("127.0.0.1:")[2].partition(" ")[0]


def test_a_carrier_that_does_not_answer_is_named_and_nothing_is_kept(
    app: Flask, cast: Cast, signed_in: SignIn
) -> None:
    nobody = f"smtp://127.0.0.1:{free_port()}?from=desk@shouwen.example"
    app.extensions["shouwen"] = replace(app.extensions["shouwen"], mail_url=nobody)
    page = trial(signed_in("admin"), "mail")
    assert "邮件没有发出：连不上邮件服务器" in page.words


def test_an_sms_goes_to_ones_own_telephone_or_says_that_there_is_none(
    cast: Cast, signed_in: SignIn, gateway: SmsGateway
) -> None:
    admin = signed_in("admin")
    assert "你自己没有留能用的地址" in trial(admin, "sms").words
    with transaction():
        cast.person("admin").phone = "13900139000"
    assert "短信收下了" in trial(admin, "sms").words
    assert [number for number, _text in gateway.delivered] == ["13900139000"]


def test_a_trial_is_no_way_to_flood_a_group_or_to_keep_the_desk_waiting(
    app: Flask, cast: Cast, signed_in: SignIn, robots: Robots
) -> None:
    connect(app, robots.url("wecombot"))
    with app.app_context():
        own = PREFIX + mark_of(carriers().robots[0])
    admin = signed_in("admin")
    answers = [trial(admin, own).status_code for _n in range(8)]
    assert answers == [200] * 6 + [429] * 2
    assert len(robots.said) == 6


def test_a_group_hears_it_and_its_key_is_on_no_page(
    app: Flask, cast: Cast, signed_in: SignIn, robots: Robots, gateway: SmsGateway
) -> None:
    connect(app, robots.url("wecombot", **{"for": "director,工程部"}), robots.url("feishu", estate="yunhe"))
    with app.app_context():
        own = PREFIX + mark_of(carriers().robots[0])
        foreign = PREFIX + mark_of(carriers().robots[1])
    admin = signed_in("admin")
    page = trial(admin, own)
    assert "企业微信群收下了" in page.words
    assert [kind for kind, _text in robots.said] == ["wecombot"]
    assert "服务中心主任、工程部" in line(page, "企业微信群")
    for secret in (KEY, GATEWAY_KEY):
        assert secret not in page.get_data(as_text=True)
    robots.code = 45009
    assert "企业微信群没有发出：群机器人回答 200/45009" in trial(admin, own).words
    for other in (foreign, "wechat", "push", ""):
        assert trial(admin, other).status_code == 404
