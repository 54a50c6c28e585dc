"""Every page there is: no fault that axe finds, nothing too small to hit, cut in two or too wide; light first views.

One look at each page sees to all of it (experience.md, B1.1): to open a page costs more than to judge it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, Response, ViewportSize, expect
from sqlalchemy import select

from shared.attachments import verbs
from shared.cases import links, scope
from shared.clock import now
from shared.database import db, transaction
from shared.outbox.models import DEAD, OutboxRow
from shared.ownership import claiming
from tests import cast as company
from tests.browser.conftest import LOBBY, PHONE, Desk
from tests.browser.looking import NARROW, cut_at, faults_on, too_wide_at, what_is_wrong_on
from tests.life import begin
from tests.portal.test_tracking import some_photo

Open = Callable[..., Page]

SMALL: ViewportSize = {"width": 360, "height": 640}
LEAST = {"normal": 44, "large": 60}  # pixels of what is tapped, in both directions
TWICE = {"normal": "225%", "large": "300%"}  # of the browser's own 16 px: twice what the mode sets
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


# Not a page: what a page asks for while it stands, a file, or the page of a link that is used once.
NO_PAGE = {
    "staff.desk_counts",
    "staff.settings_imports_blank",
    "staff.settings_spots_posters",
    "staff.welcome",
}


def staff_addresses(app: Flask, number: str) -> list[str]:
    """Every page of the staff face by the machine's own map of addresses, those of a case for *number*."""
    pages = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("staff.")
        and rule.endpoint not in NO_PAGE
        and "." not in rule.rule  # a file to be fetched
        and "GET" in (rule.methods or ())
        and rule.arguments <= {"number"}
    ]
    with app.test_request_context():  # what an address has no place for would follow it as a question
        return sorted(app.url_for(page, number=number).removesuffix(f"?number={number}") for page in pages)


NOT_THERE = "/staff/nothing-here"
# The same addresses with a question, and an error.
MORE = (
    "/staff/cases?q=电梯",
    "/staff/cases?columns=due,number,who,stage,filed,responder,kind,category,channel,building,round",
    "/staff/register/views?state=open",
    NOT_THERE,
)


def in_mode(page: Page, mode: str) -> Page:
    page.goto("/")
    if mode == "large":
        page.get_by_role("button", name="长辈版").click()
        expect(page.locator("html.large")).to_have_count(1)
    return page


@pytest.mark.parametrize("mode", ["normal", "large"])
def test_every_public_page_is_for_eyes_and_fingers(
    desk: Desk, browse: Open, numbers: Numbers, mode: str
) -> None:
    page = in_mode(browse(SMALL, bypass_csp=True), mode)
    wrong: dict[str, list[str]] = {}
    for name in public_pages(page, numbers):
        found = what_is_wrong_on(page, least=LEAST[mode]) + cut_at(page, 768)
        found += ["too wide at twice the text"] if too_wide_at(page, TWICE[mode]) else []
        if found:
            wrong[name] = found
    assert wrong == {}


def test_every_staff_page_is_for_eyes_and_fingers_too(desk: Desk, staff: Open, numbers: Numbers) -> None:
    page = staff("hemei", PHONE, bypass_csp=True, has_touch=True, is_mobile=True)
    page.set_default_timeout(
        30_000
    )  # what reads every test for the clauses it shows takes seconds the first time
    wrong: dict[str, list[str]] = {}
    seen: set[str] = set()
    for address in [*staff_addresses(desk.app, numbers.taken), *MORE, f"/staff/cases/{numbers.fresh}"]:
        answer = page.goto(address)
        assert answer is not None
        is_page = answer.status == (404 if address == NOT_THERE else 200)
        if not is_page or "html" not in answer.headers["content-type"] or page.url in seen:
            continue  # an act that is not possible now shows the page of the case, which is among them
        seen.add(page.url)
        if found := what_is_wrong_on(page):
            wrong[address] = found
    assert len(seen) > 80
    assert wrong == {}


@pytest.mark.parametrize("address", ["/board/jinxiu?night=show", "/board/jinxiu?layout=portrait&night=show"])
def test_axe_finds_nothing_on_the_board(desk: Desk, browse: Open, numbers: Numbers, address: str) -> None:
    page = browse(LOBBY, bypass_csp=True)
    page.goto(address)
    assert not faults_on(page)


def test_before_and_after_stand_side_by_side_on_the_smallest_telephone(desk: Desk, browse: Open) -> None:
    with desk.app.app_context():
        story = begin(desk.cast, now() - timedelta(hours=2)).completed()
        held = [verbs.receive(some_photo()[0]) for _ in range(2)]
        with transaction():
            for received, act in zip(held, ("filing", "completion"), strict=True):
                verbs.attach(received, public=True, at=story.at, case_id=story.case.id, round=1, act=act)
        address = f"/c/{links.current_token(story.case)}"
    page = browse(NARROW)
    page.goto(address)
    tops = [box["y"] for part in page.locator(".pictures > div").all() if (box := part.bounding_box())]
    assert len(tops) == 2
    assert tops[0] == tops[1]


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
