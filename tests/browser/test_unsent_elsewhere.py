"""What is typed into a notice, an incident or a call sheet is not lost either (F44)."""

from collections.abc import Callable

from playwright.sync_api import Page, expect
from sqlalchemy import update

from shared.clock import now
from shared.database import db, transaction
from shared.identity.models import StaffSession
from shared.incidents import grouping
from shared.ownership import claiming
from tests import cast as company
from tests.browser.conftest import Desk, until
from tests.life import begin

Staff = Callable[..., Page]
WORDS = "周三上午九点检修水箱，请提前存水"


def _writes(page: Page, name: str, words: str) -> None:
    with page.expect_response("**/staff/unsent"):
        page.locator(f"main textarea[name={name}]").press_sequentially(words)
    expect(page.locator("[data-saved]")).to_contain_text("草稿已保存")


def test_a_notice_is_found_again_in_another_tab_and_gone_once_it_is_sent(staff: Staff) -> None:
    page = staff("limin")
    page.goto("/staff/notices/new")
    page.fill("[name=title]", "停水")
    _writes(page, "body", WORDS)
    other = page.context.new_page()
    page.close()
    other.goto("/staff/notices/new")
    expect(other.locator("main")).to_contain_text("没有发出的文字，已放回")
    expect(other.locator("[name=title]")).to_have_value("停水")
    expect(other.locator("[name=body]")).to_have_value(WORDS)
    other.get_by_role("button", name="存草稿").click()
    expect(other.locator("main .words")).to_have_text(WORDS)
    other.goto("/staff/notices/new")
    expect(other.locator("[name=body]")).to_have_value("")


def _incident(desk: Desk) -> int:
    """Two owners' reports that are one matter, claimed."""
    with desk.app.app_context():
        filed = [company.file(desk.cast, now(), phone=f"1380013800{n}").id for n in range(2)]
        with transaction():
            cases = list(grouping.hold_cases(filed).values())
            by = desk.cast.person("limin")
            for case in cases:
                claiming.claim(case, by=by, at=now())
            return grouping.begin(cases, by=by, at=now(), title="3号楼2单元电梯停运").id


def test_signed_out_over_an_incident_one_signs_in_on_top_and_sends(desk: Desk, staff: Staff) -> None:
    page = staff("limin")
    page.goto(f"/staff/incidents/{_incident(desk)}/progress")
    _writes(page, "note", "维保已到")
    with desk.app.app_context(), transaction():
        db.session.execute(update(StaffSession).values(ended_at=now()))
    page.locator("[name=note]").press_sequentially("，今晚修好")
    dialog = page.get_by_role("dialog", name="登录已过期")
    dialog.get_by_label("密码").fill(company.PASSWORD)
    dialog.get_by_role("button", name="登录", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("已重新登录")
    expect(page.locator("[name=note]")).to_have_value("维保已到，今晚修好")
    page.get_by_role("button", name="发到 2 件诉求").click()
    expect(page.locator("main")).to_contain_text("已办 2 件")


def test_a_call_sheet_left_within_the_second_still_has_every_answer(desk: Desk, staff: Staff) -> None:
    with desk.app.app_context():
        story = begin(desk.cast, now()).informed()
        number, answers = story.number, f"c{story.case.id}"
    page = staff("liujie")
    address = f"/staff/revisits/{number}"
    page.goto(address)
    page.locator(f"[name={answers}-satisfied][value=no]").check()
    page.fill(f"[name={answers}-opinions]", WORDS)
    page.goto("/staff/")
    until(page, f"fetch('{address}').then(answer => answer.text()).then(text => text.includes('{WORDS}'))")
    page.goto(address)
    expect(page.locator(f"[name={answers}-satisfied][value=no]")).to_be_checked()
    expect(page.locator(f"[name={answers}-opinions]")).to_have_value(WORDS)
    page.locator(".again").get_by_role("button", name="扔掉").click()
    expect(page.locator(f"[name={answers}-opinions]")).to_have_value("")
