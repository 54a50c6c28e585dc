"""Reply templates on the case page: put into the form in its place, nothing lost and nothing sent."""

from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import Page, expect

from shared.clock import now
from shared.database import transaction
from shared.phrases import writing
from shared.phrases.writing import Wording
from tests.browser.conftest import Desk
from tests.browser.looking import faults_on
from tests.life import Life, begin

Staff = Callable[..., Page]


@pytest.fixture
def story(desk: Desk, app: Flask) -> Life:
    with app.app_context():
        with transaction():
            wording = Wording("在办", "{称呼}您好，{处理人}在办。", None, "progress")
            writing.add(desk.cast.estate.id, wording, by=desk.cast.person("hemei"), at=now())
        return begin(desk.cast, at=now()).in_handling()


def test_a_template_goes_into_the_open_form_and_the_chosen_photo_stays(
    desk: Desk, staff: Staff, app: Flask, story: Life
) -> None:
    page = staff("wangqiang")
    page.goto(f"/staff/cases/{story.number}")
    page.keyboard.press("r")
    words = page.get_by_label("写给业主的话")
    words.fill("先说一句")
    paper = BytesIO()
    Image.new("RGB", (60, 40), "gray").save(paper, "JPEG")
    page.locator("input[name=photos]").set_input_files(
        {"name": "p.jpg", "mimeType": "image/jpeg", "buffer": paper.getvalue()}
    )
    page.get_by_label("常用语").select_option("在办")
    page.get_by_role("button", name="放进去").click()
    expect(words).to_have_value("先说一句\n王秀兰您好，王强在办。")
    assert page.locator("input[name=photos]").evaluate("field => field.files.length") == 1
    with app.app_context():
        assert story.acts[-1] == "acceptance", "nothing is sent by the menu"
    page.get_by_role("button", name="发给业主").click()
    expect(page.get_by_text("已写给业主，业主现在能看到。")).to_be_visible()


def test_the_form_with_its_menu_hides_nothing_from_whoever_does_not_see(
    desk: Desk, staff: Staff, story: Life
) -> None:
    page = staff("wangqiang")
    page.goto(f"/staff/cases/{story.number}/progress")
    expect(page.get_by_label("常用语")).to_be_visible()
    assert faults_on(page) == []
