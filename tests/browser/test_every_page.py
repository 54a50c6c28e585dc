"""Every page there is: no fault that axe finds, no sideways scrolling at 320 px, and first views that are light."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Response, ViewportSize, expect
from sqlalchemy import select

from shared.clock import now
from shared.database import db, transaction
from shared.outbox.models import DEAD, OutboxRow
from shared.ownership import claiming
from tests import cast as company
from tests.browser.conftest import DESKTOP, LOBBY, PHONE, Desk

Open = Callable[..., Page]

NARROW: ViewportSize = {"width": 320, "height": 640}
LONG = "电梯轿厢内长期有异响并伴随明显的抖动和下坠感，" * 20
WEIGHT, REQUESTS = 50_000, 5  # of a first view, compressed (experience.md, B3)


@dataclass
class Numbers:
    """Two cases: one that nobody has taken, one at work."""

    fresh: str
    taken: str
    link: str
    reference: str


@pytest.fixture
def numbers(desk: Desk) -> Numbers:
    from shared.cases import links, scope

    with desk.app.app_context():
        fresh = company.file(desk.cast, now(), description=LONG, name="阿卜杜热合曼·买买提江·吐尔逊古丽")
        taken = company.file(desk.cast, now())
        with transaction():
            case = scope.lock_by_id(taken.id)
            claiming.claim(case, by=desk.cast.person("limin"), at=now())
        return Numbers(
            fresh.archive_number, taken.archive_number, links.current_token(taken), taken.shown_reference
        )


OF_THE_OWNER = ("link", "data", "data/copy", "data/deletion", "notify", "addition", "appeal", "withdrawal")


def public_pages(page: Page, numbers: Numbers) -> Iterator[str]:
    """Open one public page after the other; gives the name of each."""
    for address in (
        "/",
        "/track",
        f"/track/{numbers.reference}",
        "/track/0000000000",
        f"/c/{numbers.link}",
        f"/c/{numbers.link}/receipt",
        *(f"/c/{numbers.link}/{page}" for page in OF_THE_OWNER),
        "/c/nobody-has-this-link",
        "/notices",
        "/policy",
        "/privacy",
        "/openness",
        f"/openness/{now().year}",
        "/file/internal",
        "/offline",
        "/nothing-here",
    ):
        page.goto(address)
        yield address
    page.goto("/file/internal")
    page.get_by_role("button", name="提交").click()
    page.locator(".errors").wait_for()
    page.wait_for_load_state()
    yield "internal filing with errors"
    page.goto("/file")
    yield "filing: what"
    page.get_by_role("button", name="电梯").click()
    page.wait_for_url("**/details")  # a page that is only half there has no width
    yield "filing: details"
    page.get_by_role("button", name="下一步").click()
    page.locator(".errors").wait_for()
    page.wait_for_load_state()
    yield "filing: details with errors"
    page.get_by_label("发生了什么").fill(LONG[:400])
    page.get_by_label("手机号").fill("13800138000")
    page.get_by_role("button", name="下一步").click()
    page.wait_for_url("**/check")
    yield "filing: check"


STAFF_PAGES = (
    "/staff/",
    "/staff/cases",
    "/staff/cases?q=电梯",
    "/staff/cases?columns=due,number,who,stage,filed,responder,kind,category,channel,building,round",
    "/staff/register/views?state=open",
    "/staff/cases/new",
    "/staff/exports",
    "/staff/relay",
    "/staff/handover",
    "/staff/notices",
    "/staff/notices/new",
)
ACTS = ("triage", "dispatch", "contact", "progress", "note", "transfer", "referral")


def staff_pages(page: Page, numbers: Numbers) -> Iterator[str]:
    for address in (
        *STAFF_PAGES,
        f"/staff/cases/{numbers.fresh}",
        f"/staff/cases/{numbers.taken}",
        *(f"/staff/cases/{numbers.taken}/{act}" for act in ACTS),
        f"/staff/cases/{numbers.taken}/closure",  # refused: the page that says so
        "/staff/nothing-here",
    ):
        page.goto(address)
        yield address


def faults_on(page: Page) -> list[str]:
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = Axe().run(page, options={"runOnly": rules, "resultTypes": ["violations"]})
    return [
        f"{violation['id']}: {violation['nodes'][0]['html'][:160]}"
        for violation in found.response["violations"]
    ]


def too_wide(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_public_pages(desk: Desk, browse: Open, numbers: Numbers, scheme: str) -> None:
    page = browse(PHONE, bypass_csp=True, color_scheme=scheme)
    found = {name: faults for name in public_pages(page, numbers) if (faults := faults_on(page))}
    assert not found


def test_axe_finds_nothing_in_large_text(desk: Desk, browse: Open, numbers: Numbers) -> None:
    page = browse(PHONE, bypass_csp=True)
    page.goto("/")
    page.get_by_role("button", name="长辈版").click()
    expect(page.locator("html.large")).to_have_count(1)
    found = {
        name: [*faults_on(page), *(["wider than the screen"] if too_wide(page) else [])]
        for name in public_pages(page, numbers)
    }
    assert not {name: faults for name, faults in found.items() if faults}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_staff_pages(desk: Desk, staff: Open, numbers: Numbers, scheme: str) -> None:
    page = staff("limin", DESKTOP, bypass_csp=True, color_scheme=scheme)
    found = {name: faults for name in staff_pages(page, numbers) if (faults := faults_on(page))}
    assert not found


@pytest.mark.parametrize("address", ["/board/jinxiu?night=show", "/board/jinxiu?layout=portrait&night=show"])
def test_axe_finds_nothing_on_the_board(desk: Desk, browse: Open, numbers: Numbers, address: str) -> None:
    page = browse(LOBBY, bypass_csp=True)
    page.goto(address)
    assert not faults_on(page)


def test_no_public_page_scrolls_sideways_at_320(desk: Desk, browse: Open, numbers: Numbers) -> None:
    page = browse(NARROW)
    assert not [name for name in public_pages(page, numbers) if too_wide(page)]


def test_no_staff_page_scrolls_sideways_at_320(desk: Desk, staff: Open, numbers: Numbers) -> None:
    page = staff("limin", NARROW)
    assert not [name for name in staff_pages(page, numbers) if too_wide(page)]


def test_what_could_not_be_sent_is_read_on_a_phone_without_scrolling_sideways(
    desk: Desk, staff: Open, numbers: Numbers
) -> None:
    with desk.app.app_context(), transaction():
        for row in db.session.scalars(select(OutboxRow)):
            row.state, row.error = DEAD, "TimeoutError"
    page = staff("admin", NARROW)
    page.goto("/staff/operations")
    inside = page.locator("main").evaluate(
        "main => [...main.querySelectorAll('*')].filter(part => part.scrollWidth > part.clientWidth + 1"
        " && ['auto', 'scroll'].includes(getComputedStyle(part).overflowX)).length"
    )
    assert inside == 0
    caption = page.locator("caption").bounding_box()
    assert caption is not None
    assert caption["width"] > caption["height"], "the table's title stands upright beside nothing"


@pytest.mark.parametrize("name", ["home", "file", "details", "track", "progress", "owner"])
def test_first_views_are_light(desk: Desk, browse: Open, numbers: Numbers, name: str) -> None:
    page = browse(PHONE)
    if name == "details":
        page.goto("/file")
        page.get_by_role("button", name="电梯").click()
        page.wait_for_load_state("networkidle")  # what the page before still asks for is not this one's
        page = browse_again(page)
        address = "/file/details"
    else:
        address = {
            "home": "/",
            "file": "/file",
            "track": "/track",
            "progress": f"/track/{numbers.reference}",
            "owner": f"/c/{numbers.link}",
        }[name]
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(address, wait_until="networkidle")
    weight = sum(answer.request.sizes()["responseBodySize"] for answer in answers)
    assert weight <= WEIGHT, f"{name}: {weight} bytes"
    assert len(answers) <= REQUESTS, [answer.url for answer in answers]


def browse_again(page: Page) -> Page:
    """The same cookies with an empty cache."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    return page
