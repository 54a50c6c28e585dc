"""A dispatcher's morning without a mouse: ten new cases claimed, judged and dispatched, keys and seconds counted."""

from collections.abc import Callable
from datetime import timedelta
from time import monotonic

import pytest
from playwright.sync_api import Page, expect

from shared.audit import timeline
from shared.cases.models import Case
from shared.clock import now
from shared.database import db
from tests import cast as company
from tests.browser.conftest import Desk

Staff = Callable[..., Page]
Record = Callable[[str, object], None]
TOLD = (
    ("facilities", "2单元电梯异响，停了两次"),
    ("facilities", "地下二层的灯坏了三天"),
    ("security", "大堂门禁刷卡没有反应"),
    ("facilities", "楼顶水箱漏水，流到走廊"),
    ("security", "夜里有人翻围栏进来"),
    ("facilities", "消防通道的门关不上"),
    ("facilities", "车库道闸抬不起来"),
    ("facilities", "电梯困了老人，已经放出来"),
    ("facilities", "楼道窗户掉了一块玻璃"),
    ("facilities", "水泵房夜里响，睡不着"),
)
MOST_KEYS = 70  # for ten cases, the words of one reason counted
MOST_SECONDS = 60  # on a busy machine; who types it by hand needs their own time to read


class Hands:
    """Somebody at the keyboard and nothing else; every press is counted."""

    def __init__(self, page: Page, pace: int = 0) -> None:
        """*pace*: milliseconds that a typed character takes."""
        self.page = page
        self.pace = pace
        self.pressed = 0
        self.began = monotonic()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.pressed += 1
            self.page.keyboard.press(key)

    def write(self, words: str) -> None:
        self.pressed += len(words)
        self.page.keyboard.type(words, delay=self.pace)

    def to(self, name: str) -> None:
        """Tab on until the field of that name has the focus."""
        for _step in range(30):
            self.press("Tab")
            if self.page.evaluate("document.activeElement.name") == name:
                return
        raise AssertionError(f"no way to {name} by keys")

    @property
    def seconds(self) -> int:
        return round(monotonic() - self.began)


@pytest.fixture
def numbers(desk: Desk) -> list[str]:
    """Ten cases that came in overnight, the oldest first."""
    at = now() - timedelta(minutes=30)
    with desk.app.app_context():
        return [
            company.file(
                desk.cast,
                at + timedelta(minutes=n),
                category=company.Category(category),
                description=told,
                topic="",
                phone=f"1380013800{n}",
                email="",
                building_id=desk.cast.building(f"{n + 1}号楼").id,
            ).archive_number
            for n, (category, told) in enumerate(TOLD)
        ]


def _open_first_form(hands: Hands) -> None:
    hands.press("g", "u")
    hands.page.wait_for_url("**/staff/?view=unclaimed")
    expect(hands.page.locator("[data-row]")).to_have_count(10)
    hands.press("j")


def _form_of(hands: Hands, number: str) -> None:
    """The form of the row one stands on; its first question has the focus."""
    hands.press("a")
    hands.page.wait_for_url(f"**/{number}/sorting?**")
    expect(hands.page.locator("[name=validity]").first).to_be_focused()
    hands.press("Space")


def _sent(hands: Hands, number: str) -> None:
    hands.press("Control+Enter")
    hands.page.wait_for_url("**/staff/?view=unclaimed")
    expect(hands.page.locator("#toasts")).to_contain_text(f"{number} 已派给")


def _raised_to_urgent(hands: Hands) -> None:
    hands.to("urgency")
    hands.press("ArrowDown")


def _graded_major(hands: Hands) -> None:
    """A grade that somebody changes has its reason (VK-4h)."""
    hands.to("severity")
    hands.press("ArrowDown")
    hands.to("reason")
    hands.write("有老人被困")


def test_ten_new_cases_are_claimed_judged_and_dispatched_by_keyboard_alone(
    desk: Desk, staff: Staff, numbers: list[str], record_property: Record
) -> None:
    hands = Hands(staff("limin"))
    _open_first_form(hands)
    order = hands.page.locator("[data-row] td.no").all_inner_texts()
    assert sorted(order) == sorted(numbers)
    more = {numbers[7]: _graded_major, numbers[8]: _raised_to_urgent}
    for number in order:
        _form_of(hands, number)
        if number in more:
            more[number](hands)
        _sent(hands, number)
    expect(hands.page.locator("main")).to_contain_text("没有未领取的诉求")
    record_property("a dispatcher's morning, ten cases: keystrokes", hands.pressed)
    record_property("a dispatcher's morning, ten cases: seconds", hands.seconds)
    _all_done(desk, numbers)
    assert hands.pressed <= MOST_KEYS
    assert hands.seconds <= MOST_SECONDS


def _all_done(desk: Desk, numbers: list[str]) -> None:
    """Each has a first responder, a judgement and a handler, and all three acts stand on record as hers."""
    with desk.app.app_context():
        me = desk.cast.person("limin").id
        cases = db.session.query(Case).filter(Case.archive_number.in_(numbers)).order_by(Case.id).all()
        for case in cases:
            assert (case.state, case.validity, case.first_responder_id) == ("dispatched", "valid", me)
            assert [r.act for r in timeline.rows_of(case.id) if r.actor_id == me][:2] == ["claim", "triage"]
        assert [case.severity for case in cases].count("major") == 1
        assert [case.urgency for case in cases].count("urgent") == 1
        routed = {
            category: {c.lead_department_id for c in cases if c.category == category} for category, _ in TOLD
        }
        assert routed == {
            "facilities": {desk.cast.department("工程部").id},
            "security": {desk.cast.department("秩序部").id},
        }
