"""A handler's round on a phone: photos taken where there is no network are sent when there is one again."""

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import Dialog, Page, Route, expect

from shared.attachments import queries as photos
from shared.clock import now
from tests.browser.conftest import PHONE, Desk, until
from tests.browser.looking import faults_on
from tests.life import Life, begin

Staff = Callable[..., Page]
TOUCH = {"has_touch": True, "is_mobile": True}


@pytest.fixture
def story(desk: Desk, app: Flask) -> Life:
    with app.app_context():
        return begin(desk.cast, at=now(), building_id=desk.cast.building("3号楼").id).in_handling()


def _shoot(page: Page, label: str) -> None:
    paper = BytesIO()
    Image.new("RGB", (600, 400), "gray").save(paper, "JPEG")
    page.get_by_label(label).set_input_files(
        {"name": "p.jpg", "mimeType": "image/jpeg", "buffer": paper.getvalue()}
    )


def _on_the_case(app: Flask, story: Life) -> list[bool]:
    """Whether the owner sees them, of the photos that have arrived."""
    with app.app_context():
        return sorted(p.public for p in photos.of_case(story.case.id))


def test_a_round_with_the_network_cut(desk: Desk, staff: Staff, app: Flask, story: Life) -> None:
    page = staff("wangqiang", PHONE, **TOUCH)
    page.get_by_role("link", name="今天要跑的").tap()
    expect(page.get_by_role("heading", name="3号楼 2单元电梯")).to_be_visible()

    page.context.set_offline(True)
    expect(page.get_by_text("没有网络")).to_be_visible()
    _shoot(page, "拍处理前照片")
    expect(page.get_by_text("处理前：等网络")).to_be_visible()
    _shoot(page, "拍处理后照片")
    expect(page.get_by_text("处理后：等网络")).to_be_visible()
    assert _on_the_case(app, story) == []

    page.context.set_offline(False)
    expect(page.get_by_text("处理前：已发送")).to_be_visible()
    expect(page.get_by_text("处理后：已发送")).to_be_visible()
    expect(page.get_by_text("没有网络")).to_be_hidden()
    assert _on_the_case(app, story) == [False, True]

    page.get_by_role("link", name="已处理").tap()
    page.get_by_label("已解决", exact=True).check()
    page.get_by_label("处理结果").fill("已更换门锁继电器，试运行正常")
    page.get_by_role("button", name="办结", exact=True).tap()
    expect(page).to_have_url(f"{desk.url}/staff/today")
    expect(page.get_by_text("今天没有到时限的诉求")).to_be_visible()


def test_photos_wait_through_a_closed_page_and_a_lost_answer_makes_no_second_one(
    desk: Desk, staff: Staff, app: Flask, story: Life
) -> None:
    """F30: the photo had arrived, its answer had not."""
    page = staff("wangqiang", PHONE, **TOUCH)
    page.goto("/staff/today")

    def lose_the_answer(route: Route) -> None:
        route.fetch()
        route.fulfill(status=429)

    page.route("**/photo", lose_the_answer)
    with page.expect_response("**/photo"):
        _shoot(page, "拍处理后照片")
    expect(page.get_by_text("处理后：等网络")).to_be_visible()
    assert _on_the_case(app, story) == [True]
    page.unroute("**/photo")
    page.goto("/staff/")
    page.goto("/staff/today")
    expect(page.get_by_text("处理后：已发送")).to_be_visible()
    assert _on_the_case(app, story) == [True]
    page.reload()
    expect(page.get_by_text("已有 1 张")).to_be_visible()
    expect(page.locator("[data-state]")).to_have_count(0)


def test_a_photo_taken_while_another_is_on_its_way_follows_at_once(
    desk: Desk, staff: Staff, app: Flask, story: Life
) -> None:
    page = staff("wangqiang", PHONE, **TOUCH)
    page.goto("/staff/today")
    held: list[Route] = []
    page.route("**/photo", lambda route: held.append(route), times=1)
    _shoot(page, "拍处理前照片")
    expect(page.get_by_text("处理前：正在发送")).to_be_visible()
    _shoot(page, "拍处理后照片")
    expect(page.get_by_text("处理后：等网络")).to_be_visible()
    held[0].continue_()
    expect(page.get_by_text("处理后：已发送")).to_be_visible()
    assert _on_the_case(app, story) == [False, True]


KEPT = """new Promise((done, fail) => {
  const asked = indexedDB.open('shouwen-round');
  asked.onerror = () => fail(asked.error);
  asked.onsuccess = () => {
    const all = asked.result.transaction('photos').objectStore('photos').getAll();
    all.onsuccess = () => { asked.result.close(); done(all.result.map(photo => photo.who)); };
  };
})"""


def test_signing_out_takes_along_the_photos_that_wait_and_asks_before(
    desk: Desk, staff: Staff, story: Life
) -> None:
    """T40: the next person at this telephone finds none of them."""
    page = staff("wangqiang", PHONE, **TOUCH)
    page.goto("/staff/today")
    page.route("**/photo", lambda route: route.fulfill(status=429))
    _shoot(page, "拍处理前照片")
    expect(page.get_by_text("处理前：等网络")).to_be_visible()

    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("button", name="退出").tap()
    page.reload()
    expect(page.get_by_text("处理前：等网络")).to_be_visible()
    assert page.evaluate(KEPT) == ["wangqiang"]

    said: list[str] = []

    def agree(dialog: Dialog) -> None:
        said.append(dialog.message)
        dialog.accept()

    page.once("dialog", agree)
    page.get_by_role("button", name="退出").tap()
    page.wait_for_url("**/staff/sign-in")
    assert said == ["还有 1 张照片没有发出。现在退出，照片会从这台设备上删除。"]
    assert page.evaluate(KEPT) == []


def test_whoever_has_no_photo_waiting_is_asked_nothing_and_leaves_nothing(
    desk: Desk, staff: Staff, story: Life
) -> None:
    page = staff("wangqiang", PHONE, **TOUCH)
    page.goto("/staff/cases?q=13800138000")
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url(f"**/{story.number}")
    assert "13800138000" in page.evaluate("JSON.stringify(sessionStorage)")
    page.get_by_role("button", name="退出").tap()
    page.wait_for_url("**/staff/sign-in")
    until(page, "!JSON.stringify(sessionStorage).includes('13800138000')")
    assert page.evaluate("indexedDB.databases().then(found => found.length)") == 0


def test_photos_that_somebody_left_behind_are_gone_after_a_week(
    desk: Desk, staff: Staff, story: Life
) -> None:
    """T40: their sign-in ended by itself, and they never came back to this telephone."""
    page = staff("wangqiang", PHONE, **TOUCH)
    page.goto("/staff/today")
    page.evaluate("""new Promise(done => {
      const asked = indexedDB.open('shouwen-round', 1);
      asked.onsuccess = () => {
        const store = asked.result.transaction('photos', 'readwrite').objectStore('photos'), day = 86400000;
        store.put({ key: 'a', who: 'zhaogang', at: Date.now() - 8 * day });
        store.put({ key: 'b', who: 'liting', at: Date.now() - 6 * day }).onsuccess = done;
      };
    })""")
    page.reload()
    until(page, f"({KEPT}).then(who => who.join() === 'liting')")


def test_what_the_server_does_not_take_says_why_and_is_thrown_away_by_hand(
    desk: Desk, staff: Staff, story: Life
) -> None:
    page = staff("wangqiang", PHONE, **TOUCH)
    page.goto("/staff/today")
    page.get_by_label("拍处理前照片").set_input_files(
        {"name": "p.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"}
    )
    line = page.locator("[data-state=refused]")
    expect(line).to_contain_text(re.compile("处理前：.*照片"))
    page.reload()
    expect(line).to_contain_text("照片")
    line.get_by_role("button", name="删掉").tap()
    expect(line).to_have_count(0)
    page.reload()
    expect(line).to_have_count(0)


def test_every_button_of_a_card_is_a_thumb_high(desk: Desk, staff: Staff, story: Life) -> None:
    page = staff("wangqiang", PHONE, **TOUCH)
    page.goto("/staff/today")
    heights = page.locator(".errand .button:visible").evaluate_all(
        "all => all.map(button => button.getBoundingClientRect().height)"
    )
    assert len(heights) == 3
    assert min(heights) >= 52
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_the_round_hides_nothing_from_whoever_does_not_see(
    desk: Desk, staff: Staff, app: Flask, story: Life
) -> None:
    page = staff("wangqiang", PHONE, **TOUCH)
    page.goto("/staff/today")
    page.context.set_offline(True)
    _shoot(page, "拍处理前照片")
    expect(page.get_by_text("处理前：等网络")).to_be_visible()
    assert faults_on(page) == []
    page.context.set_offline(False)
    expect(page.get_by_text("处理前：已发送")).to_be_visible()
