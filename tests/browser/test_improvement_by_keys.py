"""Trainings and the review meeting entered without a mouse (MS-5, MS-7)."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from shared.clock import local, now
from shared.database import transaction
from shared.improvement import trainings
from shared.improvement.trainings import Kind, Plan
from tests.browser.conftest import Desk
from tests.browser.test_dispatchers_morning import Hands

Staff = Callable[..., Page]


def _to_the_hour(hands: Hands, name: str, at: datetime) -> None:
    """Reached by keys; in which order its parts are typed is the browser's language's matter, not ours."""
    hands.to(name)
    hands.page.locator(":focus").fill(f"{at:%Y-%m-%dT%H:%M}")


def _tomorrow(desk: Desk) -> datetime:
    with desk.app.app_context():
        return local(now(), desk.cast.estate.zone) + timedelta(days=1)


def test_ms_5_a_training_is_planned_by_keys(desk: Desk, staff: Staff) -> None:
    page = staff("tangwen")
    page.goto("/staff/improvement/trainings/new")
    hands = Hands(page)
    hands.to("title")
    hands.write("接待礼仪")
    _to_the_hour(hands, "held_at", _tomorrow(desk))
    hands.to("place")
    hands.write("一楼会议室")
    hands.press("Enter")
    expect(page.get_by_text("已安排。到时在这里记谁到了场。")).to_be_visible()
    expect(page.locator("main")).to_contain_text("一楼会议室")


def test_ms_5_who_came_to_it_is_ticked_by_keys(desk: Desk, staff: Staff) -> None:
    with desk.app.app_context(), transaction():
        at, by = now() - timedelta(hours=3), desk.cast.person("tangwen")
        plan = Plan(Kind.COURSE, "接待礼仪", at, 60, pass_mark=None)
        training = trainings.plan(desk.cast.estate, plan, by=by, at=at - timedelta(days=1))
        address, came = f"/staff/improvement/trainings/{training.id}", desk.cast.person("limin").id
    page = staff("tangwen")
    page.goto(address)
    hands = Hands(page)
    hands.to(f"present_{came}")
    hands.press("Space", "Enter")
    expect(page.get_by_text("已记下谁到了场")).to_be_visible()
    expect(page.locator("tbody tr", has_text="李敏")).not_to_contain_text("没有到场")
    expect(page.locator("tbody tr", has_text="高峰")).to_contain_text("没有到场")


@pytest.mark.parametrize("guests", [1, 2])
def test_ms_7_a_meeting_is_called_by_keys(desk: Desk, staff: Staff, guests: int) -> None:
    page = staff("hemei")
    page.goto("/staff/improvement/meetings/new")
    hands = Hands(page)
    _to_the_hour(hands, "held_at", _tomorrow(desk))
    hands.to("people")
    for _guest in range(guests):
        hands.press("Space", "Tab")
    hands.press("Shift+Tab", "Enter")
    expect(page.get_by_text("已通知参加的人")).to_be_visible()
