"""The chain that makes a silent edit of a timeline visible (T37)."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from shared.audit.chain import START, root_hash, row_hash

ROW: dict[str, Any] = {
    "case_id": 7,
    "seq": 2,
    "round": 1,
    "at": datetime(2026, 3, 2, 2, 0, tzinfo=UTC),
    "act": "claim",
    "actor_id": 3,
    "public": True,
    "data": {"department": 4, "note": "12-ab"},
}
OTHERWISE = {
    "case_id": 8,
    "seq": 3,
    "round": 2,
    "at": ROW["at"] + timedelta(microseconds=1),
    "act": "contact",
    "actor_id": None,
    "public": False,
    "data": {"department": 5, "note": "12-ab"},
}


@pytest.mark.parametrize("field", ROW)
def test_a_change_of_any_field_gives_another_hash(field: str) -> None:
    assert row_hash(START, **ROW) != row_hash(START, **{**ROW, field: OTHERWISE[field]})


def test_the_same_row_after_another_past_gives_another_hash() -> None:
    assert row_hash(b"one past", **ROW) != row_hash(b"another past", **ROW)


def test_the_order_in_which_a_database_gives_back_the_fields_does_not_matter() -> None:
    turned = dict(reversed(ROW["data"].items()))
    assert row_hash(START, **ROW) == row_hash(START, **{**ROW, "data": turned})


def test_an_instant_said_in_the_estates_time_is_the_same_instant() -> None:
    """Both databases give back UTC; whoever appended may have worked in local time."""
    in_shanghai = ROW["at"].astimezone(timezone(timedelta(hours=8)))
    assert row_hash(START, **ROW) == row_hash(START, **{**ROW, "at": in_shanghai})


ENDS = [(1, 4, b"end of the first"), (2, 9, b"end of the second")]


@pytest.mark.parametrize(
    "changed",
    [ENDS[:1], ENDS[1:], [(1, 3, b"end of the first"), ENDS[1]], [ENDS[0], (2, 9, b"another end")], []],
    ids=["second gone", "first gone", "one row fewer", "another end", "all gone"],
)
def test_a_daily_root_notices_what_is_missing_or_other(changed: list[tuple[int, int, bytes]]) -> None:
    assert root_hash(changed) != root_hash(ENDS)
