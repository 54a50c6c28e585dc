"""我的个人信息: what is held, a copy of it, and the wish to have it deleted (PIPL 45, 47; T42)."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from shared.cases import handling, links
from shared.database import db
from shared.retention import purge
from shared.retention.models import DataRequest
from tests.cast import MONDAY, Cast
from tests.critic import CriticalClient, Page
from tests.held import PERSONAL, SAID, days, ended
from tests.life import Life, begin
from tests.portal.test_tracking import link_of, unlocked

OF_THE_OWNER = [
    PERSONAL[name] for name in ("name", "phone", "email", "unit", "description", "demands", "spot")
]


@pytest.fixture(autouse=True)
def now() -> Iterator[Any]:
    with time_machine.travel(MONDAY + timedelta(days=2), tick=False) as traveller:
        yield traveller


@pytest.fixture
def life(cast: Cast) -> Life:
    return ended(cast)


def mine(client: CriticalClient, life: Life, path: str = "") -> Page:
    return client.get(f"{link_of(life.case)}/data{path}")


def test_pipl_45_the_copy_holds_everything_and_the_file_the_same(client: CriticalClient, life: Life) -> None:
    page = mine(client, life, "/copy")
    told = page.words
    file = json.loads(mine(client, life, "/copy.json").get_data(as_text=True))
    written = json.dumps(file, ensure_ascii=False)
    for words in (*OF_THE_OWNER, SAID[0], "调度员 看电话"):
        assert words in told, words
    for words in (*OF_THE_OWNER, SAID[0]):
        assert words in written, words
    assert file["archive_number"] == life.number
    assert [(v["what"], v["roles"]) for v in file["viewed"]] == [("phone", ["dispatcher"])]
    assert {m["channel"] for m in file["messages"]} == {"mail"}
    assert len(file["photos"]) == 1
    assert file["sealing_at"] > file["ended_at"]
    assert page.soup.select(".thumbs img")


def test_what_is_shown_first_is_short_and_masked(client: CriticalClient, life: Life) -> None:
    page = mine(client, life)
    assert "139****5678" in page.words
    assert PERSONAL["phone"] not in page.words
    assert "2026 年 8 月" in page.words, "the day on which it is sealed"


def test_notes_of_staff_to_each_other_are_not_in_the_copy(client: CriticalClient, cast: Cast) -> None:
    life, from_inside = begin(cast).claimed(), "家属上次威胁过保安"
    life.act("limin", handling.progress, text=from_inside, public=False)
    for path in ("", "/copy", "/copy.json"):
        assert from_inside not in mine(client, life, path).get_data(as_text=True)


def test_whoever_knows_only_the_last_four_learns_how_long_and_no_more(
    client: CriticalClient, life: Life
) -> None:
    unlocked(client, life.case, PERSONAL["phone"][-4:])
    page = client.get(f"/track/{life.case.shown_reference}/data")
    assert page.status_code == 200
    assert "手机号后 4 位别人也可能知道" in page.words
    assert "139****" not in page.words
    for path in ("/copy", "/copy.json", "/deletion"):
        answer = client.get(f"/track/{life.case.shown_reference}/data{path}")
        assert answer.status_code == 409, path
        assert not any(PERSONAL[name] in answer.words for name in ("name", "phone", "email", "unit"))


def test_the_receipt_code_opens_what_the_private_link_opens(client: CriticalClient, life: Life) -> None:
    unlocked(client, life.case, links.receipt_code(life.case))
    base = f"/track/{life.case.shown_reference}/data"
    assert PERSONAL["phone"] in client.get(f"{base}/copy").words
    assert client.get(f"{base}/copy.json").headers["Content-Disposition"].startswith("attachment")


def test_none_of_it_opens_without_a_door_or_stays_in_a_cache(client: CriticalClient, life: Life) -> None:
    for path in ("", "/copy", "/copy.json", "/deletion"):
        assert client.get(f"/track/{life.case.shown_reference}/data{path}").status_code == 404
        headers = mine(client, life, path).headers
        assert headers["Cache-Control"] == "no-store", path
        assert headers["X-Robots-Tag"].startswith("noindex"), path


def test_pipl_47_deletion_is_asked_for_with_a_day_of_the_answer(client: CriticalClient, life: Life) -> None:
    page = mine(client, life, "/deletion")
    assert "15 个工作日内答复您" in page.words
    page = page.submit("/deletion")
    assert page.words.count(" 前答复您") == 2, (
        "an hour and the word after it stand apart, in what is told and in what stays"
    )
    assert "要求删除" not in page.words, "asked once"
    asked = db.session.query(DataRequest).one()
    assert (asked.kind, asked.answered_at) == ("deletion", None)
    mine(client, life, "/deletion").submit("/deletion")
    assert db.session.query(DataRequest).count() == 1


def test_while_the_matter_is_open_it_is_said_that_the_contact_is_still_needed(
    client: CriticalClient, cast: Cast
) -> None:
    page = mine(client, begin(cast), "/deletion")
    assert "办完就删除" in page.words


def test_after_erasure_the_pages_still_open_and_hold_nothing(
    client: CriticalClient, life: Life, now: Any
) -> None:
    purge.run(life.at + days(1095))
    db.session.expire_all()
    now.move_to(life.at + days(1096))
    for path in ("", "/copy", "/copy.json", "/deletion"):
        page = mine(client, life, path)
        assert page.status_code == 200, path
        assert not any(words in page.get_data(as_text=True) for words in (*OF_THE_OWNER, *SAID)), path
    owners = client.get(link_of(life.case))
    assert owners.status_code == 200
    assert "内容已按期限删除" in owners.words


def test_no_sentence_is_longer_than_people_like_to_read(client: CriticalClient, life: Life) -> None:
    for path in ("", "/deletion"):
        main = mine(client, life, path).one("main").get_text("\n")
        long = [s for line in main.splitlines() for s in line.split("。") if len(s) > 30]
        assert long == []
