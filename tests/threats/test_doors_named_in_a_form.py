"""Doors whose case stands in the form or the question, and not in the address: bulk, search, export, fan-out (T09).

tests/architecture/test_access.py tries every address; whoever may not know of a case learns nothing here either.
"""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from shared.cases.models import Case
from shared.database import db, transaction
from shared.incidents.models import Incident, Membership
from shared.ownership import dispatching
from tests.cast import MONDAY, Cast
from tests.critic import CriticalClient, Page
from tests.life import Life, begin

SignIn = Callable[[str], CriticalClient]

WORDS = "困了我半个小时"
# visitor → who signs in; nobody has no session, the owner of another case only one of the public face.
VISITORS = {
    "nobody": "",
    "owner of another case": "",
    "clerk of another estate": "yunhe-limin",
    "whom the case is about": "limin",
    "handler without a part in it": "sunli",
    "administrator": "admin",
}


@pytest.fixture
def story(cast: Cast) -> Life:
    life = begin(cast, about="李敏态度很差").dispatched(by="chenjing")
    life.act("wangqiang", dispatching.accept)
    return life


@pytest.fixture
def incident(cast: Cast, story: Life) -> Incident:
    """Joined by the case and by one that everybody at the desk may see."""
    other = begin(cast, description="二单元的电梯也停了", phone="13900139000", name="李大爷")
    with transaction():
        found = Incident(
            estate_id=cast.estate.id, category="facilities", title="3号楼电梯停运", opened_at=MONDAY
        )
        db.session.add(found)
        db.session.flush()
        for each in (story, other):
            case = db.session.get_one(Case, each.case.id)
            case.incident_id = found.id
            db.session.add(
                Membership(
                    incident_id=found.id, case_id=case.id, state="joined", reasons=[], proposed_at=MONDAY
                )
            )
    return found


def questions(story: Life, reference: str) -> Iterator[str]:
    """Everything that finds a case: its numbers, the telephone in parts and whole, the name, a word."""
    for asked in (story.number, reference, "8000", "13800138000", "王秀兰", WORDS):
        yield f"/staff/cases?q={asked}"
    yield from ("/staff/desk/counts", "/staff/revisits", "/staff/archive", "/staff/today", "/staff/incidents")


def forms(story: Life, incident_id: int) -> Iterator[tuple[str, dict[str, str]]]:
    """Everything that can be done to a case, or had of it, by naming it in a form."""
    pick = f"{story.number}.{story.case.version}"
    for act in ("claim", "dispatch", "joining"):
        yield f"/staff/register/bulk/{act}", {"case": pick, "sent": "1", "requirements": "x"}
    for kind in ("csv", "xlsx"):
        yield "/staff/register/export", {"form": kind, "q": story.number, "reason": "x"}
    yield "/staff/cases/new/caller", {"phone": "13800138000"}
    yield "/staff/cases/new", {"look": "1", "phone": "13800138000"}
    for act in ("joining", "refusal"):
        yield f"/staff/incidents/{incident_id}/{act}", {"case": story.number}
    for act in ("progress", "note", "completion", "informing"):
        said = {"text": "x", "note": "x", "result": "x" * 12, "outcome": "resolved", "method": "message"}
        yield f"/staff/incidents/{incident_id}/{act}", {"key": "0" * 22, "cases": story.number, **said}
    yield "/staff/handover/offer", {"to": "1", "case": story.number}


def visitor_at(app: Flask, cast: Cast, signed_in: SignIn, visitor: str) -> CriticalClient:
    if VISITORS[visitor]:
        return signed_in(VISITORS[visitor])
    client = app.test_client()
    assert isinstance(client, CriticalClient)
    if visitor == "owner of another case":
        another = begin(cast, phone="13700137000").case
        client.get(f"/track/{another.shown_reference}?estate=jinxiu").submit("/unlock", code="7000")
    return client


def told_by(page: Page, story: Life) -> list[str]:
    """What of the case is in the answer; its number may stand in the field it was typed into."""
    said = page.get_data()
    names = [WORDS, "王秀兰", f"/staff/cases/{story.number}"]
    asked = page.request.full_path
    return [
        name
        for name in names
        if name not in asked and f'value="{name}"'.encode() not in said and name.encode() in said
    ]


@pytest.mark.parametrize("visitor", sorted(VISITORS))
def test_whoever_may_not_know_of_a_case_learns_nothing_by_naming_it(
    app: Flask,
    cast: Cast,
    elsewhere: Cast,
    story: Life,
    incident: Incident,
    signed_in: SignIn,
    visitor: str,
) -> None:
    client = visitor_at(app, cast, signed_in, visitor)
    client.reads_pages = False
    page = client.get("/staff/sign-in", follow_redirects=True)
    token = str(page.one("input[name=csrf_token]")["value"])
    before = (story.case.version, story.acts)
    wrong = []
    for address in questions(story, story.case.shown_reference):
        for headers in ({}, {"HX-Request": "true"}):
            page = client.get(address, headers=headers)
            if page.status_code >= 500 or told_by(page, story):
                wrong.append(f"GET {address}: {page.status_code} {told_by(page, story)}")
    for address, sent in forms(story, incident.id):
        page = client.post(address, data={"csrf_token": token, **sent})
        if page.status_code >= 500 or told_by(page, story):
            wrong.append(f"POST {address}: {page.status_code} {told_by(page, story)}")
    assert wrong == []
    assert (story.case.version, story.acts) == before


def test_whoever_may_finds_it_by_each_of_them(
    cast: Cast, story: Life, incident: Incident, signed_in: SignIn
) -> None:
    """Or the silence above would show nothing."""
    client = signed_in("chenjing")
    client.reads_pages = False
    for address in list(questions(story, story.case.shown_reference))[:6]:
        page = client.get(address, follow_redirects=True)
        assert story.number in page.get_data(as_text=True), address
