"""Around every page: large text, languages, errors that help, promises in force."""

import pytest
from sqlalchemy.exc import OperationalError

from portal import home
from shared.web import language
from tests.cast import Cast
from tests.critic import CriticalClient


def test_large_text_is_switched_on_the_page_and_remembered(client: CriticalClient, cast: Cast) -> None:
    page = client.get("/track").submit("/large-text", large="1")
    assert page.where == "/track"
    html = page.soup.select_one("html")
    assert html is not None
    assert "large" in str(html["class"])
    assert "标准版" in client.get("/").words


def test_a_language_is_chosen_by_link_and_by_form(client: CriticalClient, cast: Cast) -> None:
    assert client.get("/?lang=en").soup.html["lang"] == "en"  # type: ignore[index]
    assert client.get("/track").soup.html["lang"] == "en"  # type: ignore[index]
    token = client.get("/").form("/large-text").find("input", attrs={"name": "csrf_token"})
    back = client.post(
        "/language",
        data={"csrf_token": token["value"], "lang": "zh-Hant", "next": "/privacy"},  # type: ignore[index]
        follow_redirects=True,
    )
    assert back.where == "/privacy"
    assert back.soup.html["lang"] == "zh-Hant"  # type: ignore[index]
    assert client.get_cookie("lang").value in language.LOCALES  # type: ignore[union-attr]


@pytest.mark.parametrize("elsewhere", ["//evil.example", "/\\evil.example", "https://evil.example", "x"])
def test_t19_switches_lead_back_to_this_site_only(client: CriticalClient, cast: Cast, elsewhere: str) -> None:
    page = client.get("/").submit("/large-text", follow=False, next=elsewhere, large="1")
    assert page.headers["Location"] == "/"


def test_before_an_estate_is_chosen_the_foot_has_no_words_without_a_number(
    client: CriticalClient, cast: Cast, elsewhere: Cast
) -> None:
    page = client.get("/")
    assert "您在哪个小区" in page.words
    assert "服务电话" not in page.words
    assert "接听时间" not in page.words
    assert client.get("/?estate=yunhe").words.count("服务电话") == 1


def test_a_wrong_address_helps_on(client: CriticalClient, cast: Cast) -> None:
    page = client.get("/nowhere")
    assert page.status_code == 404
    assert "没有找到" in page.words
    assert "020-8888 6666" in page.words
    assert page.link("回首页") == "/"


def test_f14_without_a_database_the_page_still_says_whom_to_call(
    client: CriticalClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.get("/")

    def gone(*_args: object, **_more: object) -> None:
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr("portal.estates.estates", gone)
    monkeypatch.setattr(home.estates, "estates", gone)
    page = client.get("/")
    assert page.status_code == 503
    assert "020-8888 6666" in page.words


def test_a_stale_form_is_not_lost_without_a_word(client: CriticalClient, cast: Cast) -> None:
    page = client.post("/file", data={"category": "facilities:lift"})
    assert page.status_code == 419
    assert "页面放得太久了" in page.words


def test_the_promises_in_force_are_told_with_their_clauses(client: CriticalClient, cast: Cast) -> None:
    page = client.get("/policy")
    for told in ("48 小时内办结", "MS-3", "24 小时内首次联系", "CO-M2", "值班时间 5 分钟内转达", "GZ-8"):
        assert told in page.words


def test_the_purpose_notice_says_who_why_what_how_long_and_which_rights(
    client: CriticalClient, cast: Cast
) -> None:
    page = client.get("/privacy")
    for told in ("谁在处理", "为什么", "记下什么", "180 天", "3 年", "您的权利"):
        assert told in page.words


@pytest.mark.parametrize("address", ["/", "/file", "/track", "/privacy", "/policy"])
def test_first_views_are_light(client: CriticalClient, cast: Cast, address: str) -> None:
    """At most five requests, and a page small enough for a slow network (experience.md, B3)."""
    page = client.get(address)
    loaded = page.soup.select("link[rel=stylesheet], script[src], img[src]")
    assert 1 + len(loaded) + 1 <= 5  # the page, what it loads, its icon
    assert len(page.data) < 16_000
