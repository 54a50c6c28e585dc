"""What an owner can keep of their case: the receipt as a picture, the page on the telephone, the mark on the screen."""

from io import BytesIO

from PIL import Image

from shared import clock
from shared.cases import links
from tests import cast as company
from tests.cast import Cast
from tests.critic import CriticalClient


def test_the_receipt_is_a_picture_too(client: CriticalClient, cast: Cast) -> None:
    case = company.file(cast, clock.now())
    receipt = client.get(f"/c/{links.current_token(case)}/receipt")
    answer = client.get(receipt.link("存成图片"))
    assert answer.mimetype == "image/png"
    assert answer.headers["Cache-Control"] == "no-store"
    picture = Image.open(BytesIO(answer.data))
    assert (picture.width, picture.height > 1500) == (1080, True)
    assert len(answer.data) < 100_000


def test_the_picture_needs_the_private_link(client: CriticalClient, cast: Cast) -> None:
    assert client.get("/c/AAAAAAAAAAAAAAAAAAAAAA/receipt.png").status_code == 404


def test_the_picture_is_drawn_in_each_language(client: CriticalClient, cast: Cast) -> None:
    case = company.file(cast, clock.now())
    drawn = {
        client.get(f"/c/{links.current_token(case)}/receipt.png?lang={language}").data
        for language in ("zh-Hans", "zh-Hant", "en")
    }
    assert len(drawn) == 3


def test_the_receipt_says_what_comes_next_and_whom_to_call(client: CriticalClient, cast: Cast) -> None:
    case = company.file(cast, clock.now())
    page = client.get(f"/c/{links.current_token(case)}/receipt")
    for told in (case.shown_reference, case.archive_number, "接下来", "020-8888 6666"):
        assert told in page.words
    assert page.one("[data-reference]")["data-code"] == links.receipt_code(case)


def test_keeping_is_offered_behind_the_private_link_only(client: CriticalClient, cast: Cast) -> None:
    """Who has typed a code may sit at somebody else's computer (T29)."""
    case = company.file(cast, clock.now())
    private = client.get(f"/c/{links.current_token(case)}")
    assert private.one("[data-offline]")["data-path"] == f"/c/{links.current_token(case)}"
    unlocked = client.get(f"/track/{case.shown_reference}").submit("/unlock", code="8000")
    assert unlocked.soup.select_one("[data-offline]") is None


def test_the_service_worker_comes_from_the_root_and_is_asked_anew(client: CriticalClient, cast: Cast) -> None:
    worker = client.get("/service-worker.js")
    assert worker.mimetype == "text/javascript"
    assert worker.headers["Cache-Control"] == "no-cache"
    text = worker.get_data(as_text=True)
    assert ".put(" not in text
    assert "addAll" not in text


def test_the_offline_page_holds_the_telephone_and_nothing_personal(
    client: CriticalClient, cast: Cast
) -> None:
    case = company.file(cast, clock.now())
    client.get(f"/c/{links.current_token(case)}")
    page = client.get("/offline")
    assert "020-8888 6666" in page.words
    assert case.shown_reference not in page.get_data(as_text=True)


def test_the_portal_can_be_installed(client: CriticalClient, cast: Cast) -> None:
    manifest = client.get("/static/manifest.webmanifest").get_json(force=True)
    assert (manifest["start_url"], manifest["display"]) == ("/", "standalone")
    for icon in manifest["icons"]:
        answer = client.get(icon["src"])
        assert answer.status_code == 200
        if icon["type"] == "image/png":
            picture = Image.open(BytesIO(answer.data))
            assert icon["sizes"] == f"{picture.width}x{picture.height}"
