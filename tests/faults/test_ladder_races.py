"""Several schedules pass breaches on at once, or die doing it (F41): one notice per level, none lost.

Run as a program this file is a pass that stops half-way through a change, until it is killed.
"""

import signal
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from shared import clock, events
from shared.database import db, transaction
from shared.deadlines.models import Deadline
from shared.deadlines.sweep import sweep
from shared.errors import Refused
from shared.escalation import acknowledging, climbing
from shared.escalation.events import RungGiven
from shared.escalation.models import Rung, RungPerson
from shared.identity.models import User
from shared.notifications.models import Message
from tests.cast import MONDAY, Cast, file
from tests.machine import Machine, machine
from wsgi import create_app

HOUR = timedelta(hours=1)
CASES, SWEEPS = 6, 3
HALF = 5  # rungs that the pass has given when it stops
RELAY = MONDAY + timedelta(minutes=6)


def levels(deadline_rule: str = "relay") -> Counter[int]:
    """How many clocks of that rule have reached each level of the ladder."""
    db.session.rollback()
    return Counter(
        db.session.scalars(
            select(Rung.level)
            .join(Deadline, Deadline.id == Rung.deadline_id)
            .where(Deadline.rule == deadline_rule)
        )
    )


def notices() -> Counter[tuple[str, str | None, int | None]]:
    """How often each person was told of each breach, or of its climbing."""
    rows = db.session.execute(
        select(Message.about, Message.detail, Message.user_id).where(
            Message.about.in_(("deadline_broken", "deadline_unanswered"))
        )
    )
    return Counter((about, detail, user) for about, detail, user in rows)


def at_once(app: Flask, do: Callable[[], int]) -> list[int]:
    gate = Barrier(SWEEPS)

    def alone(_n: int) -> int:
        with app.app_context():
            gate.wait()
            return do()

    with ThreadPoolExecutor(SWEEPS) as pool:
        return list(pool.map(alone, range(SWEEPS)))


def test_f41_three_sweeps_at_once_give_one_rung_per_level(app: Flask, cast: Cast) -> None:
    for _ in range(CASES):
        file(cast)
    db.session.remove()
    with time_machine.travel(RELAY, tick=False):
        at_once(app, lambda: sweep(RELAY).broken)
    assert levels() == {0: CASES}
    for level in (1, 2, 3):
        at = RELAY + level * 4 * HOUR
        with time_machine.travel(at, tick=False):
            passed = at_once(app, partial(climbing.climb_due, at))
        assert sum(passed) == CASES
    found = levels()
    assert [found[level] for level in (0, 1, 2, 3)] == [CASES] * 4
    assert found[-1] == CASES, "supervision, beside the ladder"
    assert set(notices().values()) == {1}
    asked = Counter(db.session.scalars(select(RungPerson.rung_id)))
    assert set(asked.values()) == {1}


def test_an_answer_and_a_climb_at_once_are_one_or_the_other(app: Flask, cast: Cast) -> None:
    """Whoever comes second finds the rung as the first has left it; nothing is both answered and passed on."""
    for _ in range(CASES):
        file(cast)
    with time_machine.travel(RELAY, tick=False):
        sweep(RELAY)
    rung_ids = list(db.session.scalars(select(Rung.id).order_by(Rung.id)))
    limin = cast.person("limin").id
    at = RELAY + 5 * HOUR
    db.session.remove()

    def answer_all() -> int:
        for rung_id in rung_ids:
            try:
                with transaction():
                    acknowledging.answer_rung(rung_id, by=db.session.get_one(User, limin), at=at)
            except Refused:
                raise AssertionError("only one person is asked") from None
        return 0

    turn = iter((answer_all, lambda: climbing.climb_due(at), lambda: climbing.climb_due(at)))
    with time_machine.travel(at, tick=False):
        at_once(app, lambda: next(turn)())
    db.session.rollback()
    lowest = {r.deadline_id: r for r in db.session.scalars(select(Rung).where(Rung.level == 0))}
    above = {r.deadline_id for r in db.session.scalars(select(Rung).where(Rung.level == 1))}
    for deadline_id, rung in lowest.items():
        assert rung.answered_at is not None
        # What had not climbed when it was answered still says until when it was waited for.
        assert (rung.answer_by is None) == (deadline_id in above)


@pytest.fixture
def desk(app: Flask, cast: Cast) -> Iterator[Machine]:
    """A desk of processes, with breaches that nobody has answered for five hours."""
    with machine(app, MONDAY) as desk:
        for _ in range(CASES):
            file(cast, at=desk.now)
        db.session.remove()
        desk.move(timedelta(minutes=6))
        assert desk.flask("deadlines", "sweep")["failed"] == 0
        yield desk


def test_f41_what_a_killed_pass_left_is_passed_on_by_the_next_once(desk: Machine) -> None:
    assert levels() == {0: CASES}
    desk.move(4 * HOUR + timedelta(minutes=1))
    process = desk.start(__file__, stdout=subprocess.PIPE)
    assert process.stdout
    assert process.stdout.readline() == "half-way\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    half = levels()
    assert 0 < half[1] < CASES
    assert half[-1] == half[1], "a level and those beside it stand or fall together"
    desk.flask_at_once(3, "deadlines", "sweep")
    done = levels()
    assert (done[0], done[1], done[-1]) == (CASES, CASES, CASES)
    assert set(notices().values()) == {1}


def main() -> None:
    given = [0]

    def stop_half_way(_news: RungGiven) -> None:
        given[0] += 1
        if given[0] == HALF:
            print("half-way", flush=True)
            signal.pause()

    app = create_app()
    events.subscribe(RungGiven, stop_half_way)
    with app.app_context():
        climbing.climb_due(clock.now())


if __name__ == "__main__":
    main()
