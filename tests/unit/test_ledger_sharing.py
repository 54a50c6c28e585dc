"""How the time of a broken clock divides among those who had the case, what waiting on others left out."""

from datetime import UTC, datetime, timedelta

from shared.assessment.sharing import divide
from shared.ownership.segments import As, Holding, On, Segment, Wait

TEN = datetime(2026, 3, 2, 10, tzinfo=UTC)
LI, WANG, REPAIRS = 1, 2, 7
HOUR = 3_600_000


def at(hours: float) -> datetime:
    return TEN + timedelta(hours=hours)


def holding(*waits: Wait) -> Holding:
    """Nobody for an hour, 李敏 for two, 王强 of the engineers from then on."""
    segments = (
        Segment(None, None, As.NOBODY, at(0), at(1)),
        Segment(LI, None, As.FIRST_RESPONDER, at(1), at(3)),
        Segment(WANG, REPAIRS, As.HANDLER, at(3)),
    )
    return Holding(segments, waits)


def shares(held: Holding, since: float, until: float) -> tuple[dict[int | None, int], int]:
    found = divide(held, at(since), at(until))
    return {share.user_id: share.ms for share in found.shares}, found.waiting_ms


def test_each_bears_the_time_they_had_it_within_the_clock() -> None:
    assert shares(holding(), 0, 12) == ({None: HOUR, LI: 2 * HOUR, WANG: 9 * HOUR}, 0)
    assert shares(holding(), 2, 4) == ({LI: HOUR, WANG: HOUR}, 0)


def test_what_was_waiting_on_others_stands_apart_each_instant_once() -> None:
    held = holding(Wait(On.OUTSIDE, at(4), at(8)), Wait(On.APPROVAL, at(6), at(9)))
    assert shares(held, 0, 12) == ({None: HOUR, LI: 2 * HOUR, WANG: 4 * HOUR}, 5 * HOUR)


def test_a_wait_that_lasts_ends_with_the_clock_and_one_over_a_change_of_hands_counts_for_both() -> None:
    assert shares(holding(Wait(On.CONSENT, at(2))), 0, 4) == ({None: HOUR, LI: HOUR, WANG: 0}, 2 * HOUR)


def test_all_of_it_is_somebodys_nobodys_or_waiting() -> None:
    found = divide(holding(Wait(On.RETURN, at(2.5), at(3.5))), at(0.25), at(7.75))
    assert sum(share.ms for share in found.shares) + found.waiting_ms == int(7.5 * HOUR)
