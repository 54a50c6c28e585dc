"""A header says what its sender likes: it changes neither whom we take it from nor what we call ourselves (T26)."""

from collections.abc import Callable
from itertools import cycle

import pytest
from flask import Flask

from portal import limits
from shared.cases.references import from_bits, shown
from shared.identity import sessions
from tests.cast import Cast
from tests.critic import CriticalClient
from tests.databases import settings
from wsgi import create_app

SignIn = Callable[[str], CriticalClient]

NAMES = ("X-Forwarded-For", "X-Real-IP", "Forwarded", "CF-Connecting-IP", "True-Client-IP", "X-Client-IP")
FORGED_NAMES = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "X-Original-URL": "/staff/"}


@pytest.fixture(autouse=True)
def _no_hits() -> None:
    limits._hits.clear()


def test_another_address_in_a_header_buys_no_further_guess(client: CriticalClient, cast: Cast) -> None:
    client.reads_pages = False
    names, answers = cycle(NAMES), []
    for number in range(61):
        address = f"198.51.100.{number}"
        said = {next(names): f"for={address}" if number % 6 == 2 else address}
        answers.append(client.get(f"/track/{shown(from_bits(number))}", headers=said).status_code)
    assert answers == [404] * 60 + [429]


def test_the_staff_face_shuts_for_whoever_claims_to_come_through_a_proxy(
    client: CriticalClient, cast: Cast, signed_in: SignIn
) -> None:
    """Either somebody lies, or a proxy stands there that the settings do not know: no address can be trusted."""
    for name in NAMES[:3]:
        assert client.get("/staff/sign-in", headers={name: "127.0.0.1"}).status_code == 404
        assert signed_in("limin").get("/staff/", headers={name: "127.0.0.1"}).status_code == 404


def test_nor_any_further_try_at_a_password(
    client: CriticalClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "TRIES_PER_NAME", 2)
    client.reads_pages = False
    page, answers = client.get("/staff/sign-in"), []
    for number in range(sessions.TRIES_PER_NAME + 1):
        client.environ_base["HTTP_CF_CONNECTING_IP"] = f"198.51.100.{number}"
        answers.append(page.submit(username="limin", password="a guess").status_code)
    assert answers == [422] * sessions.TRIES_PER_NAME + [429]


def test_links_name_the_host_of_the_settings_whatever_was_asked_for(app: Flask, cast: Cast) -> None:
    client = app.test_client()
    assert isinstance(client, CriticalClient)
    for address in ("/", "/track", "/board/jinxiu", "/open311/v2/discovery.json"):
        page = client.get(address, headers=FORGED_NAMES)
        assert page.status_code == 200, address
        assert "evil.example" not in page.get_data(as_text=True), address
        assert client.get(address, headers={"Host": "evil.example"}).status_code == 400, address


def test_of_a_known_proxy_the_last_word_counts_and_no_other(tmp_path: object) -> None:
    """What it adds stands last; what a client wrote before that is worth nothing."""
    config = settings(tmp_path, TRUSTED_PROXY_COUNT="1", STAFF_NETWORKS="10.0.0.0/8")  # type: ignore[arg-type]
    inside = create_app(config).test_client()

    def asked(forwarded: str) -> int:
        return inside.get("/staff/sign-in", headers={"X-Forwarded-For": forwarded}).status_code

    assert asked("10.1.1.1, 203.0.113.9") == 404
    assert asked("203.0.113.9") == 404
    assert asked("203.0.113.9, 10.1.1.1") != 404
