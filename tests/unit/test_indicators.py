"""Days, rounding and targets of indicators, without a database."""

from datetime import UTC, date, datetime

import pytest

from shared.policies.targets import Target
from shared.reports.indicators import INDICATORS, Days, Reading, definition, percent
from shared.reports.indicators_parts import YES
from shared.reports.indicators_wording import DEFINITIONS, part_name
from shared.words import INDICATORS as NAMES


def _reading(value: float | None, target: Target | None) -> Reading:
    return Reading("overdue", 0, 0, value, "percent", target, "MS-3")


@pytest.mark.parametrize(
    ("good", "of", "up", "value"),
    [(97_999, 100_000, False, 97.9), (5_001, 100_000, True, 5.1), (1, 3, False, 33.3), (5, 100, True, 5.0)],
)
def test_ms_t_a_rate_is_rounded_to_the_worse_side(good: int, of: int, up: bool, value: float) -> None:
    assert percent(good, of, up=up) == value


def test_ms_t_a_target_is_met_only_where_it_is() -> None:
    at_most, at_least = Target("overdue", "MS-3", 5, at_most=True), Target("survey", "MS-4", 90)
    assert (_reading(5.0, at_most).is_met, _reading(5.1, at_most).is_met) == (True, False)
    assert (_reading(90.0, at_least).is_met, _reading(89.9, at_least).is_met) == (True, False)
    assert (_reading(None, at_most).is_met, _reading(5.0, None).is_met) == (None, None)


def test_both_days_are_within_by_the_wall_of_the_estate() -> None:
    span = Days(date(2026, 2, 26), date(2026, 3, 25)).span("Asia/Shanghai")
    assert span.begins == datetime(2026, 2, 25, 16, tzinfo=UTC)
    assert span.ends == datetime(2026, 3, 25, 16, tzinfo=UTC)


def test_the_same_days_a_year_before_have_no_29th_of_february() -> None:
    assert Days(date(2028, 2, 1), date(2028, 2, 29)).year_before == Days(date(2027, 2, 1), date(2027, 2, 28))


@pytest.mark.parametrize("key", [indicator.key for indicator in INDICATORS])
def test_every_indicator_has_a_name_a_definition_and_words_for_its_parts(key: str) -> None:
    assert NAMES[key]
    assert definition(key) == str(DEFINITIONS[key])
    assert part_name(key, YES) != "是"
