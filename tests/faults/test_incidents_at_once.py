"""Incidents under stress: two people join at once, proposals race, one act for all is killed half-way and sent again.

Run as a program this file is such an act that stops half-way, in a change or between two, until it is killed.
"""

import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from shared import database, events
from shared.audit import roots, timeline
from shared.cases.events import ProgressTold
from shared.cases.models import Case
from shared.database import db, transaction
from shared.errors import Refused
from shared.identity.models import User
from shared.incidents import fanning, grouping, proposing
from shared.incidents.fanning import Kind, Order
from shared.incidents.models import Incident, Membership
from staff.incident_acts import carry_out
from tests.at_once import times_at_once
from tests.cast import MONDAY, Cast
from tests.domain.test_incidents import join_all, lift
from tests.machine import Machine, machine
from wsgi import create_app

CASES, HALF = 8, 3
LATER = MONDAY + timedelta(hours=5)


def _joins(username: str, incident_id: int, case_id: int) -> str | None:
    """What the person is told, or None for whoever was first."""
    try:
        with transaction():
            user = db.session.query(User).filter_by(username=username).one()
            incident = grouping.hold(incident_id)
            case = grouping.hold_cases([case_id], incident)[case_id]
            grouping.join(incident, case, by=user, at=LATER)
    except Refused as refusal:
        return refusal.message
    return None


def test_of_two_who_join_the_same_cases_at_once_each_case_is_joined_once_and_the_other_is_told(
    app: Flask, cast: Cast
) -> None:
    stories = lift(cast, 6)
    incident_id = join_all(cast, stories[:2])
    people = ("limin", "zhouqi", "chenjing", "hemei")
    ids = [story.case.id for story in stories[2:]]

    def one(n: int) -> list[str | None]:
        wanted = ids if n % 2 else list(reversed(ids))  # in whatever order: nobody waits in a ring
        return [_joins(people[n], incident_id, case_id) for case_id in wanted]

    told = [sentence for answers in times_at_once(app, len(people), one) for sentence in answers]
    assert told.count(None) == len(ids)
    assert all("已经把这件诉求并入" in sentence for sentence in told if sentence)
    db.session.rollback()
    for story in stories:
        assert story.acts.count("joining") == 1
        assert story.case.severity == "major"
        assert [row.act for row in story.rows].count("grading") == 1
    assert roots.verify()[1] == []


def test_proposals_that_race_make_one_incident(app: Flask, cast: Cast) -> None:
    ids = [story.case.id for story in lift(cast, 6)]
    times_at_once(app, len(ids), lambda n: proposing.propose(ids[n]))
    db.session.rollback()
    assert db.session.query(Incident).count() == 1
    assert sorted(m.case_id for m in db.session.query(Membership)) == sorted(ids)


def test_one_sending_that_arrives_twice_at_once_is_done_once(app: Flask, cast: Cast) -> None:
    stories = [story.claimed() for story in lift(cast, CASES)]
    incident_id = join_all(cast, stories)
    numbers, user_id = [story.number for story in stories], cast.person("limin").id
    order = _order(incident_id)
    times_at_once(app, 4, lambda n: carry_out(order, numbers if n % 2 else reversed(numbers), user_id))
    db.session.rollback()
    assert [story.acts.count("progress") for story in stories] == [1] * CASES


# Killed half-way


def _order(incident_id: int) -> Order:
    return Order(kind=Kind.PROGRESS, incident_id=incident_id, key="one-sending", text="今天 15:00 恢复运行")


@pytest.fixture
def desk(app: Flask, cast: Cast) -> Iterator[Machine]:
    """A desk with one incident of eight claimed cases."""
    with machine(app, MONDAY + timedelta(hours=6)) as desk:
        join_all(cast, [story.claimed() for story in lift(cast, CASES)])
        db.session.remove()
        yield desk


def _written() -> int:
    db.session.rollback()
    cases = db.session.query(Case).order_by(Case.id).all()
    found = [sum(row.act == "progress" for row in timeline.rows_of(case.id)) for case in cases]
    assert set(found) <= {0, 1}, "never twice"
    return sum(found)


@pytest.mark.parametrize("where", ["between", "within"])
def test_what_a_killed_act_left_is_done_by_the_same_sending(desk: Machine, cast: Cast, where: str) -> None:
    """Between two cases the finished ones stand; within a case its change is undone as a whole."""
    process = desk.start(__file__, where, stdout=subprocess.PIPE)
    assert process.stdout
    assert process.stdout.readline() == "half-way\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert _written() == HALF
    incident = db.session.query(Incident).one()
    user = cast.person("limin")
    numbers = fanning.numbers_of(incident, user)
    results = carry_out(_order(incident.id), numbers, user.id)
    assert all(result.is_done for result in results)
    assert sum(result.before for result in results) == HALF
    assert _written() == CASES
    assert roots.verify()[1] == []


def main(where: str) -> None:
    done = [0]

    def stop_half_way() -> None:
        print("half-way", flush=True)
        signal.pause()

    def after_a_case() -> None:
        done[0] += 1
        if done[0] == HALF and where == "between":
            stop_half_way()

    def within_a_case(_news: ProgressTold) -> None:
        if done[0] == HALF and where == "within":
            stop_half_way()

    app = create_app()
    with app.app_context():
        incident = db.session.query(Incident).one()
        user = db.session.query(User).filter_by(username="limin").one()
        numbers, order, user_id = fanning.numbers_of(incident, user), _order(incident.id), user.id
        database.after_commit(after_a_case)
        events.subscribe(ProgressTold, within_a_case)
        carry_out(order, numbers, user_id)


if __name__ == "__main__":
    main(sys.argv[1])
