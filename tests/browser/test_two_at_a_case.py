"""Two at one case, a sign-in that ends, a server that goes away: each is told, and no word is lost (F26, F44)."""

from collections.abc import Callable
from io import BytesIO

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import update

from shared.audit import timeline
from shared.cases import handling, scope
from shared.cases.models import Case, Words
from shared.clock import now
from shared.database import db, transaction
from shared.identity.models import StaffSession
from shared.ownership import claiming
from shared.presence.models import Unsent
from tests import cast as company
from tests.browser.conftest import Desk, until

Staff = Callable[..., Page]
MINE = "维保明早八点到场，先换继电器"
THEIRS = "已电话告知业主，今晚有人值守"


@pytest.fixture
def number(desk: Desk) -> str:
    """A case that 李敏 has claimed."""
    with desk.app.app_context():
        filed = company.file(desk.cast, now())
        with transaction():
            claiming.claim(scope.lock_by_id(filed.id), by=desk.cast.person("limin"), at=now())
        return filed.archive_number


def _look(page: Page) -> None:
    """Come back to the window: the page asks at once instead of at its next turn."""
    with page.expect_response("**/presence"):
        page.evaluate("window.dispatchEvent(new Event('focus'))")


def _write(page: Page, number: str, act: str, words: str) -> None:
    """Open a form in its place on the case page and type; the page has it kept."""
    with page.expect_response("**/presence"):
        page.goto(f"/staff/cases/{number}")
    page.locator(f'a[hx-get$="/{act}"]').first.click()
    note = page.locator(f"#panel-{act} textarea").first
    with page.expect_response("**/staff/unsent"):
        note.press_sequentially(words)
    expect(page.locator("[data-saved]")).to_contain_text("草稿已保存")


def _said(desk: Desk, number: str) -> list[str]:
    with desk.app.app_context():
        case = db.session.query(Case).filter_by(archive_number=number).one()
        ids = [row.data["words"] for row in timeline.rows_of(case.id) if "words" in row.data]
        return [db.session.get_one(Words, row).text for row in ids]


def _signed_out(desk: Desk) -> None:
    """The server ends every session; the pages do not know."""
    with desk.app.app_context(), transaction():
        db.session.execute(update(StaffSession).values(ended_at=now()))


def test_each_sees_who_looks_and_who_writes(staff: Staff, number: str) -> None:
    mine, theirs = staff("limin"), staff("zhouqi")
    with mine.expect_response("**/presence"):
        mine.goto(f"/staff/cases/{number}")
    with theirs.expect_response("**/presence"):
        theirs.goto(f"/staff/cases/{number}")
    expect(theirs.locator("#news")).to_contain_text("李敏正在查看")
    _write(theirs, number, "progress", THEIRS)
    _look(mine)
    expect(mine.locator("#news[role=status]")).to_contain_text("周琪正在写回复")
    mine.locator('a[hx-get$="/note"]').first.click()
    expect(mine.locator("#panel-note")).to_contain_text("周琪正在写回复")
    with mine.expect_response("**/staff/unsent"):
        mine.locator("#panel-note textarea").fill("备件在库")
    _look(theirs)
    expect(theirs.locator("#news")).to_contain_text("李敏正在写内部备注")
    expect(theirs.locator("#panel-progress")).to_contain_text("李敏正在写内部备注")


def test_who_is_overtaken_reads_both_texts_and_goes_on_with_one_button(
    desk: Desk, staff: Staff, number: str
) -> None:
    picture = BytesIO()
    Image.new("RGB", (60, 40), "gray").save(picture, "JPEG")
    page = staff("limin")
    _write(page, number, "progress", MINE)
    chosen = {"name": "lift.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()}
    page.set_input_files("#panel-progress input[type=file]", chosen)  # type: ignore[arg-type]
    with desk.app.app_context(), transaction():
        case = scope.lock(desk.cast.person("zhouqi"), number)
        handling.progress(case, by=desk.cast.person("zhouqi"), at=now(), text=THEIRS, public=True)
    page.locator("#panel-progress .acts button").click()
    panel = page.locator("#panel-progress")
    expect(panel.get_by_role("alert").first).to_contain_text("周琪刚刚")
    expect(panel.locator(".theirs")).to_contain_text(THEIRS)
    expect(panel.locator("textarea")).to_have_value(MINE)
    expect(panel).to_contain_text("选过的照片还在")
    panel.get_by_role("button", name="继续提交").click()
    expect(page.locator("#entries")).to_contain_text(MINE)
    expect(page.locator("#entries .entry", has_text=MINE).locator("img")).to_have_count(1)
    assert _said(desk, number)[-2:] == [THEIRS, MINE]


def test_what_was_typed_comes_back_in_another_tab(staff: Staff, number: str) -> None:
    page = staff("limin")
    _write(page, number, "progress", MINE)
    other = page.context.new_page()
    page.close()
    other.goto(f"/staff/cases/{number}/progress")
    expect(other.locator("textarea")).to_have_value(MINE)
    expect(other.locator("main")).to_contain_text("没有发出的文字，已放回")
    other.get_by_role("button", name="扔掉").click()
    expect(other.locator("textarea")).to_have_value("")


def test_leaving_the_page_within_the_second_loses_nothing(staff: Staff, number: str) -> None:
    page = staff("limin")
    page.goto(f"/staff/cases/{number}/progress")
    page.locator("textarea").fill(MINE)
    page.goto("/staff/")
    address = f"/staff/cases/{number}/progress"
    until(page, f"fetch('{address}').then(answer => answer.text()).then(text => text.includes('{MINE}'))")
    page.goto(address)
    expect(page.locator("textarea")).to_have_value(MINE)


def test_signed_out_while_typing_one_signs_in_on_top_and_sends(desk: Desk, staff: Staff, number: str) -> None:
    """F44: never a sign-in page inside the form, and the text is sent afterwards."""
    page = staff("limin")
    _write(page, number, "progress", MINE)
    _signed_out(desk)
    page.locator("#panel-progress .acts button").click()
    dialog = page.get_by_role("dialog", name="登录已过期")
    expect(dialog).to_be_visible()
    expect(page.locator("#panel-progress textarea")).to_have_value(MINE)
    dialog.get_by_label("密码").fill("not the one at all")
    dialog.get_by_role("button", name="登录", exact=True).click()
    expect(dialog).to_contain_text("用户名或密码不对")
    dialog.get_by_label("密码").fill(company.PASSWORD)
    dialog.get_by_role("button", name="登录", exact=True).click()
    expect(dialog).to_be_hidden()
    expect(page.locator("#toasts")).to_contain_text("已重新登录")
    page.locator("#panel-progress .acts button").click()
    expect(page.locator("#entries")).to_contain_text(MINE)
    assert _said(desk, number)[-1] == MINE
    with desk.app.app_context():
        assert db.session.query(Unsent).count() == 0


def test_signed_in_again_in_another_tab_the_text_is_sent_all_the_same(
    desk: Desk, staff: Staff, number: str
) -> None:
    page = staff("limin")
    _write(page, number, "progress", MINE)
    _signed_out(desk)
    other = page.context.new_page()
    other.goto("/staff/sign-in")
    other.fill("[name=username]", "limin")
    other.fill("[name=password]", company.PASSWORD)
    other.press("[name=password]", "Enter")
    other.wait_for_url("**/staff/")
    page.locator("#panel-progress .acts button").click()
    expect(page.locator("#toasts")).to_contain_text("已重新登录")
    page.locator("#panel-progress .acts button").click()
    expect(page.locator("#entries")).to_contain_text(MINE)


def test_nothing_moves_under_the_pointer_when_somebody_else_is_there(
    desk: Desk, staff: Staff, number: str
) -> None:
    staff("zhouqi").goto(f"/staff/cases/{number}")
    page, beats = staff("limin"), list[Route]()
    page.route("**/presence", lambda beat: beats.append(beat))
    page.goto(f"/staff/cases/{number}")
    before = page.locator("#next").bounding_box()
    for beat in beats:
        beat.continue_()
    expect(page.locator("#news")).to_contain_text("周琪正在查看")
    assert page.locator("#next").bounding_box() == before


def test_without_words_on_it_the_page_goes_to_the_sign_in(desk: Desk, staff: Staff, number: str) -> None:
    page = staff("limin")
    with page.expect_response("**/presence"):  # one beat at a time: the next would be dropped
        page.goto(f"/staff/cases/{number}")
    _signed_out(desk)
    page.evaluate("setTimeout(() => window.dispatchEvent(new Event('focus')))")
    page.wait_for_url("**/staff/sign-in**")


def test_without_script_the_words_come_back_after_signing_in(desk: Desk, staff: Staff, number: str) -> None:
    page = staff("limin", java_script_enabled=False)
    page.goto(f"/staff/cases/{number}/progress")
    page.fill("textarea", MINE)
    _signed_out(desk)
    page.locator(".composer .acts button").click()
    expect(page.locator("main")).to_contain_text("您写的内容没有丢")
    page.fill("[name=username]", "limin")
    page.fill("[name=password]", company.PASSWORD)
    page.press("[name=password]", "Enter")
    expect(page.locator("textarea")).to_have_value(MINE)
    page.locator(".composer .acts button").first.click()
    expect(page.locator("#entries")).to_contain_text(MINE)
    assert _said(desk, number)[-1] == MINE


def test_while_the_server_restarts_the_text_stays_and_is_sent_afterwards(
    desk: Desk, staff: Staff, chromium: Browser, number: str
) -> None:
    kept = staff("limin").context.storage_state()
    context = chromium.new_context(base_url=desk.url, storage_state=kept)  # whose console may complain
    page = context.new_page()
    _write(page, number, "progress", MINE)

    page.route("**/staff/**", lambda route: route.abort())
    page.locator("#panel-progress textarea").press_sequentially("，请放心")
    page.locator("#panel-progress .acts button").click()
    expect(page.locator("[data-adrift]")).to_contain_text("文字还在这里")
    expect(page.locator("#panel-progress textarea")).to_have_value(MINE + "，请放心")
    page.unroute("**/staff/**")
    page.locator("#panel-progress .acts button").click()
    expect(page.locator("#entries")).to_contain_text(MINE + "，请放心")
    assert _said(desk, number).count(MINE + "，请放心") == 1
    context.close()


def test_a_reply_and_a_note_look_and_are_called_different(staff: Staff, number: str) -> None:
    page = staff("limin")
    looks, names = [], []
    for act in ("progress", "note"):
        page.goto(f"/staff/cases/{number}/{act}")
        composer = page.locator(".composer")
        looks.append(
            composer.evaluate(
                "e => { const s = getComputedStyle(e); return [s.borderStyle, s.borderColor, s.backgroundColor] }"
            )
        )
        names.append((page.locator("h1").inner_text(), composer.locator(".acts button").first.inner_text()))
        expect(page.get_by_role("region", name=names[-1][0])).to_be_visible()
        assert Axe().run(page).response["violations"] == []
    assert all(mine != theirs for mine, theirs in zip(*looks, strict=True)), looks
    assert all(mine != theirs for mine, theirs in zip(*names, strict=True)), names
    assert "业主" in names[0][0]
    assert "业主看不到" in names[1][0]
