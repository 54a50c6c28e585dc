"""Ticked cases that others act on at once: each row says what happened, and none is done twice (F25, F27)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask

from shared.audit import roots
from shared.audit.models import TimelineRow
from shared.clock import now
from shared.database import db
from tests.cast import Cast
from tests.critic import CriticalClient, Page
from tests.life import Life, begin

SignIn = Callable[[str], CriticalClient]
CASES = 12


@pytest.fixture
def stories(cast: Cast) -> list[Life]:
    """Of different people in different buildings, for three of one matter would be a grave one (TR-3)."""
    return [
        begin(
            cast,
            at=now(),
            building_id=cast.building(f"{n + 1}号楼").id,
            phone=f"138 0013 80{n:02d}",
            unit=f"{n + 1}-1-101",
            name=f"业主{n}",
        )
        for n in range(CASES)
    ]


def _token(client: CriticalClient) -> str:
    return str(client.get("/staff/cases").one("input[name=csrf_token]")["value"])


def _at_once(*acts: Callable[[], Page]) -> list[Page]:
    gate = Barrier(len(acts))

    def alone(act: Callable[[], Page]) -> Page:
        gate.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(alone, acts))


def _claims(client: CriticalClient, token: str, numbers: list[str]) -> Callable[[], Page]:
    picked = [f"{number}.1" for number in numbers]
    return lambda: client.post("/staff/register/bulk/claim", data={"csrf_token": token, "case": picked})


def _acts(act: str) -> int:
    return db.session.query(TimelineRow).filter_by(act=act).count()


def test_of_two_who_claim_the_same_list_each_case_has_one_and_both_read_whose(
    app: Flask, cast: Cast, signed_in: SignIn, stories: list[Life]
) -> None:
    """Forwards and backwards through one list: every case is fought over once."""
    numbers = [story.number for story in stories]
    names = {"limin": "李敏", "zhouqi": "周琪", "liujie": "刘洁"}
    clients = {username: signed_in(username) for username in names}
    tokens = [_token(client) for client in clients.values()]
    ids = {cast.person(username).id: username for username in names}
    db.session.remove()
    orders = (numbers, numbers[::-1], numbers[6:] + numbers[:6])
    pages = _at_once(*map(_claims, clients.values(), tokens, orders))
    db.session.remove()
    assert _acts("claim") == CASES
    for username, page in zip(clients, pages, strict=True):
        assert page.status_code == 200
        for story in stories:
            row = next(tr for tr in page.soup.find_all(["tr", "li"]) if story.number in tr.get_text())
            holder = ids[story.case.first_responder_id or 0]
            told = "已由您领取" if holder == username else f"已由{names[holder]}于"
            assert told in row.get_text(), (username, row.get_text())
    assert roots.verify()[1] == []


def test_a_list_dispatched_while_somebody_else_writes_is_told_row_by_row_and_done_with_one_more_press(
    app: Flask, cast: Cast, signed_in: SignIn, stories: list[Life]
) -> None:
    for story in stories:
        story.claimed()
    dispatcher, writer = signed_in("limin"), signed_in("zhouqi")
    token, other = _token(dispatcher), _token(writer)
    version = stories[0].case.version
    handler = f"{cast.department('工程部').id}-{cast.person('wangqiang').id}"
    asked = {
        "csrf_token": token,
        "case": [f"{story.number}.{version}" for story in stories],
        "handler": handler,
        "requirements": "今天内先到现场",
        "sent": "1",
    }
    numbers = [story.number for story in stories]
    db.session.remove()

    def write() -> Page:
        for number in reversed(numbers):
            note = {"csrf_token": other, "version": str(version), "note": f"{number}已联系"}
            page = writer.post(f"/staff/cases/{number}/note", data=note, headers={"HX-Request": "true"})
            assert page.status_code in (204, 409), page.status_code
        return page

    results, _last = _at_once(lambda: dispatcher.post("/staff/register/bulk/dispatch", data=asked), write)
    db.session.remove()
    changed = [story for story in stories if story.case.state == "claimed"]
    assert f"已办 {CASES - len(changed)} 件" in results.words or len(changed) == CASES
    if changed:
        assert f"已有变动 {len(changed)} 件" in results.words
        assert "周琪" in results.words
        left = [str(field["value"]) for field in results.form("/bulk/dispatch").select("input[name=case]")]
        results = results.submit("/bulk/dispatch", case=left)
        assert f"已办 {len(changed)} 件" in results.words
    db.session.remove()
    assert {story.case.state for story in stories} == {"dispatched"}
    assert _acts("dispatch") == CASES
    assert roots.verify()[1] == []


def test_the_same_press_twice_at_once_does_nothing_twice(
    app: Flask, cast: Cast, signed_in: SignIn, stories: list[Life]
) -> None:
    numbers = [story.number for story in stories]
    client = signed_in("limin")
    copies = [signed_in("limin") for _ in range(4)]
    acts = [_claims(copy, _token(copy), numbers) for copy in (client, *copies)]
    db.session.remove()
    pages = _at_once(*acts)
    assert [f"已办 {CASES} 件" in page.words for page in pages] == [True] * 5
    assert _acts("claim") == CASES
