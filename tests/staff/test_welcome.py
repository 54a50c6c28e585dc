"""A member of staff comes by a password through a link that works once (T22)."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from shared import clock
from shared.database import transaction
from shared.identity import invitations
from tests.cast import PASSWORD, Cast
from tests.critic import CriticalClient, Page

OWN = "四号门的灯是蓝色的晚上八点亮"


@pytest.fixture
def link(cast: Cast) -> str:
    with transaction():
        return f"/staff/welcome/{invitations.invite(cast.person('wangqiang'), clock.now())}"


def choose(client: CriticalClient, link: str, password: str = OWN, again: str | None = None) -> Page:
    return client.get(link).submit(password=password, again=password if again is None else again)


def sign_in(client: CriticalClient, password: str) -> Page:
    return client.get("/staff/sign-in").submit(username="wangqiang", password=password)


def test_t22_the_link_gives_a_password_of_ones_own_and_works_once(client: CriticalClient, link: str) -> None:
    assert "王强" in client.get(link).words
    assert choose(client, link).where.startswith("/staff/sign-in")
    assert client.get(link).status_code == 404
    assert sign_in(client, OWN).where == "/staff/"


def test_the_password_before_ends_with_its_sessions(app: Flask, client: CriticalClient, link: str) -> None:
    at_work = app.test_client()
    assert isinstance(at_work, CriticalClient)
    sign_in(at_work, PASSWORD)
    choose(client, link)
    assert "/staff/sign-in" in at_work.get("/staff/", follow_redirects=True).where
    assert sign_in(client, PASSWORD).status_code == 422


def test_t22_half_an_hour_later_it_is_like_any_wrong_link(client: CriticalClient, link: str) -> None:
    with time_machine.travel(clock.now() + timedelta(minutes=31), tick=False):
        late = client.get(link)
    wrong = client.get("/staff/welcome/no-such-link")
    assert late.status_code == wrong.status_code == 404
    assert late.words.split("错误编号")[0] == wrong.words.split("错误编号")[0]


def test_a_new_link_ends_the_one_before(cast: Cast, client: CriticalClient, link: str) -> None:
    with transaction():
        invitations.invite(cast.person("wangqiang"), clock.now())
    assert client.get(link).status_code == 404


@pytest.mark.parametrize(
    ("password", "again", "told"),
    [
        ("短密码", None, "至少 12 个字"),
        ("111111111111111", None, "重复的字太多"),
        (OWN, OWN + "了", "两次填的不一样"),
    ],
)
def test_a_weak_or_mistyped_password_is_told_why(
    client: CriticalClient, link: str, password: str, again: str | None, told: str
) -> None:
    page = choose(client, link, password, again)
    assert page.status_code == 422
    assert told in page.words
    assert client.get(link).status_code == 200
