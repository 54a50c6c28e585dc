"""A draft survives what happens to telephones: on the server for a week, its words saved while they are typed (F43)."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
import time_machine
from flask import Flask

from shared.attachments.models import Attachment
from shared.cases import drafts
from shared.cases.models import Draft
from shared.database import db
from tests.cast import MONDAY, Cast
from tests.critic import CriticalClient, Page
from tests.portal.test_filing import DETAILS, WORDS, cases, check_page, count, photo, receipt_of


@pytest.fixture(autouse=True)
def settled(cast: Cast) -> None:
    """Every story happens at 锦绣花园."""


def begun(client: CriticalClient, category: str = "facilities:lift") -> Page:
    """A tile has been tapped; the details are open."""
    return client.get("/file").submit("/file", category=category)


def hidden(page: Page) -> dict[str, Any]:
    fields = page.form("/file/details").find_all("input", type="hidden")
    return {str(field["name"]): field.get("value", "") for field in fields}


def held() -> dict[str, Any]:
    db.session.rollback()
    db.session.expire_all()
    return drafts.content(db.session.query(Draft).one())


def test_f43_words_are_saved_while_they_are_typed(client: CriticalClient) -> None:
    page = begun(client)
    saved = client.post("/file/draft", data={**hidden(page), **DETAILS, "typed_at": "1000"})
    assert saved.status_code == 204
    again = client.get("/file/details")
    assert WORDS in again.one("#description").get_text()
    assert again.one("#phone")["value"] == "138 0013 8000"
    assert again.one("[name=typed_at]")["value"] == "1000"


def test_f43_words_that_were_slow_on_their_way_undo_nothing(client: CriticalClient) -> None:
    page = begun(client)
    page.submit("/file/details", **{**DETAILS, "typed_at": "2000"})
    late = {**hidden(page), "description": "只写了一半", "typed_at": "1500"}
    assert client.post("/file/draft", data=late).status_code == 204
    assert held()["description"] == WORDS


def test_f43_words_of_a_matter_already_filed_begin_nothing_new(client: CriticalClient) -> None:
    page = begun(client)
    page.submit("/file/details", **DETAILS).submit("/file/check")
    client.post("/file/draft", data={**hidden(page), **DETAILS, "typed_at": "9000"})
    assert count(Draft) == 0
    begun(client)
    client.post("/file/draft", data={**hidden(page), **DETAILS, "typed_at": "9000"})
    assert "description" not in held()


def test_co_m5_of_somebody_who_turned_anonymous_the_draft_forgets_the_telephone(
    client: CriticalClient,
) -> None:
    page = begun(client)
    client.post("/file/draft", data={**hidden(page), **DETAILS, "typed_at": "1000"})
    client.post("/file/draft", data={**hidden(page), **DETAILS, "anonymous": "1", "typed_at": "2000"})
    assert held()["phone"] == held()["name"] == ""


def test_f43_a_draft_lives_seven_days_from_the_last_touch(client: CriticalClient) -> None:
    with time_machine.travel(MONDAY, tick=False) as travel:
        check_page(client)
        travel.shift(timedelta(days=6))
        client.get("/file/details").submit("/file/details", spot="1单元电梯")
        travel.shift(timedelta(days=6))
        assert WORDS in client.get("/file/check").words
        travel.shift(timedelta(days=2))
        assert client.get("/file/check").where == "/file/check"
        assert "继续上次没填完的" not in client.get("/").words


def test_f43_who_lost_all_but_the_draft_need_not_choose_their_estate_again(
    client: CriticalClient, elsewhere: Cast
) -> None:
    client.get(client.get("/").link("云和苑"))
    check_page(client)
    client.delete_cookie("session")
    home = client.get("/")
    assert "云和苑" in home.words
    assert home.link("继续上次没填完的") == "/file/check"


def test_f30_a_photo_whose_answer_was_lost_is_sent_again_and_stays_one(client: CriticalClient) -> None:
    page = begun(client)
    sent = photo().getvalue()
    for more in ({}, {"again": "1"}):
        done = client.post("/file/photos", data={**hidden(page), **more, "photos": (BytesIO(sent), "a.jpg")})
        assert done.status_code == 200
        assert done.soup.select_one("li.photo img") is not None
    assert count(Attachment) == 1


def test_a_photo_is_taken_out_while_others_are_on_their_way(client: CriticalClient, app: Flask) -> None:
    page = begun(client)
    client.post("/file/photos", data={**hidden(page), "photos": (photo(), "a.jpg")})
    mine = db.session.query(Attachment).one().id
    stranger = app.test_client()
    assert isinstance(stranger, CriticalClient)
    foreign = hidden(begun(stranger))
    assert stranger.post("/file/photos/removal", data={**foreign, "remove_photo": mine}).status_code == 204
    assert count(Attachment) == 1
    assert client.post("/file/photos/removal", data={**hidden(page), "remove_photo": mine}).status_code == 204
    assert count(Attachment) == 0


@pytest.fixture
def no_room(app: Flask) -> None:
    """Photos have nowhere to go: a file stands where their folder should be."""
    Path(unquote(urlsplit(app.extensions["shouwen"].storage_url).path)).write_text("")


def test_f19_words_are_filed_though_no_photo_can_be_stored(client: CriticalClient, no_room: None) -> None:
    check = check_page(client, photos=(photo(), "a.jpg"))
    assert check.where == "/file/check"
    assert "照片未上传，可稍后补传" in check.words
    assert receipt_of(check.submit("/file/check"))
    assert len(cases()) == 1


def test_f19_a_photo_that_found_no_room_may_be_sent_again(client: CriticalClient, no_room: None) -> None:
    failed = client.post("/file/photos", data={**hidden(begun(client)), "photos": (photo(), "a.jpg")})
    assert failed.status_code == 503
    assert "照片未上传，可稍后补传" in failed.words
    assert failed.soup.select_one("[name=retry_photo]") is not None


def test_photos_that_were_lost_on_their_way_are_told_of_and_hold_nothing_up(client: CriticalClient) -> None:
    check = begun(client).submit("/file/details", **DETAILS, photos_failed="2")
    assert "有 2 张照片未上传，可稍后补传" in check.words
    assert receipt_of(check.submit("/file/check"))


@pytest.mark.parametrize("odd", ["-1", "x", "999", "²", ""])
def test_an_odd_count_of_lost_photos_says_nothing(client: CriticalClient, odd: str) -> None:
    assert "张照片未上传" not in begun(client).submit("/file/details", **DETAILS, photos_failed=odd).words
