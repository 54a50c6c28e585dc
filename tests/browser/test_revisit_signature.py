"""A visit at the door on a phone: the owner signs on the screen with a finger, or the paper is photographed (TR-12)."""

from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import Page, expect

from shared.attachments import queries as photos
from shared.attachments.storage import current_storage, names_of
from shared.clock import now
from shared.revisits import recording
from tests.browser.conftest import DESKTOP, PHONE, Desk
from tests.life import Life, begin

Staff = Callable[..., Page]
TOUCH = {"has_touch": True, "is_mobile": True}


@pytest.fixture
def story(desk: Desk, app: Flask) -> Life:
    with app.app_context():
        return begin(desk.cast, at=now()).informed()


def _answer(page: Page) -> None:
    for name in ("reached", "satisfied", "timely", "courteous"):
        page.locator(f"[name={name}][value=yes]").check()


def _sign(page: Page) -> None:
    """Two strokes across the pad."""
    pad = page.locator("canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    for height in (0.3, 0.7):
        page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + box["height"] * height)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + box["height"] * (1 - height), steps=8)
        page.mouse.up()


def _dark_dots(jpeg: bytes) -> int:
    with Image.open(BytesIO(jpeg)) as picture:
        return sum(picture.convert("L").histogram()[:100])


def test_tr_12_the_owner_signs_on_the_screen_at_the_door(
    desk: Desk, staff: Staff, app: Flask, story: Life
) -> None:
    page = staff("liujie", PHONE, **TOUCH)
    page.goto(f"/staff/revisits/{story.number}/visit")
    expect(page.locator("[data-said]")).to_have_text("还没签字")
    _answer(page)
    _sign(page)
    expect(page.locator("[data-said]")).to_have_text("已签字")
    page.get_by_role("button", name="记下这次回访").click()
    expect(page.get_by_text("已记下 1 件：都满意。可以结案了。")).to_be_visible()
    with app.app_context():
        (revisit,) = recording.of_round(story.case)
        assert (revisit.method, revisit.documented) == ("door", True)
        (signature,) = [p for p in photos.of_case(story.case.id) if p.act == "revisit"]
        with current_storage().open(names_of(signature.id)[0]) as file:
            drawn = file.read()
        assert _dark_dots(drawn) > 1000, "the strokes are in the picture"


def test_what_was_signed_by_mistake_is_wiped_and_is_no_signature(
    desk: Desk, staff: Staff, app: Flask, story: Life
) -> None:
    page = staff("liujie", PHONE, **TOUCH)
    page.goto(f"/staff/revisits/{story.number}/visit")
    _answer(page)
    _sign(page)
    expect(page.locator("[data-said]")).to_have_text("已签字")
    page.get_by_role("button", name="重签").click()
    expect(page.locator("[data-said]")).to_have_text("还没签字")
    page.get_by_role("button", name="记下这次回访").click()
    expect(page.get_by_text("已记下 1 件：都满意。")).to_be_visible()
    with app.app_context():
        (revisit,) = recording.of_round(story.case)
        assert not revisit.documented
        assert [p for p in photos.of_case(story.case.id) if p.act == "revisit"] == []


def test_without_a_script_there_is_no_pad_and_the_paper_is_photographed(
    desk: Desk, staff: Staff, app: Flask, story: Life
) -> None:
    page = staff("liujie", PHONE, java_script_enabled=False)
    page.goto(f"/staff/revisits/{story.number}/visit")
    expect(page.locator("canvas")).to_be_hidden()
    _answer(page)
    paper = BytesIO()
    Image.new("RGB", (600, 400), "white").save(paper, "JPEG")
    page.locator("input[name=photos]").set_input_files(
        {"name": "receipt.jpg", "mimeType": "image/jpeg", "buffer": paper.getvalue()}
    )
    page.get_by_role("button", name="记下这次回访").click()
    expect(page.get_by_text("已记下 1 件：都满意。")).to_be_visible()
    with app.app_context():
        (revisit,) = recording.of_round(story.case)
        assert revisit.documented


def test_a_call_by_keyboard_asks_only_what_the_answer_needs(
    desk: Desk, staff: Staff, app: Flask, story: Life
) -> None:
    page = staff("liujie", DESKTOP)
    page.goto("/staff/revisits")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/staff/revisits/{story.number}")
    page.get_by_label("没联系上", exact=True).focus()
    page.keyboard.press("Space")
    expect(page.get_by_text("对结果满意吗")).to_be_hidden()
    expect(page.get_by_text("什么时候再联系")).to_be_visible()
    page.get_by_label("号码不对").check()
    page.get_by_role("button", name="记下这次回访").press("Enter")
    expect(page.get_by_text("这次没联系上")).to_be_visible()
    with app.app_context():
        (revisit,) = recording.of_round(story.case)
        assert revisit.hindrance == "wrong_number"


def test_a_tap_shows_the_telephone_in_its_place_ready_to_dial(desk: Desk, staff: Staff, story: Life) -> None:
    page = staff("liujie", PHONE, **TOUCH)
    page.goto(f"/staff/revisits/{story.number}")
    page.get_by_role("button", name="显示（会登记） 电话").tap()
    expect(page.locator("#party a[href^='tel:']")).to_be_visible()
    expect(page).to_have_url(f"{desk.url}/staff/revisits/{story.number}")
