"""What stands beside each other on a staff page stands in line, and on a phone the work comes before the rest."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from shared.clock import now
from shared.database import transaction
from shared.ownership import claiming
from tests.browser.conftest import DESKTOP, PHONE, Desk
from tests.cast import file
from tests.domain.test_incidents import join_all, lift

Open = Callable[..., Page]


def test_boxes_beside_each_other_are_in_line_though_one_has_an_error(desk: Desk, staff: Open) -> None:
    page = staff("limin", DESKTOP)
    page.goto("/staff/cases/new")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.locator(".errors")).to_be_visible()
    tops = page.eval_on_selector_all(
        "[name=phone], [name=unit], [name=name]",
        "all => all.map(box => box.getBoundingClientRect().top)",
    )
    assert len(tops) == 3
    assert max(tops) - min(tops) < 2, tops


def test_on_a_phone_what_is_next_and_what_the_owner_said_are_on_the_first_screens(
    desk: Desk, staff: Open
) -> None:
    with desk.app.app_context():
        case = file(desk.cast, now())
        with transaction():
            claiming.claim(case, by=desk.cast.person("limin"), at=now())
        number = case.archive_number
    page = staff("limin", PHONE)
    page.goto(f"/staff/cases/{number}")
    tops = page.eval_on_selector_all(
        ".promise-l, #next, p.words, .case-others", "all => all.map(part => part.getBoundingClientRect().top)"
    )
    assert len(tops) == 4
    assert tops == sorted(tops)
    assert tops[1] < PHONE["height"] / 2, "what is next is on the first half of the first screen"


def test_on_a_phone_the_view_that_is_shown_is_in_sight_and_new_figures_leave_it_there(
    desk: Desk, staff: Open
) -> None:
    page = staff("limin", PHONE)
    page.goto("/staff/?view=overdue")
    shown = page.locator("#desk-counts [aria-current]")
    expect(shown).to_be_in_viewport(ratio=0.9)
    page.evaluate("""() => {
      document.querySelector('#desk-counts .views').scrollLeft = 60;
      const asked = document.querySelector('#desk-counts').getAttribute('hx-get');
      return htmx.ajax('GET', asked, { target: '#desk-counts', swap: 'outerHTML' });
    }""")
    expect(page.locator("#desk-counts .views")).to_be_visible()
    assert page.evaluate("document.querySelector('#desk-counts .views').scrollLeft") == 60


def test_every_column_of_the_register_has_room_on_a_desk(desk: Desk, staff: Open) -> None:
    with desk.app.app_context():
        file(desk.cast, now())
        with transaction():
            desk.cast.building("3号楼").name = "3号楼（商业裙楼与公寓式酒店混合体东塔）"
    page = staff("limin", DESKTOP)
    page.goto(
        "/staff/cases?columns=due,number,text,who,stage,filed,responder,kind,category,channel,building,round"
    )
    act = page.locator(".queue tbody .act").bounding_box()
    text = page.locator(".queue tbody .text").bounding_box()
    assert act is not None
    assert text is not None
    assert act["x"] + act["width"] <= DESKTOP["width"], "the act stands outside the window"
    assert text["width"] > 150, "what it is about is squeezed away"


def test_on_a_phone_too_a_case_is_taken_out_of_what_it_was_put_together_with(desk: Desk, staff: Open) -> None:
    with desk.app.app_context():
        incident = join_all(desk.cast, lift(desk.cast, 2))
    page = staff("limin", PHONE)
    page.goto(f"/staff/incidents/{incident}")
    expect(page.locator(".queue").get_by_text("移出").first).to_be_visible()
