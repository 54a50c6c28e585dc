"""Errors keep their form: a page for a page, a fragment for a fragment, plain words where no face is mounted."""

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
