"""Signing in and out of the staff face (T19–T21, T23)."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from shared.database import db, transaction
from shared.identity import sessions
from shared.identity.models import StaffSession
from staff.session import safe_next
from tests.cast import MONDAY, PASSWORD

pytestmark = pytest.mark.usefixtures("monday")

WRONG = "用户名或密码不对"


def _try(client, username, password, **more):
    return client.get("/staff/sign-in").submit(username=username, password=password, follow=False, **more)


def test_the_right_password_leads_to_the_desk(client, cast):
    answer = _try(client, "limin", PASSWORD)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/staff/")
    assert "李敏" in client.get("/staff/").words


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(client, cast):
    known, unknown = _try(client, "limin", "not the one"), _try(client, "nobody", "not the one")
    assert known.status_code == unknown.status_code == 422
    for page in (known, unknown):
        assert WRONG in page.words
    texts = [page.soup.find("main").get_text() for page in (known, unknown)]
    assert texts[0] == texts[1]


def test_the_password_is_never_given_back(client, cast):
    page = _try(client, "limin", "not the one at all")
    assert "not the one at all" not in page.get_data(as_text=True)
    assert page.soup.find(id="username")["value"] == "limin"


def test_empty_fields_are_named_one_by_one(client, cast):
    page = _try(client, "", "")
    assert page.status_code == 422
    assert "请填用户名" in page.words
    assert "请填密码" in page.words
    assert page.soup.title.get_text().startswith("错误")


def test_many_wrong_tries_are_slowed_and_the_right_one_works_elsewhere(app, client, cast):
    for _ in range(sessions.TRIES_PER_NAME):
        _try(client, "limin", "not the one")
    shut = _try(client, "limin", PASSWORD)
    assert shut.status_code == 429
    assert 0 < int(shut.headers["Retry-After"]) <= 900
    other = app.test_client()
    other.environ_base["REMOTE_ADDR"] = "10.9.8.7"
    assert _try(other, "limin", PASSWORD).status_code == 303


def test_the_door_opens_again_by_itself(client, cast, monday):
    for _ in range(sessions.TRIES_PER_NAME):
        _try(client, "limin", "not the one")
    monday.shift(sessions.WINDOW + timedelta(seconds=1))
    assert _try(client, "limin", PASSWORD).status_code == 303


def test_signing_in_gives_a_new_cookie(client, cast):
    client.get("/staff/sign-in")
    before = client.get_cookie("staff_session", path="/staff").value
    _try(client, "limin", PASSWORD)
    assert client.get_cookie("staff_session", path="/staff").value != before


def test_a_copied_cookie_is_worth_nothing_after_signing_out(app, client, cast, signed_in):
    mine = signed_in("limin")
    copied = mine.get_cookie("staff_session", path="/staff").value
    mine.get("/staff/").submit("/staff/sign-out")
    assert mine.get("/staff/").status_code == 303
    thief = app.test_client()
    thief.set_cookie("staff_session", copied, path="/staff")
    assert thief.get("/staff/").status_code == 303
    with app.app_context():
        assert db.session.scalar(select(StaffSession.ended_at)) is not None


def test_who_is_dismissed_is_out_at_once(cast, signed_in):
    mine = signed_in("limin")
    with transaction():
        sessions.deactivate(cast.person("limin"), MONDAY)
    fragment = mine.get("/staff/desk/counts", headers={"HX-Request": "true"})
    assert fragment.status_code == 401
    assert fragment.headers["HX-Redirect"].startswith("/staff/sign-in")


def test_polling_keeps_no_idle_session_alive(cast, signed_in, monday):
    mine = signed_in("limin")
    for _ in range(7):
        monday.shift(timedelta(minutes=5))
        answer = mine.get("/staff/desk/counts", headers={"HX-Request": "true"})
    assert answer.status_code == 401


def test_work_does_keep_it_alive_but_not_for_ever(cast, signed_in, monday):
    mine = signed_in("limin")
    for _ in range(28):
        monday.shift(timedelta(minutes=25))
        last = mine.get("/staff/")
        if _ < 27:
            assert last.status_code == 200
    assert last.status_code == 200
    monday.shift(timedelta(minutes=25))
    assert mine.get("/staff/").status_code == 303


def test_signing_in_leads_back_to_the_page_that_was_wanted(client, cast):
    page = client.get("/staff/cases?state=open", follow_redirects=True)
    answer = page.submit(username="limin", password=PASSWORD, follow=False)
    assert answer.headers["Location"] == "/staff/cases?state=open"


@pytest.mark.parametrize(
    "evil",
    [
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https:evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/staff//../..//evil.example\\",
        "/staff\n/evil",
        "/staffroom",
        "/staff//evil.example",
        "//[evil",
        "/",
        "/staff/sign-in",
    ],
)
def test_nobody_is_sent_to_another_site(app, evil):
    with app.test_request_context("/staff/sign-in"):
        assert safe_next(evil) == "/staff/"


def test_signing_in_twice_leads_to_the_desk(cast, signed_in):
    assert signed_in("limin").get("/staff/sign-in").headers["Location"] == "/staff/"


def test_a_page_of_staff_is_kept_by_no_browser_and_no_proxy(cast, signed_in):
    page = signed_in("limin").get("/staff/")
    assert page.headers["Cache-Control"] == "no-store"
    assert "Cookie" in page.headers["Vary"]
    cookie = signed_in("limin").get("/staff/sign-in").request.headers.get("Cookie", "")
    assert cookie.startswith("staff_session=")


def test_when_the_database_is_gone_the_page_still_says_so(cast, signed_in):
    """F14: neither the name at the top nor the access log asks the database a second time."""
    mine = signed_in("limin")
    with transaction():
        db.session.execute(text("ALTER TABLE staff_sessions RENAME TO gone"))
    page = mine.get("/staff/")
    assert page.status_code == 503
    assert page.headers["Retry-After"]
    assert "系统暂时不能保存" in page.words
