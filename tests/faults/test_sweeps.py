"""Several sweeps in processes of their own, and one that is killed (F41): each breach exactly once.

Run as a program this file is a sweep that stops half-way, in a change or between two, until it is killed.
"""

import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from shared import clock, database, events
from shared.database import db
from shared.deadlines.events import DeadlineBreached
from shared.deadlines.models import Deadline
from shared.deadlines.sweep import sweep
from shared.notifications.models import Message
from tests.cast import MONDAY, Cast, file
from tests.machine import Machine, machine, until
from wsgi import create_app

CASES = 12
HALF = 5  # cases that the sweep has behind it when it stops


@pytest.fixture
def desk(app: Flask, cast: Cast) -> Iterator[Machine]:
    """A desk where nobody has acted for a day on any of twelve cases."""
    with machine(app, MONDAY) as desk:
        for _ in range(CASES):
            file(cast, at=desk.now)
        db.session.remove()
        yield desk


def recorded() -> Counter[int]:
    """How many breaches stand, by case; each at its due time, and told once to each person."""
    db.session.rollback()
    # What was told is read first: sweeps of other processes go on between the two reads.
    told = db.session.execute(
        select(Message.detail, Message.user_id, func.count())
        .where(Message.about == "deadline_broken")
        .group_by(Message.detail, Message.user_id)
    ).all()
    found = db.session.execute(
        select(Deadline.id, Deadline.case_id, Deadline.due_at, Deadline.breached_at).where(
            Deadline.breached_at.is_not(None)
        )
    ).all()
    assert all(row.breached_at == row.due_at for row in found)
    assert {detail for detail, _user, _count in told} <= {str(row.id) for row in found}
    assert {count for _detail, _user, count in told} <= {1}
    return Counter(row.case_id for row in found)


def killed_half_way(desk: Machine, where: str) -> None:
    """A sweep by which five cases are done, killed then."""
    process = desk.start(__file__, where, stdout=subprocess.PIPE)
    assert process.stdout
    assert process.stdout.readline() == "half-way\n"
    process.send_signal(signal.SIGKILL)
    process.wait()


@pytest.mark.parametrize("where", ["between", "within"])
def test_f41_what_a_killed_sweep_left_is_done_by_the_next_once(desk: Machine, where: str) -> None:
    """Between two cases the finished ones stand; within a case its change is undone as a whole."""
    desk.move(timedelta(hours=25))
    killed_half_way(desk, where)
    stood = recorded()
    (each,) = set(stood.values())
    assert (len(stood), each > 1) == (HALF, True)
    results = desk.flask_at_once(3, "deadlines", "sweep")
    assert sum(result["broken"] for result in results) == (CASES - HALF) * each
    assert [result["failed"] for result in results] == [0] * 3
    assert set(recorded().values()) == {each}
    assert len(recorded()) == CASES
    assert desk.flask("deadlines", "sweep")["cases"] == 0


def test_f41_of_three_schedules_one_dies_and_each_breach_is_recorded_once(desk: Machine) -> None:
    first, *others = [desk.schedule() for _ in range(3)]
    desk.move(timedelta(minutes=6))  # no jump: nobody waits
    until(recorded)
    first.send_signal(signal.SIGKILL)
    until(lambda: len(recorded()) == CASES)
    assert desk.flask("deadlines", "sweep")["broken"] == 0
    assert set(recorded().values()) == {1}, "the relay"
    for schedule in others:
        assert schedule.poll() is None
        schedule.send_signal(signal.SIGTERM)
        assert schedule.wait(20) == 0


def main(where: str) -> None:
    done = [0]

    def stop_half_way() -> None:
        print("half-way", flush=True)
        signal.pause()

    def after_a_case() -> None:
        done[0] += 1
        if done[0] == HALF and where == "between":
            stop_half_way()

    def within_a_case(_news: events.Event) -> None:
        if done[0] == HALF and where == "within":
            stop_half_way()

    app = create_app()
    database.after_commit(after_a_case)
    events.subscribe(DeadlineBreached, within_a_case)
    with app.app_context():
        sweep(clock.now())


if __name__ == "__main__":
    main(sys.argv[1])
