"""A telephone that files twice as much as it may, all at once over many connections: its ten are filed (T24)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask import Flask

from shared.cases import caps, drafts, filing, numbering
from shared.cases.models import Case
from shared.database import db, transaction
from shared.identity.models import Estate
from tests.cast import MONDAY, Cast, report

SENT = 2 * caps.PER_DAY


def file_unless_hindered(words: str) -> bool:
    """As the portal does it: behind the counter of the estate."""
    with transaction():
        estate = db.session.query(Estate).filter_by(slug="jinxiu").one()
        reported = report(description=words)
        numbering.lock(estate, MONDAY)
        if caps.hindrance(reported, estate, MONDAY, meant=True):
            return False
        filing.file_case(reported, estate, submission_key=drafts.new_key(), at=MONDAY)
        return True


def at_once(app: Flask, words: list[str]) -> int:
    """How many of *words*, sent in the same moment, became cases."""
    gate = Barrier(len(words))

    def alone(said: str) -> bool:
        with app.app_context():
            gate.wait()
            return file_unless_hindered(said)

    with ThreadPoolExecutor(len(words)) as pool:
        return sum(pool.map(alone, words))


def test_t24_the_days_ten_of_a_telephone_hold_over_connections(app: Flask, cast: Cast) -> None:
    assert at_once(app, [f"第 {n} 件事，楼道灯不亮" for n in range(SENT)]) == caps.PER_DAY
    assert db.session.query(Case).count() == caps.PER_DAY


def test_t24_the_same_words_hold_over_connections(app: Flask, cast: Cast) -> None:
    assert at_once(app, ["楼道灯不亮"] * SENT) == caps.SAME_WORDS_PER_DAY
