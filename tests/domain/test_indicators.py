"""The indicators of some days, each told by a small story: what counts, what does not, and what stands apart."""

from datetime import date, datetime, timedelta
from typing import Any

from shared.database import db
from shared.reports import indicators
from shared.reports.indicators import Days, Reading
from tests.cast import MONDAY, Cast
from tests.life import Life, begin

MARCH = Days(date(2026, 3, 1), date(2026, 3, 31))
LATER = MONDAY + timedelta(days=20)


def _read(cast: Cast, key: str, days: Days = MARCH, at: datetime = LATER) -> Reading:
    return next(reading for reading in indicators.read(cast.estate, days, at) if reading.key == key)


def _behind(cast: Cast, key: str, part: str | None = None, days: Days = MARCH) -> set[int]:
    return set(db.session.scalars(indicators.cases_behind(cast.estate, key, days, part, LATER)))


def _of_somebody(cast: Cast, n: int, **facts: Any) -> Life:
    """Each of another party: three of one about the same would be a grave matter (TR-3)."""
    return begin(cast, phone=f"1390000000{n}", unit=f"{n}-101", **facts)


def test_ms_t_a_number_stands_beside_its_target_and_opens_its_cases(cast: Cast) -> None:
    for n in range(5):
        _of_somebody(cast, n).closed()
    late = _of_somebody(cast, 6)
    found = _read(cast, "overdue")
    assert (found.good, found.of, found.value) == (1, 6, 16.7)
    assert (found.target.figure, found.target.at_most, found.is_met) == (5, True, False)
    assert _behind(cast, "overdue", "yes") == {late.case.id}
    assert len(_behind(cast, "overdue")) == 6
