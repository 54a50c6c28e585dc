"""An owner files: once, whatever happens on the way; and without a name, if they want none kept."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from shared import sealing
from shared.cases import drafts, filing, references
from shared.cases.links import receipt_code
from shared.cases.models import Case, Draft, Party, Round, Statement
from shared.database import db, transaction
from shared.policies.versions import NoPolicyInForce
from tests.cast import LONG_AGO, MONDAY, Cast, report
from tests.life import begin


def _file(cast: Cast, key: str, **facts: Any) -> tuple[Case, bool]:
    with transaction():
        return filing.file_case(report(**facts), cast.estate, submission_key=key, at=MONDAY)


def _file_and_fail(cast: Cast, key: str) -> None:
    with transaction():
        filing.file_case(report(), cast.estate, submission_key=key, at=MONDAY)
        raise ZeroDivisionError


def _everything_stored(app: Flask) -> Iterator[bytes]:
    """Every value of every row, as bytes; on SQLite the files of the database too, with what was deleted from them."""
    tables = [table.name for table in db.metadata.sorted_tables]
    for table in tables:
        for row in db.session.execute(text(f"SELECT * FROM {table}")):
            for value in row:
                yield value if isinstance(value, bytes) else str(value).encode()
    if db.engine.dialect.name == "sqlite":
        db.session.rollback()
        with db.engine.connect() as connection:
            connection.execute(text("ROLLBACK"))
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        yield (app.extensions["shouwen"].data_dir / "shouwen.db").read_bytes()


def test_a_filing_is_one_open_case_in_its_first_round_with_the_owners_words(cast: Cast) -> None:
    case, new = _file(cast, "key", demands="请赔偿误工费", about="电梯维保公司")
    assert new
    assert (case.state, case.round, case.is_open) == ("received", 1, True)
    assert references.read(case.shown_reference).reference == case.reference
    statement = db.session.get_one(Statement, case.id)
    assert statement.description.startswith("3号楼2单元电梯又坏了")
    assert (statement.demands, statement.about) == ("请赔偿误工费", "电梯维保公司")
    assert db.session.query(Round).filter_by(case_id=case.id).one().cause == "filing"


def test_the_same_submission_is_the_same_case_however_often_it_comes(cast: Cast) -> None:
    first, _ = _file(cast, "key")
    again, new = _file(cast, "key")
    assert not new
    assert again.id == first.id
    assert db.session.query(Case).count() == 1


def test_the_same_words_sent_as_another_submission_are_another_case(cast: Cast) -> None:
    first, _ = _file(cast, "one key")
    second, new = _file(cast, "another key")
    assert new
    assert first.reference != second.reference
    assert receipt_code(first) != receipt_code(second)


def test_a_submission_that_failed_half_way_is_filed_whole_the_second_time(cast: Cast) -> None:
    with pytest.raises(ZeroDivisionError):
        _file_and_fail(cast, "key")
    assert db.session.query(Case).count() == db.session.query(Party).count() == 0
    _case, new = _file(cast, "key")
    assert new


def test_name_and_telephone_are_found_by_whoever_has_the_key_and_stand_nowhere_in_clear(
    cast: Cast, app: Flask
) -> None:
    case, _ = _file(cast, "key")
    party = db.session.get_one(Party, case.id)
    assert (party.name, party.phone, party.unit) == ("王秀兰", "13800138000", "3-2-1101")
    assert party.phone_index == sealing.index("13800138000", "phone")
    assert party.phone_tail_index == sealing.index("8000", "phone tail")
    for stored in _everything_stored(app):
        for personal in ("王秀兰", "13800138000", "138 0013 8000", "xiulan@example.com", "3-2-1101"):
            assert personal.encode() not in stored


def test_an_anonymous_case_keeps_nothing_that_leads_back_to_anybody(cast: Cast, app: Flask) -> None:
    """CO-M5. Even a browser that still holds the draft's cookie finds nothing to match it with."""
    with transaction():
        draft, token = drafts.begin(cast.estate.id, MONDAY)
        key = drafts.content(draft)["submission_key"]
    with transaction():
        kept = drafts.of_token(token, MONDAY)
        assert kept is not None
        drafts.fill(kept, {"description": "保安夜里睡觉", "phone": "13911112222"}, MONDAY)
        sealed = db.session.execute(text("SELECT content FROM drafts")).scalar_one()
    with transaction():
        filing.file_case(
            report(anonymous=True, phone="13911112222", description="保安夜里睡觉"),
            cast.estate,
            submission_key=key,
            at=MONDAY,
        )
        kept = drafts.of_token(token, MONDAY)
        assert kept is not None
        drafts.discard(kept)

    assert db.session.query(Party).count() == db.session.query(Draft).count() == 0
    traces = {
        "name": "王秀兰".encode(),
        "telephone": b"13911112222",
        "mail": b"xiulan@example.com",
        "flat": b"3-2-1101",
        "submission key": key.encode(),
        "digest of the submission key": sealing.digest(key),
        "draft's token": token.encode(),
        "digest of the draft's token": sealing.digest(token),
        "index of the telephone": sealing.index("13911112222", "phone"),
        "index of its last digits": sealing.index("2222", "phone tail"),
        "index of the name": sealing.index("王秀兰", "name"),
        "draft as it was sealed": bytes(sealed)[17:],
    }
    for stored in _everything_stored(app):
        for what, trace in traces.items():
            assert trace not in stored, f"the {what} is still there"


def test_a_draft_lives_seven_days_from_the_last_touch(cast: Cast) -> None:
    with transaction():
        _draft, token = drafts.begin(cast.estate.id, MONDAY)
    later = MONDAY + timedelta(days=6)
    with transaction():
        draft = drafts.of_token(token, later)
        assert draft is not None
        drafts.fill(draft, {"spot": "大堂"}, later)
    assert drafts.of_token(token, later + timedelta(days=6, hours=23)) is not None
    assert drafts.of_token(token, later + timedelta(days=7)) is None
    with transaction():
        assert drafts.purge(later + timedelta(days=7)) == 1
    assert db.session.query(Draft).count() == 0


@pytest.mark.parametrize("token", [None, "", "nobody's"])
def test_a_cookie_that_belongs_to_no_draft_opens_none(cast: Cast, token: str | None) -> None:
    with transaction():
        drafts.begin(cast.estate.id, MONDAY)
    assert drafts.of_token(token, MONDAY) is None


def test_an_emergency_entered_afterwards_runs_from_when_it_was_received(cast: Cast) -> None:
    """clauses.md, settled 10: the clock does not wait for the paper work (VK-5.1)."""
    earlier = MONDAY - timedelta(hours=3)
    case = begin(cast, received_at=earlier).case
    assert (case.received_at, case.filed_at) == (earlier, MONDAY)


def test_without_a_policy_in_force_nothing_is_filed_and_no_number_is_spent(cast: Cast) -> None:
    with pytest.raises(NoPolicyInForce), transaction():
        filing.file_case(report(), cast.estate, submission_key="key", at=LONG_AGO - timedelta(seconds=1))
    assert db.session.query(Case).count() == 0
