"""Whoever loses a case while writing on it is told so, and every word stays (F26)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from shared.cases import scope
from shared.clock import now
from shared.database import db, transaction
from shared.ownership import dispatching
from tests.browser.conftest import PHONE, Desk
from tests.life import Life, begin

Staff = Callable[..., Page]
WORDS = "已到现场，继电器烧了"


@pytest.fixture
def story(desk: Desk) -> Life:
    """In hand at 王强."""
    with desk.app.app_context():
        return begin(desk.cast, now() - timedelta(hours=1)).in_handling()


def _given_to_another(desk: Desk, number: str) -> None:
    with desk.app.app_context(), transaction():
        limin = desk.cast.person("limin")
        dispatching.dispatch(
            scope.lock(limin, number),
            by=limin,
            at=now(),
            department=desk.cast.department("秩序部"),
            handler=desk.cast.person("sunli"),
            requirements="先到现场",
        )


def _acts(desk: Desk, story: Life) -> list[str]:
    with desk.app.app_context():
        acts = story.acts
        db.session.remove()
        return acts


def test_whoever_loses_the_case_while_writing_is_told_and_keeps_the_words(
    desk: Desk, staff: Staff, story: Life
) -> None:
    page = staff("wangqiang", PHONE)
    page.goto(f"/staff/cases/{story.number}")
    page.locator('a[hx-get$="/objection"]').first.click()
    page.locator("#panel-objection textarea").fill(WORDS)
    _given_to_another(desk, story.number)
    page.locator("#panel-objection .acts button").click()
    expect(page.locator("#panel-objection")).to_contain_text("已经不由您办理")
    expect(page.locator("#panel-objection textarea")).to_have_value(WORDS)
    assert "objection" not in _acts(desk, story)


def test_without_script_the_words_stand_on_the_answer(desk: Desk, staff: Staff, story: Life) -> None:
    page = staff("wangqiang", java_script_enabled=False)
    page.goto(f"/staff/cases/{story.number}/objection")
    page.locator("textarea").fill(WORDS)
    _given_to_another(desk, story.number)
    page.locator("form[action$='/objection'] .acts button").click()
    expect(page.locator("[role=alert]")).to_contain_text("已经不由您办理")
    expect(page.locator("textarea")).to_have_value(WORDS)
    assert "2单元电梯" not in page.content(), "of the case nothing is told any more"
