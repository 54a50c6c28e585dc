"""Every form of every act: its words are kept while one types, and stay when the case has changed (F26, F44)."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from shared.cases import scope
from shared.database import transaction
from staff.cases.acts import ACTS, CaseAct
from tests.cast import PEOPLE, Cast
from tests.critic import CriticalClient, Page
from tests.life import Life, begin

SignIn = Callable[[str], CriticalClient]
pytestmark = pytest.mark.usefixtures("that_monday")
HTMX = {"HX-Request": "true"}
WORDS = "维保明早八点到场，先换继电器"
# Asked for first by somebody else, or of one kind of case only: the same form and the same mechanism, no story here.
ELSEWHERE = {
    "approval",
    "designation",
    "forum_answer",
    "forum_post",
    "outside_answer",
    "outstanding_date",
    "outstanding_end",
    "publication",
    "recall",
    "return_decision",
    "review",
    "takeover",
    "task_calling_off",
    "task_done",
    "task_group",
    "task_taking",
}


def _stories(cast: Cast) -> list[Life]:
    """A case in each of the states in which people act, of different people about different things."""
    told = (
        "电梯异响",
        "路灯不亮",
        "水管渗水",
        "大门关不上",
        "健身器材松动",
        "楼道灯闪",
        "车库积水",
        "门禁失灵",
    )
    cases = [
        begin(
            cast,
            description=words,
            topic="",
            spot=None,
            phone=f"1380013800{n}",
            name=f"业主{n}",
            unit=f"{n + 1}-1-101",
            email="",
            building_id=cast.building(f"{n + 1}号楼").id,
        )
        for n, words in enumerate(told)
    ]
    carried: tuple[Callable[[Life], Life], ...] = (
        Life.claimed,
        Life.dispatched,
        Life.in_handling,
        Life.completed,
        Life.informed,
        _revisited,
        Life.closed,
    )
    return [cases[0], *(carry(case) for carry, case in zip(carried, cases[1:], strict=True))]


def _revisited(life: Life) -> Life:
    return life.informed().revisited()


def _opened(
    act: CaseAct, stories: list[Life], clients: dict[str, CriticalClient]
) -> tuple[Life, str, Page] | None:
    """The form of *act*, where somebody may do it now."""
    people = {username: stories[0].cast.person(username) for username in clients}
    for story in stories:
        case = story.case
        for username, user in people.items():
            if user.can(act.permission, case.estate_id) and act.allowed(user, case):
                page = clients[username].get(f"/staff/cases/{story.number}/{act.slug}")
                if page.status_code == 200:
                    return story, username, page
    return None


def _textareas(page: Page) -> dict[str, str]:
    return {str(field["name"]): field.get_text().strip() for field in page.soup.select(".composer textarea")}


def _kept(client: CriticalClient, page: Page, typed: dict[str, str]) -> None:
    place = page.one("form[data-unsent]")["data-unsent"]
    token = page.one("input[name=csrf_token]")["value"]
    said = client.post("/staff/unsent", data={"csrf_token": token, "place": place, **typed}, headers=HTMX)
    assert said.status_code == 200, place
    again = client.get(page.where)
    assert _textareas(again) == typed, f"{place} does not give back what was typed"
    assert "没有发出的文字，已放回" in again.words


def _overtaken(client: CriticalClient, page: Page, act: CaseAct, story: Life, typed: dict[str, Any]) -> None:
    with transaction():
        case = scope.lock_by_id(story.case.id)
        case.version += 1  # what somebody else did; whatever it was
    stale = page.submit(f"/{act.slug}", **typed)
    assert stale.status_code == 409, f"{act.slug} was sent over a change: {stale.status_code}"
    assert _textareas(stale) == typed, f"{act.slug} lost what was typed"
    assert stale.one("button[name=version]")["value"] == str(story.case.version)


def test_every_form_gives_back_what_was_typed_and_is_not_sent_over_a_change(
    cast: Cast, signed_in: SignIn
) -> None:
    stories, clients = _stories(cast), {username: signed_in(username) for username in PEOPLE}
    looked_at, missing = set(), set()
    for act in _written_acts():
        found = _opened(act, stories, clients)
        if found is None:
            missing.add(act.slug)
            continue
        story, username, page = found
        typed = dict.fromkeys(_textareas(page), WORDS)
        if not typed:
            continue
        looked_at.add(act.slug)
        _kept(clients[username], page, typed)
        if act.checks_version:
            _overtaken(clients[username], page, act, story, typed)
    assert missing <= ELSEWHERE, f"no story opens {sorted(missing - ELSEWHERE)}"
    assert {"progress", "note", "completion", "dispatch", "objection", "revisit", "reopening"} <= looked_at


def _written_acts() -> Iterator[CaseAct]:
    yield from (act for act in ACTS.values() if act.has_fields)
