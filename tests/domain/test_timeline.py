"""The record cannot be edited in silence (T37), and is in order whatever the clock does (F22)."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from shared import sealing
from shared.audit import roots
from shared.audit.models import DailyRoot
from shared.cases import handling
from shared.cases.models import Words
from shared.database import db, transaction
from tests.cast import MONDAY, Cast
from tests.life import begin

TUESDAY = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)


def _triggers(table: str) -> list[str]:
    if db.engine.dialect.name == "postgresql":
        return [f"ALTER TABLE {table} DISABLE TRIGGER ALL"]
    return [f"DROP TRIGGER {table}_no_update", f"DROP TRIGGER {table}_no_delete"]


@contextmanager
def _forger(table: str = "timeline") -> Iterator[None]:
    """Somebody with the database's password, who takes the guard away first."""
    with transaction():
        for statement in _triggers(table):
            db.session.execute(text(statement))
        yield


def _faults() -> list[str]:
    db.session.expire_all()
    return [f"{fault.where}: {fault.what}" for fault in roots.verify()[1]]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE timeline SET act = 'claim'",
        "UPDATE timeline SET at = at",
        "DELETE FROM timeline",
        "DELETE FROM timeline WHERE seq > 1",
        "UPDATE daily_roots SET rows = 0",
        "DELETE FROM daily_roots",
    ],
)
def test_the_database_itself_refuses_to_change_the_record(cast: Cast, statement: str) -> None:
    begin(cast).claimed()
    roots.make_due_roots(TUESDAY)
    with pytest.raises(DatabaseError, match="append-only"), transaction():
        db.session.execute(text(statement))
    assert _faults() == []


def test_a_whole_life_verifies(cast: Cast) -> None:
    whole, half = begin(cast).closed(), begin(cast, category="security").in_handling("sunli", "秩序部")
    assert (len(whole.acts), len(half.acts)) == (8, 4)
    assert roots.make_due_roots(TUESDAY) == 1
    assert roots.verify() == (len(whole.rows) + len(half.rows), [])


def test_rows_hold_ids_codes_and_digests_and_never_a_word_anybody_wrote(cast: Cast) -> None:
    story = begin(cast, demands="赔偿", about="王强").claimed()
    story.act("limin", handling.contact, method="telephone", reached=True, note="业主王秀兰很着急")
    stored = json.dumps([row.data for row in story.rows], ensure_ascii=False)
    for said in ("电梯", "赔偿", "王强", "王秀兰", "着急", "13800138000"):
        assert said not in stored
    assert story.rows[-1].data["digest"] == sealing.digest("业主王秀兰很着急").hex()


EDITS = [
    "actor_id = NULL",
    "act = 'contact'",
    "public = NOT public",
    "round = 2",
    "data = '{}'",
    "at = :earlier",
]


@pytest.mark.parametrize("edit", EDITS)
def test_an_edited_row_is_found_and_named(cast: Cast, edit: str) -> None:
    story = begin(cast).closed()
    earlier = {"earlier": MONDAY - timedelta(days=1)} if ":earlier" in edit else {}
    with _forger():
        db.session.execute(text(f"UPDATE timeline SET {edit} WHERE seq = 4"), earlier)
    (fault,) = _faults()
    assert fault.startswith(f"case {story.case.id}: row 4 (")
    assert "altered" in fault


def test_a_row_cut_out_of_the_middle_is_found(cast: Cast) -> None:
    story = begin(cast).closed()
    with _forger():
        db.session.execute(text("DELETE FROM timeline WHERE seq = 4"))
    first, *_rest = _faults()
    assert first == f"case {story.case.id}: row 4 is missing; row 5 follows"


def test_a_first_row_cut_off_is_found(cast: Cast) -> None:
    story = begin(cast).closed()
    with _forger():
        db.session.execute(text("DELETE FROM timeline WHERE seq = 1"))
    assert f"case {story.case.id}: row 1 is missing; row 2 follows" in _faults()


def test_a_tail_cut_off_leaves_a_good_chain_and_is_found_by_the_daily_root(cast: Cast) -> None:
    begin(cast).closed()
    roots.make_due_roots(TUESDAY)
    with _forger():
        db.session.execute(text("DELETE FROM timeline WHERE seq > 4"))
    assert _faults() == ["day 2026-03-02: the cases of that day no longer give its root"]


def test_a_case_cut_out_whole_is_found_by_the_daily_root(cast: Cast) -> None:
    story = begin(cast).claimed()
    begin(cast)
    roots.make_due_roots(TUESDAY)
    with _forger():
        db.session.execute(text(f"DELETE FROM timeline WHERE case_id = {story.case.id}"))
    assert _faults() == ["day 2026-03-02: the cases of that day no longer give its root"]


def test_a_root_taken_away_with_the_tail_it_would_have_betrayed_is_missed(cast: Cast) -> None:
    begin(cast)
    story = begin(cast, at=MONDAY + timedelta(days=1)).closed()
    roots.make_due_roots(MONDAY + timedelta(days=3))
    with _forger():
        db.session.execute(text(f"DELETE FROM timeline WHERE case_id = {story.case.id} AND seq > 4"))
    with _forger("daily_roots"):
        db.session.execute(text("DELETE FROM daily_roots WHERE rows = 1 AND \"on\" = '2026-03-03'"))
    roots.make_due_roots(MONDAY + timedelta(days=5))
    assert _faults() == ["day 2026-03-03: its root is missing"]


def test_erasing_what_people_wrote_leaves_the_chain_valid(cast: Cast) -> None:
    """PIPL 47: the timeline holds the digest, the words stand elsewhere."""
    story = begin(cast).closed()
    roots.make_due_roots(TUESDAY)
    with transaction():
        for words in db.session.query(Words):
            words.text = ""
        db.session.execute(text("DELETE FROM statements"))
        db.session.execute(text("DELETE FROM parties"))
    assert _faults() == []
    assert len(story.acts) == 8


def test_every_day_has_its_root_once_however_often_they_are_made(cast: Cast) -> None:
    begin(cast)
    begin(cast, at=MONDAY + timedelta(days=2))
    assert roots.make_due_roots(MONDAY + timedelta(days=4)) == 4
    assert roots.make_due_roots(MONDAY + timedelta(days=4)) == 0
    days = [(root.on, root.rows) for root in db.session.query(DailyRoot).order_by(DailyRoot.on)]
    assert days == [
        (date(2026, 3, 2), 1),
        (date(2026, 3, 3), 0),
        (date(2026, 3, 4), 1),
        (date(2026, 3, 5), 0),
    ]


def test_a_day_gets_its_root_only_when_it_has_settled(cast: Cast) -> None:
    begin(cast)
    midnight = datetime(2026, 3, 3, tzinfo=UTC)
    assert roots.make_due_roots(midnight + timedelta(minutes=9)) == 0
    assert roots.make_due_roots(midnight + timedelta(minutes=10)) == 1


def test_when_the_clock_jumps_back_the_order_of_acts_stays(cast: Cast) -> None:
    """F22: order is by number, not by time."""
    story = begin(cast).claimed()
    story.at -= timedelta(hours=1)
    story.dispatched()
    assert story.acts == ["filing", "claim", "dispatch"]
    assert story.rows[-1].at < story.rows[-2].at
    roots.make_due_roots(TUESDAY)
    assert _faults() == []


def test_each_case_counts_its_rows_without_a_gap(cast: Cast) -> None:
    one, other = begin(cast).in_handling(), begin(cast)
    one.act("wangqiang", handling.progress, text="在路上", public=True)
    other.claimed()
    for story in (one, other):
        assert [row.seq for row in story.rows] == list(range(1, len(story.rows) + 1))
    assert (len(one.acts), len(other.acts)) == (5, 2)
