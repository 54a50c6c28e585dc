"""Every word of owners and staff is an attack, and every page shows it as words (T14)."""

from collections.abc import Callable

import pytest
from flask import Flask
from markupsafe import escape

from shared.cases import handling, links
from shared.cases.vocabulary import Method, Outcome
from tests.architecture.test_access import DOORS, ONE_OF_EACH, Door, Estate
from tests.cast import Cast
from tests.critic import CriticalClient, Page
from tests.life import Life, begin
from tests.threats.hostile import MARKUP, PAYLOADS, poison, unescaped_in

SignIn = Callable[[str], CriticalClient]

# Who opens most; each door is opened by the first of them who may.
READERS = ("director", "general_manager", "supervisor", "handler", "administrator", "assistant", "specialist")
ON_PAPER = (
    "pdf",
    "paper",
    "sheet",
    "posters",
    "xlsx",
    "blank",
)  # data for a press; tests of their own (T16, T17)
# The forms of acts are one template; these stand for all of them.
ACTS = ("case_dispatch", "case_plan", "case_task", "case_contact")
OF_THE_OWNER = ("", "/receipt", "/data", "/data/copy", "/addition", "/rating", "/appeal", "/link", "/notify")
PUBLIC = (
    "/",
    "/file",
    "/notices",
    "/policy",
    "/privacy",
    "/openness",
    "/track",
    "/board/jinxiu",
    "/file/internal",
)
TYPED = {  # what people type, and where it must have been replaced for this story to show anything
    "buildings.name",
    "cases.spot",
    "departments.name",
    "estates.name",
    "inbound_mails.body",
    "inbound_mails.subject",
    "incidents.title",
    "lessons.happened",
    "measures.what",
    "meetings.title",
    "notices.body",
    "notices.title",
    "parties.name",
    "statements.demands",
    "statements.description",
    "trainings.title",
    "users.name",
    "words.text",
}


@pytest.fixture
def told(cast: Cast) -> Life:
    """A case with words of everybody in it."""
    story = begin(cast, demands="请给一个说法", about="物业的人", description="电梯停了").in_handling()
    story.act("limin", handling.contact, method=Method.TELEPHONE, reached=True, note="业主同意等")
    story.act("wangqiang", handling.progress, text="先打过电话", public=False)
    story.act("wangqiang", handling.progress, text="配件已经订了", public=True)
    story.act("wangqiang", handling.complete, outcome=Outcome.RESOLVED, result="已更换门锁继电器")
    story.act("limin", handling.inform, method=Method.TELEPHONE, text="已经修好")
    return story


def html_of(page: Page) -> str:
    """A table or a file is no page; an error is."""
    assert page.status_code < 500, page.where
    return page.get_data(as_text=True) if page.mimetype == "text/html" else ""


def wrong_in(html: str) -> list[str]:
    leads = [f'{name}="javascript:' for name in ("href", "src", "action", "formaction")]
    return [*unescaped_in(html), *(lead for lead in leads if lead in html.lower())]


def shown_in(html: str) -> set[str]:
    """The payloads that stand in *html* as words."""
    return {payload for payload in PAYLOADS if MARKUP.search(payload) and str(escape(payload)) in html}


def _is_page(door: Door) -> bool:
    one_of_many = door.endpoint.startswith("case_") and door.endpoint not in ACTS
    return door.method == "GET" and not one_of_many and not any(word in door.endpoint for word in ON_PAPER)


def _reader(door: Door, readers: dict[str, CriticalClient]) -> CriticalClient:
    return next(readers[role] for role in READERS if role in (DOORS[door.endpoint] or ()))


def test_no_page_of_the_staff_face_takes_a_word_for_markup(
    app: Flask, cast: Cast, here: Estate, told: Life, signed_in: SignIn
) -> None:
    """All hundred pages are opened, which takes four seconds: one forgotten field on one of them is enough."""
    assert poison() >= TYPED, "what nobody replaced is not looked for"
    readers = {role: signed_in(ONE_OF_EACH[role]) for role in READERS}
    for reader in readers.values():
        reader.reads_pages = False
    wrong, shown = {}, set[str]()
    for door in here.doors(app):
        if _is_page(door):
            html = html_of(_reader(door, readers).get(door.address))
            wrong[str(door)] = wrong_in(html)
            shown |= shown_in(html)
    html = html_of(readers["director"].get(f"/staff/cases/{told.number}"))
    wrong[told.number] = wrong_in(html)
    assert {where: faults for where, faults in wrong.items() if faults} == {}
    assert len(shown | shown_in(html)) > len(PAYLOADS) * 2 / 3, "where no attack stands nothing is shown"


def test_no_public_page_takes_a_word_for_markup(
    client: CriticalClient, cast: Cast, here: Estate, told: Life
) -> None:
    poison()
    token = links.current_token(told.case)
    wrong, shown = {}, set[str]()
    owners = (f"/c/{token}{page}" for page in OF_THE_OWNER)
    for address in (*PUBLIC, *owners, f"/notices/{here.notice_id}", f"/track/{told.case.shown_reference}"):
        html = html_of(client.get(address))
        wrong[address] = wrong_in(html)
        shown |= shown_in(html)
    assert {where: faults for where, faults in wrong.items() if faults} == {}
    assert shown, "where no attack stands nothing is shown"


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_is_typed_wrong_comes_back_as_words(client: CriticalClient, cast: Cast, payload: str) -> None:
    """The other way to a page: back from a form that was refused, and out of the address."""
    page = client.get("/track").submit("/track", reference=payload)
    assert page.status_code == 422
    assert wrong_in(html_of(page)) == []
    asked = client.get("/track", query_string={"reference": payload, "estate": payload})
    assert wrong_in(html_of(asked)) == []
