"""Archive numbers: sequential per estate and year, no gap, none twice (AH-6.1)."""

from datetime import UTC, datetime

import pytest

from shared.cases import filing
from shared.cases.models import Case
from shared.database import db, transaction
from tests.cast import MONDAY, Cast, file, report


def _numbers() -> list[str]:
    return [number for (number,) in db.session.query(Case.archive_number).order_by(Case.id)]


def _file_and_fail(cast: Cast) -> None:
    with transaction():
        filing.file_case(report(), cast.estate, submission_key="lost", at=MONDAY)
        raise ZeroDivisionError


def test_numbers_of_one_estate_count_up_from_one(cast: Cast) -> None:
    for _ in range(3):
        file(cast)
    assert _numbers() == ["JX-26-0001", "JX-26-0002", "JX-26-0003"]


def test_a_filing_that_was_undone_leaves_no_gap(cast: Cast) -> None:
    file(cast)
    with pytest.raises(ZeroDivisionError):
        _file_and_fail(cast)
    file(cast)
    assert _numbers() == ["JX-26-0001", "JX-26-0002"]


def test_a_submission_that_comes_again_spends_no_number(cast: Cast) -> None:
    for _ in range(3):
        with transaction():
            filing.file_case(report(), cast.estate, submission_key="same", at=MONDAY)
    file(cast)
    assert _numbers() == ["JX-26-0001", "JX-26-0002"]


def test_each_estate_counts_for_itself(cast: Cast, elsewhere: Cast) -> None:
    file(cast)
    file(elsewhere)
    file(cast)
    assert _numbers() == ["JX-26-0001", "YH-26-0001", "JX-26-0002"]


def test_the_year_turns_at_midnight_of_the_estate_and_not_of_utc(cast: Cast) -> None:
    """16:00 UTC on New Year's Eve is midnight in Shanghai."""
    file(cast, datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC))
    file(cast, datetime(2026, 12, 31, 16, 0, tzinfo=UTC))
    file(cast, datetime(2027, 1, 1, 3, 0, tzinfo=UTC))
    assert _numbers() == ["JX-26-0001", "JX-27-0001", "JX-27-0002"]


def test_past_nine_thousand_nine_hundred_and_ninety_nine_a_number_grows_a_digit(cast: Cast) -> None:
    file(cast)
    with transaction():
        db.session.execute(db.text("UPDATE archive_counters SET last = 9998"))
    file(cast)
    file(cast)
    assert _numbers() == ["JX-26-0001", "JX-26-9999", "JX-26-10000"]
