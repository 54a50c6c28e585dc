"""What a form does not offer is not taken, whoever sends it along (T10); and little is told while one types (T11)."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from shared import clock
from shared.cases import links
from shared.cases.models import Case
from shared.database import db
from shared.revisits.models import Rating
from tests.cast import Cast
from tests.critic import CriticalClient, Page
from tests.filing_form import answered
from tests.life import Life, begin

SignIn = Callable[[str], CriticalClient]

# What the machine or somebody else decides; in the forms of the outside as of the inside.
OURS: dict[str, Any] = {
    "state": "closed",
    "severity": "major",
    "validity": "invalid",
    "round": "9",
    "first_responder_id": "1",
    "first_responder": "limin",
    "handler_id": "1",
    "estate_id": "2",
    "archive_number": "JX-26-9999",
    "reference": "0000000000",
    "filed_at": "2020-01-01T00:00",
    "received_at": "2020-01-01T00:00",
    "next_due_at": "2099-01-01T00:00",
    "due_at": "2099-01-01T00:00",
    "policy_version_id": "1",
    "incident_id": "1",
    "channel": "city_hotline",
    "level": "satisfied",
    "score": "100",
    "version": "0",
}


def _stands(case: Case) -> dict[str, Any]:
    names = {"state", "severity", "validity", "round", "estate_id", "incident_id", "channel", "handler_id"}
    return {name: getattr(case, name) for name in sorted(names)}


def test_an_owner_who_sends_more_than_the_form_files_what_the_form_has(
    client: CriticalClient, cast: Cast
) -> None:
    at, plain = clock.now(), begin(cast, clock.now()).case
    sent = answered(client.get("/file"))
    answer = client.post("/file/check", data={**OURS, **sent})
    assert answer.status_code == 303, answer.words
    case = db.session.scalars(select(Case).where(Case.id != plain.id)).one()
    assert _stands(case) == _stands(plain)
    assert case.archive_number.startswith("JX-26-0002")
    assert abs((case.filed_at - at).total_seconds()) < 3600
    assert case.received_at == case.filed_at
    assert case.first_responder_id is None


def test_an_owner_who_writes_more_decides_nothing_else(client: CriticalClient, cast: Cast) -> None:
    story = begin(cast, clock.now()).claimed()
    before = _stands(story.case)
    page = client.get(f"/c/{links.current_token(story.case)}")
    told = page.submit("/addition", description="今天又停了", **OURS)
    assert "今天又停了" in told.words
    assert _stands(story.case) == before


@pytest.mark.parametrize("act", ["progress", "contact"])
def test_staff_who_send_a_rating_along_with_an_act_have_rated_nothing(
    cast: Cast, signed_in: SignIn, act: str
) -> None:
    """Decision 17: whoever works on a case does not say whether its owner is content."""
    story: Life = begin(cast).in_handling()
    before = _stands(story.case)
    page = signed_in("limin").get(f"/staff/cases/{story.number}/{act}")
    given: dict[str, Any] = {
        "text": "已再次致电",
        "note": "已再次致电",
        "method": "telephone",
        "reached": "1",
    }
    ours = {name: value for name, value in OURS.items() if name != "version"}
    page.submit(f"/{act}", **given, **ours, rating="satisfied", solved="yes")
    assert _stands(story.case) == before
    assert db.session.scalars(select(Rating)).all() == []


def test_no_route_of_the_staff_face_rates(app: Any) -> None:
    staff = [rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint.startswith("staff.")]
    assert [endpoint for endpoint in staff if "rate" in endpoint or "rating" in endpoint] == []


@pytest.mark.parametrize("typed", ["1", "13", "138", "8000", "%", "1380013800", "138001380001", "王"])
def test_a_part_of_a_telephone_lists_nobody(cast: Cast, signed_in: SignIn, typed: str) -> None:
    """T11: only who knows a number learns what it has reported, and reads it masked."""
    story = begin(cast)
    client = signed_in("limin")
    token = client.get("/staff/cases/new").one("input[name=csrf_token]")["value"]
    page: Page = client.post(
        "/staff/cases/new/caller", data={"csrf_token": token, "phone": typed}, headers={"HX-Request": "true"}
    )
    said = page.get_data(as_text=True)
    assert story.number not in said
    assert "王秀兰" not in said


@pytest.mark.parametrize("who", ["wangqiang", "tangwen", "admin"])
def test_who_takes_no_calls_asks_for_no_caller(cast: Cast, signed_in: SignIn, who: str) -> None:
    """T11."""
    client = signed_in(who)
    token = client.get("/staff/").one("input[name=csrf_token]")["value"]
    page = client.post("/staff/cases/new/caller", data={"csrf_token": token, "phone": "13800138000"})
    assert page.status_code == 403
