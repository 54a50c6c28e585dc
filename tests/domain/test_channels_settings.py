"""What CHANNEL_URLS may hold, and what is told at start of an address that cannot be used."""

from pathlib import Path

import pytest

from shared.config import Misconfigured
from shared.notifications.channels import settings
from shared.notifications.channels.settings import read
from tests.databases import settings as environment
from tests.standins.robots import KEY
from wsgi import create_app

WECHAT = "wechat://wx0123:secret@api.weixin.qq.com?template=T&token=K&news=thing1&reference=character_string2"
SMS = "jsons://sms.example.com/send?:mobile={to}&:message=content"


def test_addresses_stand_with_spaces_commas_or_new_lines_between(tmp_path: Path) -> None:
    config = environment(
        tmp_path,
        CHANNEL_URLS=f"smtp://mail.example.com?from=desk@example.com,\n{SMS} , "
        f"wecombot://{KEY}?for=dispatcher,工程部 {WECHAT}\nwebpush://desk@example.com",
    )
    assert config.mail_url == "smtp://mail.example.com?from=desk@example.com"
    found = read(config.channel_urls)
    assert found.gateway
    assert found.gateway.url == SMS
    assert found.account
    assert found.account.base == "https://api.weixin.qq.com"
    assert found.account.fields == {"news": "thing1", "reference": "character_string2"}
    assert found.push
    assert found.push.contact == "desk@example.com"
    (robot,) = found.robots
    assert robot.audience == {"dispatcher", "工程部"}
    assert robot.base == "https://qyapi.weixin.qq.com"


def test_mail_url_is_one_more_and_secrets_may_lie_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "channels").write_text(f"{SMS}\n")
    config = environment(
        tmp_path,
        MAIL_URL="smtp://mail.example.com?from=desk@example.com",
        CHANNEL_URLS_FILE=str(tmp_path / "channels"),
    )
    assert config.mail_url.startswith("smtp://")
    assert read(config.channel_urls).gateway
    with pytest.raises(Misconfigured, match="more than one mail server"):
        environment(tmp_path, MAIL_URL="smtp://a?from=a@b.cn", CHANNEL_URLS="smtps://c.example?from=a@b.cn")


def test_nothing_set_is_nothing_sent(tmp_path: Path) -> None:
    found = read(environment(tmp_path).channel_urls)
    assert (found.gateway, found.robots, found.account, found.push) == (None, (), None, None)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("wecombot://", "no robot's key"),
        (f"wecombot://{KEY}?for=dispatchers", "'dispatchers', which is no role"),
        ("nonsense://x", "none that apprise knows"),
        ("not-an-address", "none that apprise knows"),
        ("twilio://{to}", "none that apprise knows"),
        ("wechat://wx0123@api.weixin.qq.com?template=T&token=K", "lacks something"),
        ("wechat://wx0123:s@api.weixin.qq.com?token=K", "lacks something"),
        (WECHAT + "&aes=short", "43 letters"),
        ("webpush://example.com", "lacks a contact"),
        (f"{SMS} {SMS}&-a=b", "more than one SMS gateway"),
        (f"{WECHAT} {WECHAT}&time=time4", "more than one wechat"),
        ("jsons://[::1", "cannot be read"),
        ("smtp://mail.example.com", "cannot be used"),
        ("smtp://mail.example.com:port?from=desk@example.com", "cannot be used"),
    ],
)
def test_an_address_that_cannot_be_used_is_told_at_start(tmp_path: Path, url: str, told: str) -> None:
    with pytest.raises(Misconfigured, match=told) as refused:
        create_app(environment(tmp_path, CHANNEL_URLS=url))
    assert "CHANNEL_URLS" in str(refused.value)
    assert KEY not in str(refused.value)


def test_no_secret_is_shown_where_settings_are(tmp_path: Path) -> None:
    config = environment(tmp_path, CHANNEL_URLS=f"{WECHAT} wecombot://{KEY} {SMS}")
    shown = repr(read(config.channel_urls)) + repr(config)
    assert "secret@" not in shown
    assert KEY not in shown
    assert "sms.example.com" not in shown


@pytest.mark.parametrize("kind", sorted(settings.ROBOTS))
def test_a_robot_of_ones_own_messenger_server_can_be_named(kind: str) -> None:
    (robot,) = read((f"{kind}://SECRET@{KEY}?at=https://im.example.com/",)).robots
    assert (robot.base, robot.secret, robot.token) == ("https://im.example.com", "SECRET", KEY)


def test_a_gateway_may_be_told_everything_in_its_address() -> None:
    url = "jsons://sms.example.com/send/{to}/{mark}?:text=%7Btext%7D&:message="
    gateway = read((url,)).gateway
    assert gateway
    assert gateway.url.endswith("?:text={text}&:message=")


def test_a_gateway_that_apprise_knows_by_name_is_taken() -> None:
    sid, word = "AC" + "0" * 32, "f" * 32
    assert read((f"twilio://{sid}:{word}@+15550001111/+86{{to}}",)).gateway
