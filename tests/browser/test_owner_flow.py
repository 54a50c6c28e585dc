"""An owner's whole way without a script, in one tap where one tap is enough, and by keyboard alone."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize, expect

from shared.cases import handling, links
from shared.cases.models import Case
from shared.cases.vocabulary import Method, Outcome
from shared.clock import now
from shared.database import db
from shared.deadlines import proposing
from shared.revisits.models import Rating
from tests.browser.conftest import PHONE, Desk
from tests.life import Life, begin

Open = Callable[..., Page]
SMALL: ViewportSize = {"width": 360, "height": 640}
HOURS = timedelta(hours=1)
TAPPED = ("button", "summary", ".ticks span", ".links a", ".call a")


@pytest.fixture
def informed(desk: Desk) -> str:
    """The private link of a case whose owner has been told the result."""
    with desk.app.app_context():
        story = begin(desk.cast, now() - 3 * HOURS).informed()
        return f"/c/{links.current_token(story.case)}"


def case_of(desk: Desk, reference: str) -> Life:
    found = db.session.query(Case).filter_by(reference=reference.replace("-", "")).one()
    return Life(desk.cast, found.archive_number, now() - HOURS)


def file(page: Page) -> str:
    """File a complaint; gives the reference on the receipt."""
    page.goto("/file")
    page.get_by_role("button", name="电梯").click()
    page.get_by_label("发生了什么").fill("早上困了我半个小时")
    page.get_by_label("手机号").fill("13800138000")
    page.get_by_role("button", name="下一步").last.click()
    page.get_by_role("button", name="确认提交").click()
    return page.locator(".reference-big").inner_text()


def test_the_whole_way_without_a_script(desk: Desk, browse: Open) -> None:
    page = browse(PHONE, java_script_enabled=False)
    reference = file(page)
    expect(page.get_by_role("link", name="存成图片")).to_be_visible()
    page.get_by_role("link", name="查看进度").click()
    page.wait_for_url(re.compile("/c/[^/]+$"))
    door = page.url
    page.get_by_role("button", name="催办").click()
    expect(page.get_by_text("负责的人都收到了提醒")).to_be_visible()
    page.get_by_label("补充说明", exact=True).fill("晚上也响")
    page.get_by_role("button", name="提交补充").click()
    expect(page.get_by_text("晚上也响")).to_be_visible()

    with desk.app.app_context():
        story = case_of(desk, reference).in_handling()
        story.act("wangqiang", proposing.propose, until=now() + 90 * HOURS, reason="配件周五才到")
    page.goto(door)
    expect(page.get_by_text("配件周五才到").first).to_be_visible()
    page.get_by_role("button", name="同意", exact=True).click()
    expect(page.get_by_text("您同意了约定")).to_be_visible()

    with desk.app.app_context():
        story.act("wangqiang", handling.complete, outcome=Outcome.RESOLVED, result="换了导轮")
        story.act("limin", handling.inform, method=Method.TELEPHONE, text="修好了")
    page.goto(door)
    page.locator("summary", has_text=re.compile("^不满意$")).click()
    page.get_by_label("没解决").check()
    page.get_by_label("想说的话").fill("第二天又响")
    page.get_by_role("button", name="申诉，请换人处理").click()
    expect(page.get_by_text("现在重新办理，换人处理")).to_be_visible()

    with desk.app.app_context():
        story.informed(by="zhaolei")
    page.goto(door)
    page.get_by_role("button", name="满意", exact=True).click()
    expect(page.get_by_text("谢谢您的评价")).to_be_visible()
    page.get_by_role("link", name="要申诉").click()
    page.get_by_label("想说的话").fill("还是有点响")
    page.get_by_role("button", name="申诉，请换人处理").click()
    expect(page.get_by_text("第 3 轮办理")).to_be_visible()

    page.get_by_role("link", name="更换专属链接").click()
    page.get_by_role("button", name="更换", exact=True).click()
    expect(page.get_by_text("旧链接打不开了")).to_be_visible()
    assert page.goto(door).status == 404  # type: ignore[union-attr]


def test_rating_takes_one_tap_from_the_private_link(desk: Desk, browse: Open, informed: str) -> None:
    page = browse(SMALL, has_touch=True)
    taps: list[str] = []
    page.on("request", lambda request: taps.append(request.method) if request.method == "POST" else None)
    page.goto(informed)
    page.get_by_role("button", name="满意", exact=True).tap()
    page.get_by_text("谢谢您的评价").wait_for()
    assert taps == ["POST"]
    with desk.app.app_context():
        assert db.session.query(Rating).one().level == "satisfied"


def test_two_quick_taps_rate_once(desk: Desk, browse: Open, informed: str) -> None:
    page = browse(SMALL)
    page.goto(informed)
    page.get_by_role("button", name="满意", exact=True).dblclick()
    page.get_by_text("您的评价").first.wait_for()
    with desk.app.app_context():
        assert db.session.query(Rating).count() == 1


def test_not_satisfied_is_said_by_keyboard_alone(desk: Desk, browse: Open, informed: str) -> None:
    page = browse(PHONE)
    page.goto(informed)
    bad = page.locator("summary", has_text=re.compile("^不满意$"))
    bad.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.get_by_label("没解决")).to_be_checked()
    page.get_by_role("button", name="申诉，请换人处理").press("Enter")
    page.get_by_text("现在重新办理，换人处理").wait_for()


@pytest.mark.parametrize(("large", "least"), [(False, 44), (True, 60)])
def test_what_is_tapped_is_large_enough(
    desk: Desk, browse: Open, informed: str, large: bool, least: int
) -> None:
    page = browse(SMALL, bypass_csp=True)
    page.goto(informed)
    if large:
        page.get_by_role("button", name="长辈版").click()
        page.locator("html.large").wait_for()
    page.locator("summary", has_text=re.compile("^不满意$")).click()
    tapped = ", ".join(f"main {part}" for part in TAPPED)
    sizes = page.locator(tapped).evaluate_all(
        "all => all.filter(e => e.offsetParent).map(e => [e.textContent, e.getBoundingClientRect().height])"
    )
    assert not [(name, height) for name, height in sizes if height < least]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_where_owners_answer(desk: Desk, browse: Open, informed: str, scheme: str) -> None:
    page = browse(PHONE, bypass_csp=True, color_scheme=scheme)
    for address in (informed, f"{informed}/appeal", "/offline"):
        page.goto(address)
        if address == informed:
            page.locator("summary", has_text=re.compile("^不满意$")).click()
        found = Axe().run(page).response["violations"]
        assert not [(v["id"], v["nodes"][0]["html"][:120]) for v in found], address
