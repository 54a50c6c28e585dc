"""Contacts and photos are sealed 180 days after the end, and everything personal is erased after three years (T41)."""

from dataclasses import asdict
from datetime import datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from shared.attachments import check
from shared.audit import roots
from shared.audit.models import Access
from shared.cases import ending, guards, lifecycle, scope
from shared.cases.circumstances import Circumstances
from shared.cases.lifecycle import Act
from shared.cases.models import Case, Finding
from shared.database import db, transaction
from shared.errors import Refused
from shared.outbox import drain
from shared.register import board
from shared.retention import archive, erasure, purge, requests, terms
from tests.cast import MONDAY, Cast
from tests.held import PERSONAL, ciphertexts, days, ended, left_in_files, left_in_rows, photos_on_disk
from tests.life import Life, begin

SEALED, ERASED = 180, 1095


def purged(at: datetime) -> purge.Purged:
    with time_machine.travel(at, tick=False):
        done = purge.run(at)
        drain.run_due(100)
    return done


def end_of(life: Life) -> datetime:
    found = terms.end_of(life.case)
    assert found is not None
    return found


def test_it_is_sealed_on_the_day_and_not_before(cast: Cast) -> None:
    life = ended(cast)
    day = end_of(life) + days(SEALED)
    assert not purged(day - timedelta(seconds=1))
    assert life.case.sealed_at is None
    assert purged(day).sealed == 1
    assert (life.case.sealed_at, life.case.erased_at) == (day, None)
    assert life.rows[-1].act == "sealing"
    assert (life.rows[-1].actor_id, life.rows[-1].data) == (None, {})
    assert life.case.party is not None, "sealed is not erased"
    assert not purged(day + days(1)), "once is enough"


def test_after_three_years_nothing_personal_is_left_anywhere(cast: Cast) -> None:
    """T41: rows, database file, write-ahead log, photos, search: nothing. The chain holds."""
    life = ended(cast)
    sealed_texts = ciphertexts(life)
    assert left_in_rows()
    if db.engine.dialect.name == "sqlite":
        assert left_in_files(*sealed_texts), "the search finds what is there"
    assert photos_on_disk() == 2
    with time_machine.travel(life.at + days(ERASED - 1), tick=False):
        roots.make_due_roots(life.at + days(ERASED - 1))

    done = purged(end_of(life) + days(ERASED))

    assert (done.erased, done.failed, done.traces) == (1, 0, False)
    assert life.rows[-1].act == "erasure"
    assert left_in_rows() == []
    assert left_in_files(*sealed_texts) == []
    assert photos_on_disk() == 0
    assert check.examine(life.at).missing == []
    assert (life.case.party, life.case.statement, life.case.spot) == (None, None, None)
    assert roots.verify()[1] == []


def test_what_is_counted_does_not_change(cast: Cast) -> None:
    life = ended(cast)
    begin(cast, life.at)
    at = end_of(life) + days(ERASED)

    def counted() -> object:
        db.session.expire_all()
        return [board.read(cast.estate, when) for when in (life.at, at)]

    before, changed_at = counted(), life.case.changed_at
    assert purged(at).erased == 1
    assert counted() == before
    assert life.case.changed_at == changed_at, "an old case must not come up in the lobby"


def test_an_open_case_is_kept_however_old_it_is(cast: Cast) -> None:
    life = begin(cast, **PERSONAL).in_handling()
    assert not purged(MONDAY + days(5 * 365))
    assert life.case.party is not None


def test_a_case_taken_up_again_begins_its_term_anew(cast: Cast) -> None:
    life = begin(cast, **PERSONAL)
    with transaction():
        ending.withdraw(scope.lock_by_id(life.case.id), at=life.at)
    purged(end_of(life) + days(SEALED))
    assert life.case.sealed_at is not None

    life.at = MONDAY + days(200)
    life.act("limin", ending.reopen, cause="reopening", reason="又来了")
    assert life.case.sealed_at is None, "who works on it needs the telephone again"
    with transaction():
        ending.withdraw(scope.lock_by_id(life.case.id), at=life.at)
    assert not purged(MONDAY + days(ERASED + 1)).erased, (
        "three years after the first end are not three after the last"
    )
    assert purged(end_of(life) + days(ERASED)).erased == 1


def test_what_went_to_court_is_kept_until_the_limitation_has_run_anew(cast: Cast) -> None:
    life = ended(cast)
    with transaction():
        db.session.add(_sued(life, cast))
    assert purged(end_of(life) + days(ERASED)).erased == 0
    assert purged(end_of(life) + days(2 * ERASED)).erased == 1


def _sued(life: Life, cast: Cast) -> Finding:
    known = asdict(Circumstances(litigation=True))
    return Finding(case_id=life.case.id, round=1, by_id=cast.person("gaofeng").id, at=life.at, **known)


def test_the_estate_sets_both_terms(cast: Cast) -> None:
    life = ended(cast)
    with transaction():
        cast.estate.sealed_after, cast.estate.erased_after = 30, 400
    assert purged(end_of(life) + days(30)).sealed == 1
    assert purged(end_of(life) + days(400)).erased == 1


def test_an_anonymous_case_is_erased_too(cast: Cast) -> None:
    life = begin(
        cast, anonymous=True, description=PERSONAL["description"], phone="", name="", email="", unit=""
    )
    with transaction():
        ending.withdraw(scope.lock_by_id(life.case.id), at=life.at)
    assert purged(end_of(life) + days(ERASED)).erased == 1
    assert left_in_rows() == []


def test_one_case_that_resists_does_not_keep_the_others(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the log says which one, without a word of what it holds."""
    first, second = ended(cast), ended(cast, MONDAY + days(1))
    broken, erase = first.case.id, erasure.erase

    def stumble(case: Case, *, at: datetime) -> None:
        if case.id == broken:
            raise RuntimeError(PERSONAL["name"])
        erase(case, at=at)

    monkeypatch.setattr(erasure, "erase", stumble)
    done = purged(end_of(second) + days(ERASED))
    assert (done.erased, done.failed) == (1, 1)
    assert first.case.erased_at is None
    monkeypatch.undo()
    assert purged(end_of(second) + days(ERASED)).erased == 1, "the next purge tries again"


def test_nothing_is_erased_by_a_clock_that_woke_up_years_ahead(cast: Cast) -> None:
    """F21: of what an operator cannot bring back, the schedule makes sure that time has passed."""
    life = ended(cast)
    late = end_of(life) + days(ERASED)
    assert not purge.run_if_alive(late)
    assert life.case.party is not None
    begin(cast, late - days(1))
    assert purge.run_if_alive(late).erased == 1


def test_what_an_erased_case_cannot_be_used_for(cast: Cast) -> None:
    life = ended(cast)
    purged(end_of(life) + days(ERASED))
    life.at = end_of(life) + days(ERASED + 1)
    assert life.refused("limin", ending.reopen, cause="reopening", reason="还想办")
    assert [act for act in Act if guards.allows(life.case, act)] == sorted(
        lifecycle.AFTER_ERASURE, key=list(Act).index
    )
    with pytest.raises(Refused), transaction():
        requests.ask(scope.lock_by_id(life.case.id), requests.COPY, at=life.at)


def test_entries_of_the_access_register_live_as_long_as_the_archive(cast: Cast) -> None:
    life = ended(cast)
    with transaction():
        db.session.add(
            Access(
                at=life.at + days(900), user_id=cast.person("limin").id, case_id=life.case.id, what="archive"
            )
        )
    assert purged(end_of(life) + days(ERASED)).accesses == 1
    assert db.session.scalar(select(func.count()).select_from(Access)) == 1


# Sealed


def test_ah_6_2_a_sealed_case_opens_to_few_for_half_an_hour_and_on_record(cast: Cast) -> None:
    life = ended(cast)
    at = end_of(life) + days(SEALED)
    purged(at)
    supervisor, handler = cast.person("tangwen"), cast.person("wangqiang")
    assert archive.is_shut(life.case, supervisor, at)
    with transaction():
        archive.open_for(scope.lock_by_id(life.case.id), by=supervisor, at=at)
        archive.open_for(scope.lock_by_id(life.case.id), by=supervisor, at=at)
    opened = db.session.scalars(select(Access).where(Access.what == archive.OPENED)).all()
    assert [(row.user_id, row.at) for row in opened] == [(supervisor.id, at)]
    assert not archive.is_shut(life.case, supervisor, at + timedelta(minutes=29))
    assert archive.is_shut(life.case, supervisor, at + timedelta(minutes=30))
    assert archive.is_shut(life.case, handler, at)
    assert archive.is_shut(life.case, cast.person("hemei"), at), "what one opened is not open to another"
    with pytest.raises(Refused), transaction():
        archive.open_for(scope.lock_by_id(life.case.id), by=handler, at=at)
