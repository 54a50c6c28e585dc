"""A caller's report taken by keyboard alone: what is known of number and building appears, and nothing jumps."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from shared.cases.models import Case
from shared.clock import now
from shared.database import db, transaction
from shared.incidents import grouping
from tests import cast as company
from tests.browser.conftest import DESKTOP, PHONE, Desk
from tests.browser.test_dispatchers_morning import Hands

Staff = Callable[..., Page]
Record = Callable[[str, object], None]
PACE = 150  # milliseconds a key, of somebody who types well and listens
MOST_SECONDS = 30
MOST_KEYS = 70


@pytest.fixture
def earlier(desk: Desk) -> str:
    """The caller has reported before, and a matter of several owners runs at the building."""
    with desk.app.app_context():
        at = now() - timedelta(days=2)
        first = company.file(desk.cast, at, building_id=desk.cast.building("3号楼").id)
        other = company.file(
            desk.cast,
            at + timedelta(hours=1),
            building_id=desk.cast.building("3号楼").id,
            phone="13900139000",
            description="电梯停在一楼不动",
        )
        with transaction():
            me = desk.cast.person("limin")
            grouping.begin([first, other], by=me, at=at + timedelta(hours=2), title="3号楼 电梯故障")
        return first.archive_number


def _places(page: Page) -> list[object]:
    """Where the boxes of the form stand, but for those that are folded away."""
    boxes = page.locator("#intake :is(input, select, textarea):not(details *):visible")
    return [box.bounding_box() for box in boxes.all()]


def _stands_and_is_typed_in(page: Page, field: Locator, before: object) -> None:
    expect(field).to_be_focused()
    assert _places(page) == before, "a field has jumped"


def test_a_call_is_registered_within_half_a_minute_without_a_mouse(
    desk: Desk, staff: Staff, earlier: str, record_property: Record
) -> None:
    page = staff("limin", DESKTOP)
    hands = Hands(page, PACE)
    hands.press("g", "n")
    page.wait_for_url("**/staff/cases/new")
    expect(page.locator("[name=description]")).to_be_focused()
    before = _places(page)
    hands.write("大堂门禁坏了")
    hands.to("phone")
    hands.write("13800138000")
    expect(page.locator("#caller")).to_contain_text(earlier)
    _stands_and_is_typed_in(page, page.locator("[name=phone]"), before)
    hands.to("name")
    hands.write("王女士")
    hands.to("building")
    hands.write("3")
    expect(page.locator("#caller")).to_contain_text("3号楼 电梯故障")
    _stands_and_is_typed_in(page, page.locator("[name=building]"), before)
    hands.to("category")
    hands.press("ArrowDown", "Control+Enter")
    page.wait_for_url("**/receipt")
    expect(page.locator("[data-code]")).to_be_visible()
    record_property("a call at the desk: keystrokes", hands.pressed)
    record_property("a call at the desk: seconds", hands.seconds)
    _on_to_the_next(hands)
    with desk.app.app_context():
        case = db.session.query(Case).order_by(Case.id.desc()).first()
        assert case is not None
        assert (case.channel, case.state, case.category) == ("hotline", "claimed", "security")
        assert case.building_id == desk.cast.building("3号楼").id
    assert hands.pressed <= MOST_KEYS
    assert hands.seconds <= MOST_SECONDS


def _on_to_the_next(hands: Hands) -> None:
    """From the receipt too the form is two keys away."""
    counted = hands.pressed
    hands.press("g", "n")
    hands.page.wait_for_url("**/staff/cases/new")
    hands.pressed = counted


def test_single_keys_are_words_in_a_field_and_ctrl_enter_needs_no_switch(staff: Staff) -> None:
    """WCAG 2.1.4."""
    page = staff("limin", DESKTOP)
    page.evaluate("localStorage.setItem('shouwen-keys', 'off')")
    hands = Hands(page)
    hands.press("g", "n")
    expect(page).to_have_url(page.url.split("/staff/")[0] + "/staff/")
    page.evaluate("localStorage.setItem('shouwen-keys', 'on')")
    hands.press("g", "n")
    page.wait_for_url("**/staff/cases/new")
    hands.write("gu jkc?")
    expect(page.locator("[name=description]")).to_have_value("gu jkc?")
    page.evaluate("localStorage.setItem('shouwen-keys', 'off')")
    hands.press("Control+Enter")
    expect(page.locator(".errors")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_on_a_phone_the_caller_is_looked_up_too(staff: Staff, earlier: str, scripts: bool) -> None:
    page = staff("limin", PHONE, java_script_enabled=scripts)
    page.goto("/staff/cases/new")
    page.fill("[name=phone]", "13800138000")
    if not scripts:
        page.get_by_role("button", name="查以前的诉求").click()
    expect(page.locator("#caller")).to_contain_text(earlier)
    expect(page.locator("[name=phone]")).to_have_value("13800138000")
