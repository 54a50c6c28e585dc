"""Errors keep their form: a page for a page, a fragment for a fragment, plain words where no face is mounted."""

from collections.abc import Callable

import pytest

from tests.cast import Cast
from tests.critic import CriticalClient
from tests.databases import settings
from wsgi import create_app


def test_a_fragment_is_answered_with_a_fragment(client: CriticalClient, cast: Cast) -> None:
    page = client.get("/nowhere", headers={"HX-Request": "true"})
    assert page.status_code == 404
    assert page.soup.select_one("[role=alert]") is not None
    assert b"<html" not in page.data


def test_a_process_without_the_portal_answers_its_addresses_with_plain_words(tmp_path: object) -> None:
    for face in ("staff", "board"):
        app = create_app(settings(tmp_path), faces=(face,))  # type: ignore[arg-type]
        answer = app.test_client().get("/track")
        assert answer.status_code == 404
        assert answer.mimetype == "text/plain"


@pytest.mark.parametrize("path", ["/static/gone.css", "/healthz/more"])
def test_an_address_beside_the_pages_that_is_not_there_is_told_as_not_found(
    client: CriticalClient, cast: Cast, path: str
) -> None:
    page = client.get(path)
    assert page.status_code == 404
    assert "没有找到" in page.words


def test_partners_are_told_of_an_address_that_is_not_there_in_their_own_form(
    client: CriticalClient, cast: Cast
) -> None:
    page = client.get("/open311/v2/gone.json")
    assert page.status_code == 404
    assert page.mimetype == "application/json"


def test_a_number_that_no_database_holds_is_not_found(
    client: CriticalClient, signed_in: Callable[[str], CriticalClient], cast: Cast
) -> None:
    staff = signed_in("limin")
    for number in (2**31, 2**63, 10**40):
        assert client.get(f"/notices/{number}").status_code == 404
        assert staff.get(f"/staff/notices/{number}").status_code == 404


def test_t26_a_foreign_host_finds_no_page_and_no_link(client: CriticalClient) -> None:
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400


def test_an_owner_whose_post_comes_from_elsewhere_is_not_told_of_ranks(client: CriticalClient) -> None:
    page = client.post("/track", data={"reference": "x"}, headers={"Origin": "https://evil.example"})
    assert page.status_code == 403
    assert "岗位" not in page.words
