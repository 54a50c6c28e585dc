"""The indicators of some days, each told by a small story: what counts, what does not, and what stands apart.

That the statements mean the same on both engines, the drawn year proves (`test_indicators_truth`).
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from shared.cases.vocabulary import Rating as Level
from shared.database import db, transaction
from shared.deadlines import extension
from shared.reports import indicators
from shared.reports.indicators import Days, Reading
from shared.revisits import rating, recording
from shared.revisits.rating import Judgement
from tests.cast import MONDAY, Cast
from tests.life import NOT_CONTENT, Life, begin

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
MARCH = Days(date(2026, 3, 1), date(2026, 3, 31))
LATER = MONDAY + timedelta(days=20)
HOUR = timedelta(hours=1)


def _read(cast: Cast, key: str, days: Days = MARCH, at: datetime = LATER) -> Reading:
    return next(reading for reading in indicators.read(cast.estate, days, at) if reading.key == key)


def _parts(cast: Cast, key: str) -> dict[str, int]:
    return {part: n for part, n in _read(cast, key).parts.items() if n}


def _behind(cast: Cast, key: str, part: str | None = None) -> set[int]:
    return set(db.session.scalars(indicators.cases_behind(cast.estate, key, MARCH, part, LATER)))


def _of_somebody(cast: Cast, n: int, **facts: Any) -> Life:
    """Each of another party: three of one about the same would be a grave matter (TR-3)."""
    return begin(cast, **{"phone": f"1390000000{n}", "unit": f"{n}-101", **facts})


def _rate(story: Life, level: Level, *, solved: bool | None = None) -> None:
    story.at += HOUR
    with transaction():
        rating.rate(story.case, Judgement(level, solved), door=rating.LINK, at=story.at)


def test_ms_t_a_number_stands_beside_its_target_and_opens_its_cases(cast: Cast, elsewhere: Cast) -> None:
    for n in range(5):
        _of_somebody(cast, n).closed()
    late = _of_somebody(cast, 6)
    begin(elsewhere)
    begin(cast, channel="internal")  # CO-M5
    found = _read(cast, "overdue")
    assert (found.good, found.of, found.value) == (1, 6, 16.7)
    assert found.target is not None
    assert (found.target.figure, found.target.at_most, found.is_met, found.clause) == (5, True, False, "MS-3")
    assert _behind(cast, "overdue", "yes") == {late.case.id}
    assert len(_behind(cast, "overdue")) == 6
    assert found.frozen()["target"] == {"figure": 5, "at_most": True, "towards": None, "clause": "MS-3"}


def test_t38_a_limit_that_was_moved_counts_by_what_it_was_and_by_what_it_is(cast: Cast) -> None:
    """MS-3: moved before it broke it is kept by one and broken by the other; moved after, it is broken by both."""
    for n, at in enumerate((HOUR, 49 * HOUR)):
        story = _of_somebody(cast, n).in_handling()
        story.at = MONDAY + at
        story.act("limin", extension.extend, until=MONDAY + timedelta(days=19), reason="等配件")
    assert _parts(cast, "overdue") == {"yes": 2}, "nobody completed either in the end"
    assert _read(cast, "overdue", at=MONDAY + timedelta(days=5)).parts == {"yes": 1, "no": 0}
    assert _parts(cast, "overdue_original") == {"yes": 2}


def test_only_the_owner_and_the_revisit_say_that_it_is_solved_and_who_says_nothing_stands_apart(
    cast: Cast,
) -> None:
    """AH-4.2: every handler here said that it was resolved."""
    silent = _of_somebody(cast, 0).informed()
    _of_somebody(cast, 1).informed().revisited()
    only_content = _of_somebody(cast, 2).informed()
    _rate(only_content, Level.BASICALLY)
    unsolved = _of_somebody(cast, 3).informed()
    _rate(unsolved, Level.SATISFIED, solved=False)
    unsolved.revisited()
    assert _parts(cast, "solved") == {"yes": 1, "no": 1, "silent": 2}
    assert _behind(cast, "solved", "silent") == {silent.case.id, only_content.case.id}
    assert _read(cast, "solved").of == 4, "silence is not dropped"
    assert (_read(cast, "satisfaction").of, _read(cast, "satisfied").of) == (3, 4)
    assert _parts(cast, "satisfied") == {"yes": 3, "silent": 1}


def test_ms_4_ms_9_what_an_owner_disliked_counts_by_what_they_say_of_the_next_round(cast: Cast) -> None:
    again = _of_somebody(cast, 0).informed().revisited(NOT_CONTENT)
    assert _parts(cast, "low_solved") == {"waiting": 1}
    again.informed("zhaolei").revisited()
    assert _parts(cast, "low_solved") == {"yes": 1}
    worse = _of_somebody(cast, 1).informed()
    _rate(worse, Level.DISSATISFIED)
    worse.informed("zhaolei").revisited(NOT_CONTENT)
    assert _parts(cast, "low_solved") == {"yes": 1, "no": 1, "waiting": 1}, "two rounds of it were disliked"


def test_tr_13_vk_4k_whom_nobody_reached_stands_apart_and_who_cannot_be_asked_is_left_out(cast: Cast) -> None:
    """GZ-17A: nobody is counted as asked but who was."""
    _of_somebody(cast, 0).informed().revisited()
    _of_somebody(cast, 1).informed()
    away = _of_somebody(cast, 2).informed().revisited(None).revisited(None).revisited(None)
    away.act("chenjing", recording.close)
    _of_somebody(cast, 4).completed()  # nobody has told them, and so nobody has asked
    begin(cast, anonymous=True, name="", phone="", unit="", email="").informed()
    disliked = _of_somebody(cast, 3).informed()
    _rate(disliked, Level.DISSATISFIED)  # the next round is asked about
    assert _parts(cast, "revisited") == {"yes": 1, "no": 2, "silent": 1}
    assert _behind(cast, "revisited", "silent") == {away.case.id}
    assert _parts(cast, "survey") == {"yes": 1, "silent": 3}


def test_a_month_begins_and_ends_at_midnight_on_the_wall_of_the_estate(cast: Cast) -> None:
    begin(cast, datetime(2026, 3, 31, 15, 59, 59, tzinfo=UTC))
    april = _of_somebody(cast, 1)
    april.case.filed_at = datetime(2026, 3, 31, 16, tzinfo=UTC)
    db.session.commit()
    assert _read(cast, "openness").of == 1
