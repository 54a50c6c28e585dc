"""Guessing and flooding meet a plain page with the telephone number; owners never notice (T05, T24)."""

from contextlib import ExitStack

import pytest
from flask import Flask

from portal import limits
from portal.tracking import crowd as crowd_of
from shared import clock
from shared.cases import drafts, links
from shared.cases.models import Case
from shared.cases.references import from_bits, shown
from tests import cast as company
from tests.cast import Cast
from tests.critic import CriticalClient


@pytest.fixture
def case(cast: Cast) -> Case:
    limits._hits.clear()
    return company.file(cast, clock.now())


def references(count: int) -> list[str]:
    return [shown(from_bits(number)) for number in range(count)]


def test_a_source_that_only_misses_is_told_to_wait(client: CriticalClient, case: Case) -> None:
    answers = [client.get(f"/track/{r}").status_code for r in references(61)]
    assert answers == [404] * 60 + [429]
    page = client.get(f"/track/{references(1)[0]}")
    assert "请求太频繁" in page.words
    assert "020-8888 6666" in page.words
    assert int(page.headers["Retry-After"]) <= 60
    assert client.get(f"/c/{links.current_token(case)}").status_code == 200


def test_t05_many_sources_that_miss_together_are_stopped_and_an_owner_is_not(app: Flask, case: Case) -> None:
    owner = app.test_client()
    mine = {"REMOTE_ADDR": "10.9.9.9"}
    assert owner.get(f"/track/{case.shown_reference}", environ_base=mine).status_code == 200
    answers = [
        app.test_client()
        .get(f"/track/{r}", environ_base={"REMOTE_ADDR": f"10.0.{n // 200}.{n % 200}"})
        .status_code
        for n, r in enumerate(references(302))
    ]
    assert answers[:300] == [404] * 300
    assert answers[-1] == 429
    assert owner.get(f"/track/{case.shown_reference}", environ_base=mine).status_code == 200


def test_finding_a_case_is_never_limited(client: CriticalClient, case: Case) -> None:
    for _ in range(80):
        assert client.get(f"/track/{case.shown_reference}").status_code == 200


def file_anonymously(client: CriticalClient, hidden: dict[str, str], source: str, words: str) -> int:
    """Everything at once, as a flood comes; gives the status of what is answered."""
    matter = {"category": "facilities:lift", "description": words, "anonymous": "1"}
    sent = {**hidden, **matter, "submission_key": drafts.new_key()}
    answer = client.post("/file/check", data=sent, environ_base={"REMOTE_ADDR": source})
    return answer.status_code


def test_t24_a_flood_from_one_source_ends_politely_and_others_file_as_before(
    client: CriticalClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CriticalClient, "reads_pages", False)
    page = client.get("/file")
    hidden = {"csrf_token": str(page.one("[name=csrf_token]")["value"]), "estate": "jinxiu"}
    flood = [file_anonymously(client, hidden, "10.0.0.1", f"第 {n} 次：电梯异响") for n in range(122)]
    assert flood == [303] * 120 + [429] * 2
    assert file_anonymously(client, hidden, "10.0.0.2", "我的电梯也异响") == 303
    told = client.post("/file/check", data=hidden, environ_base={"REMOTE_ADDR": "10.0.0.1"})
    assert "020-8888 6666" in told.words
    assert int(told.headers["Retry-After"]) <= 600


def test_f32_while_very_many_look_up_filing_goes_on(client: CriticalClient, case: Case) -> None:
    """Whoever comes when all places are taken is asked to wait, and finds their case when one is free again."""
    address = f"/track/{case.shown_reference}"
    with ExitStack() as crowd:
        for _ in range(crowd_of.AT_ONCE):
            crowd.enter_context(crowd_of.places)
        waiting = client.get(address)
        assert (waiting.status_code, waiting.headers["Retry-After"]) == (429, "5")
        assert "现在查询的人很多" in waiting.words
        assert "过 5 秒会自动再查一次" in waiting.words
        assert not [said for said in waiting.statements if said.startswith("SELECT")]
        assert client.get("/file").status_code == 200
    assert client.get(address).status_code == 200
