"""Signing in with a code after the password, switching that on and off, and what administrators must (T23)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
import time_machine
from flask import Flask
from sqlalchemy import update

from shared.clock import now
from shared.database import db, transaction
from shared.identity import invitations, one_time_codes
from shared.identity.models import StaffSession, User
from tests.cast import MONDAY, PASSWORD, Cast
from tests.critic import CriticalClient, Page
from tests.life import begin

pytestmark = pytest.mark.usefixtures("monday")

SignIn = Callable[[str], CriticalClient]
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
ADDRESS = "/staff/two-steps"


@pytest.fixture
def limin(cast: Cast) -> User:
    with transaction():
        user = cast.person("limin")
        user.otp_secret, user.otp_since = SECRET, MONDAY - timedelta(days=1)
    return user


def code(secret: str = SECRET) -> str:
    return pyotp.TOTP(secret).at(now())


def _everybody_is_out() -> None:
    with transaction():
        db.session.execute(update(StaffSession).values(ended_at=now()))


def _password(client: CriticalClient, where: str = "/staff/sign-in") -> Page:
    return client.get(where, follow_redirects=True).submit(username="limin", password=PASSWORD, follow=False)


def test_the_password_alone_opens_nothing(client: CriticalClient, limin: User) -> None:
    page = _password(client)
    assert "6 位验证码" in page.words
    assert client.get("/staff/").status_code == 303
    assert page.submit(otp=code()).where == "/staff/"
    assert client.get("/staff/").status_code == 200


def test_a_code_alone_opens_nothing(client: CriticalClient, limin: User) -> None:
    token = client.get("/staff/sign-in").one("input[name=csrf_token]")["value"]
    page = client.post("/staff/sign-in", data={"csrf_token": token, "otp": code()})
    assert page.status_code == 422
    assert "重新填用户名和密码" in page.words
    assert client.get("/staff/").status_code == 303


def test_it_leads_back_to_the_page_that_was_wanted(client: CriticalClient, limin: User) -> None:
    answer = _password(client, "/staff/cases?state=open").submit(otp=code(), follow=False)
    assert answer.headers["Location"] == "/staff/cases?state=open"


def test_a_used_code_opens_no_second_browser(app: Flask, client: CriticalClient, limin: User) -> None:
    assert _password(client).submit(otp=code()).where == "/staff/"
    other = app.test_client()
    assert isinstance(other, CriticalClient)
    page = _password(other).submit(otp=code())
    assert page.status_code == 422
    assert "已经用过" in page.words


def test_guessing_is_slowed_though_the_password_is_known(
    app: Flask, client: CriticalClient, limin: User, monday: time_machine.Traveller
) -> None:
    page = _password(client)
    for _n in range(one_time_codes.TRIES_PER_ADDRESS):
        page = page.submit(otp="000000")
        assert page.status_code == 422
    shut = page.submit(otp=code())
    assert shut.status_code == 429
    assert 0 < int(shut.headers["Retry-After"]) <= 900
    again = _password(client).submit(otp=code())
    assert again.status_code == 429, "a fresh start with the password clears no count"
    elsewhere = app.test_client()
    assert isinstance(elsewhere, CriticalClient)
    elsewhere.environ_base["REMOTE_ADDR"] = "10.9.8.7"
    assert _password(elsewhere).submit(otp=code()).where == "/staff/"
    monday.shift(timedelta(minutes=16))
    assert _password(client).submit(otp=code()).where == "/staff/"


def test_whoever_waits_too_long_begins_again(
    client: CriticalClient, limin: User, monday: time_machine.Traveller
) -> None:
    page = _password(client)
    monday.shift(timedelta(minutes=11))
    assert "等得太久了" in page.submit(otp=code()).words


def test_a_password_changed_meanwhile_ends_the_wait(client: CriticalClient, limin: User) -> None:
    page = _password(client)
    with transaction():
        db.session.get_one(User, limin.id).password_hash = invitations.nobodys_password()
    assert "等得太久了" in page.submit(otp=code()).words


def test_a_password_chosen_anew_leaves_the_second_step(client: CriticalClient, limin: User) -> None:
    """T22: whoever gets hold of a link does not get in with it."""
    with transaction():
        token = invitations.invite(limin, now())
    own = "四号门的灯是蓝色的晚上八点亮"
    client.get(f"/staff/welcome/{token}").submit(password=own, again=own)
    page = client.get("/staff/sign-in").submit(username="limin", password=own)
    assert "6 位验证码" in page.words


def test_somebody_switches_it_on_with_a_telephone_and_off_with_a_code(
    cast: Cast, signed_in: SignIn, monday: time_machine.Traveller
) -> None:
    mine = signed_in("limin")
    page = mine.get(mine.get("/staff/").link("李敏"))
    page = page.submit("/two-steps/new")
    secret = page.one("[data-secret]").get_text().replace(" ", "")
    assert page.one(".qr svg")
    wrong = page.submit("/confirmation", otp="000000")
    assert wrong.status_code == 422
    page = wrong.submit("/confirmation", otp=code(secret))
    assert "两步登录已启用" in page.words
    assert secret not in page.get_data(as_text=True).replace(" ", "")
    refused = page.submit("/ending", otp=code(secret))
    assert "验证码不对" in refused.words, "the code that switched it on does not switch it off"
    monday.shift(timedelta(seconds=31))
    assert "两步登录已关闭" in refused.submit("/ending", otp=code(secret)).words


def test_a_secret_that_was_begun_elsewhere_or_long_ago_is_neither_shown_nor_taken(
    cast: Cast, signed_in: SignIn, monday: time_machine.Traveller
) -> None:
    """Somebody at an open screen begins, keeps the secret, and waits for its owner to scan the same."""
    open_screen, later = signed_in("limin"), signed_in("limin")
    begun = open_screen.get(ADDRESS).submit("/two-steps/new")
    secret = begun.one("[data-secret]").get_text().replace(" ", "")
    page = later.get(ADDRESS)
    assert not page.soup.select("[data-secret]")
    token = page.one("input[name=csrf_token]")["value"]
    answer = {"csrf_token": token, "otp": code(secret)}
    sent = later.post(f"{ADDRESS}/confirmation", data=answer, follow_redirects=True)
    assert "请点“开始”，换一个新的密钥" in sent.words
    monday.shift(timedelta(minutes=11))
    assert not open_screen.get(ADDRESS).soup.select("[data-secret]")
    assert not one_time_codes.is_on(cast.person("limin"))
    fresh = later.get(ADDRESS).submit("/two-steps/new")
    assert fresh.one("[data-secret]").get_text().replace(" ", "") != secret


def test_guesses_at_an_open_screen_are_counted(cast: Cast, limin: User, signed_in: SignIn) -> None:
    page = signed_in("limin").get(ADDRESS)
    for _n in range(one_time_codes.TRIES_PER_ADDRESS):
        page = page.submit("/ending", otp="000000")
    assert "试得太多了" in page.submit("/ending", otp=code()).words
    assert one_time_codes.is_on(db.session.get_one(User, limin.id, populate_existing=True))


def test_an_administrator_in_production_does_nothing_before_the_second_step(
    app: Flask, cast: Cast, signed_in: SignIn
) -> None:
    app.extensions["shouwen"] = replace(app.extensions["shouwen"], app_env="production")
    admin = signed_in("admin")
    for address in ("/staff/", "/staff/settings/people"):
        assert admin.get(address).headers["Location"] == ADDRESS
    fragment = admin.get("/staff/desk/counts", headers={"HX-Request": "true"})
    assert (fragment.status_code, fragment.headers["HX-Redirect"]) == (401, ADDRESS)
    page = admin.get(ADDRESS)
    assert "系统管理员要先启用两步登录" in page.words
    page = page.submit("/two-steps/new")
    secret = page.one("[data-secret]").get_text().replace(" ", "")
    page = page.submit("/confirmation", otp=code(secret))
    assert "不能关闭" in page.words
    assert admin.get("/staff/settings/people").status_code == 200
    assert signed_in("limin").get("/staff/").status_code == 200


def test_a_lost_telephone_is_reset_by_an_administrator_with_a_reason(
    cast: Cast, limin: User, signed_in: SignIn, client: CriticalClient
) -> None:
    theirs, admin = signed_in("limin"), signed_in("admin")
    page = admin.get(f"/staff/settings/people/person?person={limin.id}")
    assert "请写为什么重设" in page.submit("/code_reset", reason="").words
    page = page.submit("/code_reset", reason="手机丢了")
    assert "两步登录已重设" in page.words
    assert theirs.get("/staff/").status_code == 303
    assert _password(client).headers["Location"] == "/staff/"
    assert "重设李敏的两步登录：手机丢了" in admin.get("/staff/settings/people").words
    director = signed_in("hemei").get(f"/staff/settings/people/person?person={limin.id}")
    assert not director.soup.select('form[action$="/code_reset"]')


def test_an_operator_resets_it_from_the_machine(app: Flask, cast: Cast, limin: User) -> None:
    run = app.test_cli_runner().invoke
    args = ["user", "reset-otp", "limin", "--by", "admin", "--reason", "手机丢了"]
    assert run(args=args).exit_code == 0
    assert not one_time_codes.is_on(db.session.get_one(User, limin.id, populate_existing=True))
    assert run(args=args).exit_code == 1
    assert run(args=[*args[:4], "limin", *args[5:]]).exit_code == 1


def test_words_that_were_sent_too_late_travel_through_both_steps(
    cast: Cast, limin: User, signed_in: SignIn
) -> None:
    """F44."""
    story = begin(cast).claimed()
    form = signed_in("limin").get(f"/staff/cases/{story.number}/contact")
    _everybody_is_out()
    door = form.submit("/contact", note="电话里说的是上周三", reached="yes")
    step = door.submit("/sign-in", username="limin", password=PASSWORD)
    assert "6 位验证码" in step.words
    wrong = step.submit("/sign-in", otp="000000")
    assert wrong.status_code == 422
    back = wrong.submit("/sign-in", otp=code())
    assert back.where == f"/staff/cases/{story.number}/contact"
    assert back.one("textarea[name=note]").get_text(strip=True) == "电话里说的是上周三"


def test_on_top_of_a_page_both_steps_stay_on_top(cast: Cast, limin: User, signed_in: SignIn) -> None:
    client, htmx = signed_in("limin"), {"HX-Request": "true"}
    client.get("/staff/")
    _everybody_is_out()
    door = client.get("/staff/sign-in?again=limin", headers=htmx)
    data = {str(field["name"]): str(field.get("value") or "") for field in door.soup.find_all("input")}
    step = client.post("/staff/sign-in", data={**data, "password": PASSWORD}, headers=htmx)
    assert not step.soup.find("h1"), "a part of the page, not a page"
    data = {str(field["name"]): str(field.get("value") or "") for field in step.soup.find_all("input")}
    done = client.post("/staff/sign-in", data={**data, "otp": code()}, headers=htmx)
    assert done.one("[data-token]")
    assert client.get("/staff/").status_code == 200
