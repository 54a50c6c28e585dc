"""The monthly review meeting: what the record says, what was said, and what the next one finds open (MS-7)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine

from shared.database import db, transaction
from shared.improvement.models import Measure, Meeting
from tests.cast import MONDAY, Cast
from tests.critic import CriticalClient, Page

SignIn = Callable[[str], CriticalClient]
pytestmark = pytest.mark.usefixtures("that_monday")
PAGE = "/staff/improvement/meetings"


def _id(cast: Cast, username: str) -> str:
    return str(cast.person(username).id)


def _called(cast: Cast, client: CriticalClient) -> Page:
    form = client.get(f"{PAGE}/new")
    asked = [_id(cast, username) for username in ("gaofeng", "chenjing")]
    return form.submit("/meetings/new", held_at="2026-03-03T10:00", place="二楼会议室", people=asked)


def test_ms_7_called_with_a_proposed_agenda_held_closed_and_the_next_lists_what_is_open(
    cast: Cast, signed_in: SignIn
) -> None:
    client = signed_in("hemei")
    assert "3 月诉求工作例会" in client.get(f"{PAGE}/new").one("input[name=title]")["value"]
    page = _called(cast, client)
    assert "已通知参加的人" in page.words
    assert "措施：没完成 0 项" in page.words
    assert "/minutes" not in str(page.soup), "it has not been held yet"
    where = page.where
    with time_machine.travel(MONDAY + timedelta(days=1, hours=1), tick=False):
        client = signed_in("hemei")
        page = client.get(where)
        early = page.submit("/action", what="门禁系统月底前换新", owner="", due_on="2026-03-31")
        assert early.status_code == 422
        page = early.submit("/action", owner=early.option("owner", "高峰"))
        assert "门禁系统月底前换新" in page.words
        page = page.submit(
            "/minutes", minutes="超时都在门禁", owners_present="2", present=[_id(cast, "gaofeng")]
        )
        assert "2 位" in page.words
        closed = page.submit("/closing")
        assert "纪要已定" in closed.words
        assert "超时都在门禁" in closed.words
        assert closed.soup.find("textarea") is None, "the minutes stand"
        agenda = client.get(f"{PAGE}/new").one("textarea").get_text()
        assert "上次议定、还没完成的 1 件：门禁系统月底前换新（高峰，2026-03-31）" in agenda
    (action,) = db.session.query(Measure)
    assert (action.kind, action.clause, action.owner) == ("action", "MS-7", cast.person("gaofeng"))
    with transaction():
        action.owner_id = cast.person("sunli").id
    measure = f"/staff/improvement/measures/{action.id}"
    assert "诉求工作例会" in signed_in("hemei").get(measure).words
    assert "诉求工作例会" not in signed_in("sunli").get(measure).words, "she was not asked to it"


def test_ms_7_nothing_is_closed_before_it_is_written_who_came(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("hemei")
    where = _called(cast, client).where
    with time_machine.travel(MONDAY + timedelta(days=2), tick=False):
        client = signed_in("hemei")
        page = client.get(where).submit("/minutes", minutes="都好", owners_present="", present=[])
        page = page.submit("/minutes", minutes="都好", present=[_id(cast, "limin"), "9" * 5_000])
        refused = page.submit("/closing")
        assert refused.status_code == 409, "whoever was not asked to it was not there"
        assert "请先记下谁到了" in refused.words
        page = refused.submit("/minutes", minutes="都好", present=[_id(cast, "chenjing")])
        assert "几位业主代表" in page.submit("/closing").words


def test_what_two_write_into_the_minutes_at_once_is_not_lost(cast: Cast, signed_in: SignIn) -> None:
    where = _called(cast, signed_in("hemei")).where
    with time_machine.travel(MONDAY + timedelta(days=2), tick=False):
        hers, his = signed_in("hemei").get(where), signed_in("tangwen").get(where)
        hers.submit("/minutes", minutes="主任写的", owners_present="0")
        refused = his.submit("/minutes", minutes="督导写的", owners_present="0")
        assert refused.status_code == 409
        assert "别人刚改过纪要" in refused.words
        assert "督导写的" in refused.one("textarea[name=minutes]").get_text()
    assert db.session.query(Meeting).one().minutes == "主任写的"


def test_a_meeting_is_seen_by_whoever_was_asked_and_not_by_others(cast: Cast, signed_in: SignIn) -> None:
    form = signed_in("hemei").get(f"{PAGE}/new")
    nobody = form.submit("/meetings/new", held_at="2026-03-03T10:00", people=[])
    assert nobody.status_code == 409
    assert "请选谁参加" in nobody.words
    page = nobody.submit("/meetings/new", people=[_id(cast, "wangqiang")])
    assert signed_in("wangqiang").get(page.where).status_code == 200
    assert signed_in("sunli").get(page.where).status_code == 404
    off = signed_in("hemei").get(page.where).submit("/calling-off")
    assert "取消了" in off.words
    assert db.session.query(Meeting).one().called_off_at is not None
