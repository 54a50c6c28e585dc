"""An owner taps twice, or from two telephones at once: one rating, one round, one agreement, one urge (F24, T36)."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

from flask import Flask

from shared.cases import scope, urging
from shared.cases.models import Case, Postponement, Round
from shared.cases.vocabulary import Rating as Level
from shared.database import db, transaction
from shared.deadlines import proposing
from shared.errors import Refused
from shared.revisits import appeal, rating
from shared.revisits.models import Appeal, Rating
from shared.revisits.rating import Judgement
from tests.cast import MONDAY, Cast
from tests.life import begin

TAPS = 12
DAY = timedelta(days=1)


def tapped(app: Flask, case_id: int, do: Callable[[Case, int], bool]) -> Counter[str]:
    """*do* from many threads that start together, each as a request would; what came of each."""
    gate = Barrier(TAPS)

    def alone(n: int) -> str:
        with app.app_context():
            gate.wait()
            try:
                with transaction():
                    return "done" if do(scope.lock_by_id(case_id), n) else "again"
            except Refused:
                return "refused"

    with ThreadPoolExecutor(TAPS) as pool:
        came = Counter(pool.map(alone, range(TAPS)))
    db.session.rollback()  # what was read before the taps is old
    return came


def test_f24_many_taps_on_one_word_are_one_rating(app: Flask, cast: Cast) -> None:
    story = begin(cast).informed()
    said = Judgement(Level.DISSATISFIED)
    came = tapped(app, story.case.id, lambda case, _n: rating.rate(case, said, door="link", at=story.at))
    assert came == {"done": 1, "again": TAPS - 1}
    assert (db.session.query(Rating).count(), story.case.round) == (1, 2)
    assert db.session.query(Round).count() == 2


def test_t36_different_words_at_once_leave_one_that_counts(app: Flask, cast: Cast) -> None:
    story = begin(cast).informed()
    words = (Level.SATISFIED, Level.BASICALLY)
    came = tapped(
        app,
        story.case.id,
        lambda case, n: rating.rate(case, Judgement(words[n % 2]), door="link", at=story.at),
    )
    assert came["done"] == 2  # the first word, and its one change
    assert db.session.query(Rating).filter_by(replaced_at=None).count() == 1


def test_t36_many_appeals_at_once_are_one(app: Flask, cast: Cast) -> None:
    story = begin(cast).informed()
    said: dict[str, Any] = {"door": rating.LINK, "text": "还在漏", "seen": 1}
    came = tapped(app, story.case.id, lambda case, _n: appeal.appeal(case, at=story.at, **said))
    assert came == {"done": 1, "again": TAPS - 1}
    assert (db.session.query(Appeal).count(), story.case.round) == (1, 2)


def test_gz_12_yes_and_no_at_once_are_one_answer(app: Flask, cast: Cast) -> None:
    story = begin(cast).in_handling()
    story.act("wangqiang", proposing.propose, until=MONDAY + 4 * DAY, reason="配件周五才到")
    came = tapped(app, story.case.id, lambda case, n: proposing.answer(case, at=story.at, agrees=n % 2 == 0))
    assert came["done"] == 1
    assert came["again"] + came["refused"] == TAPS - 1
    agreed = db.session.query(Postponement).count()
    assert [row.act for row in story.rows].count("agreement" if agreed else "decline") == 1


def test_f24_many_urges_at_once_are_one(app: Flask, cast: Cast) -> None:
    story = begin(cast).in_handling()
    came = tapped(app, story.case.id, lambda case, _n: urging.urge(case, at=story.at))
    assert came == {"done": 1, "again": TAPS - 1}
    assert urging.times(story.case) == 1
