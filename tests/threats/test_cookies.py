"""Every cookie we set: not for scripts, not for other sites, in production only encrypted (T21)."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.cast import PASSWORD, Cast
from tests.critic import CriticalClient, Page


@pytest.fixture
def in_production(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the settings of production make of it (tests/unit/test_config.py)."""
    monkeypatch.setitem(app.config, "SESSION_COOKIE_SECURE", True)


def cookies_of(*said: tuple[str, list[str]]) -> dict[str, set[str]]:
    """Of each cookie what stands beside its value, in small letters."""
    found: dict[str, set[str]] = {}
    for _where, lines in said:
        for line in lines:
            name, _value, rest = line.partition("=")
            found[name] = {each.strip().lower() for each in rest.split(";")[1:]}
    return found


def test_no_cookie_is_read_by_a_script_or_sent_by_another_site(
    client: CriticalClient, cast: Cast, in_production: None
) -> None:
    pages: list[Page] = []
    acts: tuple[Callable[[], Page], ...] = (
        lambda: client.get("/file", base_url="https://localhost"),
        lambda: pages[-1].submit("/file", category="facilities:lift", follow=False),
        lambda: client.get("/", base_url="https://localhost"),
        lambda: pages[-1].submit("/large-text", follow=False),
        lambda: client.get("/?lang=en", base_url="https://localhost"),
        lambda: client.get("/staff/sign-in", base_url="https://localhost"),
        lambda: pages[-1].submit(username="limin", password=PASSWORD, follow=False),
    )
    for act in acts:
        pages.append(act())
    found = cookies_of(*((page.where, page.headers.getlist("Set-Cookie")) for page in pages))
    assert set(found) >= {"session", "draft", "large", "lang", "staff_session"}
    for name, beside in found.items():
        assert {"httponly", "secure"} <= beside, name
        assert f"samesite={'strict' if name == 'staff_session' else 'lax'}" in beside, name
        assert f"path={'/staff' if name == 'staff_session' else '/'}" in beside, name
        assert not any(each.startswith("domain=") for each in beside), name


@pytest.mark.parametrize("address", ["/board/jinxiu", "/open311/v2/services.json", "/healthz"])
def test_where_none_is_needed_none_is_set(client: CriticalClient, cast: Cast, address: str) -> None:
    """A board and a machine need none."""
    assert client.get(address).headers.getlist("Set-Cookie") == []


def test_the_cookie_of_one_face_is_not_shown_to_the_other(
    client: CriticalClient, cast: Cast, signed_in: Callable[[str], CriticalClient]
) -> None:
    """Decision 15."""
    mine = signed_in("limin")
    assert "staff_session" in mine.get("/staff/").request.headers["Cookie"]
    assert "staff_session" not in mine.get("/").request.headers.get("Cookie", "")
