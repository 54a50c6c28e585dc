"""No form of ours is sent by another site: every route that changes something, on every face (T19)."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from shared.audit.models import TimelineRow
from shared.database import db
from tests.architecture.test_access import Estate
from tests.cast import Cast
from tests.critic import WRITES, CriticalClient

SignIn = Callable[[str], CriticalClient]

# Machines send these, and show who they are by a key of theirs (T18).
BY_KEY = {"open311.filing", "open311.nothing_here", "portal.wechat_event"}
FOREIGN = (
    {"Origin": "https://evil.example"},
    {"Origin": "http://localhost.evil.example"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
)


def addresses(app: Flask, here: Estate) -> list[str]:
    """Every address that takes a POST, but those of machines."""
    values = {"reference": "0000-0000-00", "token": "0" * 22, "id": "0" * 32, **vars(here)}
    routes = app.url_map.bind("localhost")
    return [
        routes.build(rule.endpoint, {name: values[name] for name in rule.arguments}, method="POST")
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and rule.endpoint not in BY_KEY
    ]


@pytest.fixture
def director(signed_in: SignIn) -> CriticalClient:
    """Signed in, as whoever another site would have press a button; a fragment is as good as a page."""
    client = signed_in("hemei")
    client.reads_pages = False
    client.environ_base["HTTP_HX_REQUEST"] = "true"
    return client


def test_without_our_token_no_form_is_taken(app: Flask, here: Estate, director: CriticalClient) -> None:
    found = addresses(app, here)
    assert len(found) > 150
    wrong = {}
    for address in found:
        page = director.post(address, data={"csrf_token": "x"})
        written = [each for each in page.statements if each.startswith(WRITES)]
        if page.status_code != 419 or written:
            wrong[address] = (page.status_code, written)
    assert wrong == {}


def test_what_comes_from_another_site_is_refused_with_our_token_too(
    app: Flask, cast: Cast, here: Estate, director: CriticalClient
) -> None:
    token = str(
        director.get("/staff/cases", headers={"HX-Request": "false"}).one("[name=csrf_token]")["value"]
    )
    acts = db.session.scalar(select(func.count(TimelineRow.id)))
    for address in (
        f"/staff/cases/{here.number}/claim",
        "/staff/sign-in",
        "/staff/sign-out",
        "/file",
        "/track",
    ):
        for headers in FOREIGN:
            page = director.post(address, data={"csrf_token": token}, headers=headers)
            assert page.status_code == 403, (address, headers)
    assert db.session.scalar(select(func.count(TimelineRow.id))) == acts
    assert director.get("/staff/").status_code == 200, "nor was anybody signed out"


def test_what_machines_may_send_is_asked_for_their_key(client: CriticalClient, cast: Cast) -> None:
    for address in ("/open311/v2/requests.json", "/wechat/events"):
        page = client.post(address, data={"service_code": "facilities", "description": "x"})
        assert page.status_code in (400, 403, 404), address
