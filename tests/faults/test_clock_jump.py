"""The wall clock jumps while a schedule runs (F21, F22): nothing is broken by mistake, and nothing twice.

Run as a program this file is a schedule of one line whose every turn the test asks for, to see what each has done.
"""

import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Event

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from shared import clock_watch, schedule
from shared.audit import timeline
from shared.audit.models import DailyRoot
from shared.audit.roots import verify
from shared.cases import handling
from shared.cases.models import Case
from shared.cases.vocabulary import Method, Outcome
from shared.database import db
from shared.deadlines.promises import promises
from shared.deadlines.queries import of_case
from shared.notifications.models import Message
from shared.ownership import claiming, dispatching
from tests.cast import MONDAY, Cast, file
from tests.critic import CriticalClient
from tests.life import begin
from tests.machine import Machine, machine
from wsgi import create_app

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def desk(app: Flask, cast: Cast) -> Iterator[Machine]:
    with machine(app, MONDAY) as desk:
        yield desk


class Turns:
    """A schedule in a process of its own that takes a turn of one line when it is told to."""

    def __init__(self, desk: Machine, line: str = "deadlines") -> None:
        self.process = desk.start(__file__, line, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def take(self) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write("turn\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "done\n"


@pytest.fixture
def turns(desk: Machine) -> Turns:
    """Begun, and with one turn behind it."""
    turns = Turns(desk)
    turns.take()
    return turns


def broken(case: Case) -> set[str]:
    """The rules that were recorded as broken, each at its due time and told once to each person."""
    db.session.rollback()
    db.session.expire_all()
    found = [d for d in of_case(case.id) if d.breached_at]
    assert all(d.breached_at == d.due_at for d in found)
    assert len({d.rule for d in found}) == len(found)
    told = db.session.execute(
        select(Message.detail, Message.user_id, func.count())
        .where(Message.case_id == case.id, Message.about == "deadline_broken")
        .group_by(Message.detail, Message.user_id)
    ).all()
    assert {detail for detail, _user, _count in told} == {str(d.id) for d in found}
    assert all(count == 1 for _detail, _user, count in told)
    return {d.rule for d in found}


def test_f21_a_jump_ahead_breaks_nothing_until_the_clock_was_steady_for_two_turns(
    desk: Machine, turns: Turns, cast: Cast, signed_in: Callable[[str], CriticalClient]
) -> None:
    case = file(cast, at=desk.now)
    desk.move(jumped := DAY + HOUR + timedelta(minutes=1))
    for _ in range(2):
        turns.take()
        assert broken(case) == set()
    turns.take()
    assert broken(case) >= {"relay", "first_response"}
    recorded = broken(case)
    for _ in range(3):
        turns.take()
    assert broken(case) == recorded

    [jump] = clock_watch.noted(desk.folder)
    assert abs(jump.by - jumped) < timedelta(seconds=1)
    with time_machine.travel(desk.now):
        alarm = signed_in("hemei").get("/staff/operations").one(".banner.is-near").get_text()
    assert "系统时钟跳动过" in alarm
    assert "跳快了 1 天 1 小时" in alarm


def test_f21_a_jump_that_is_put_right_at_once_breaks_nothing(desk: Machine, turns: Turns, cast: Cast) -> None:
    cases = [file(cast, at=desk.now) for _ in range(3)]
    for jump in (DAY, -DAY):
        desk.move(jump)
        turns.take()
    for _ in range(4):
        turns.take()
    assert [broken(case) for case in cases] == [set()] * 3
    assert [round(jump.by / HOUR) for jump in clock_watch.noted(desk.folder)] == [24, -24]


def test_f21_a_day_that_is_not_over_gets_no_root(desk: Machine, cast: Cast) -> None:
    """Else every later act of that day would look like a forged one, for ever."""
    roots = Turns(desk, "daily roots")
    roots.take()
    file(cast, at=desk.now)
    for jump in (DAY, -DAY):
        desk.move(jump)
        roots.take()
    for _ in range(3):
        roots.take()
    file(cast, at=desk.now)
    assert verify()[1] == []
    desk.move(DAY)
    for _ in range(3):
        roots.take()
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(DailyRoot)) == 1
    assert verify()[1] == []


def test_a_small_correction_holds_nothing_up(desk: Machine, turns: Turns, cast: Cast) -> None:
    case = file(cast, at=desk.now)
    desk.move(timedelta(minutes=6))
    turns.take()
    assert broken(case) == {"relay"}
    assert clock_watch.noted(desk.folder) == []


def test_f21_a_downtime_is_no_jump(desk: Machine, turns: Turns, cast: Cast) -> None:
    """The machine was off for a day: what fell due meanwhile is recorded by the first turn, at its due time."""
    case = file(cast, at=desk.now)
    turns.process.send_signal(signal.SIGKILL)
    turns.process.wait()
    desk.move(DAY + HOUR)
    after = Turns(desk)
    after.take()
    recorded = broken(case)
    assert recorded >= {"relay", "first_response"}
    after.take()
    assert broken(case) == recorded
    assert clock_watch.noted(desk.folder) == []


def test_f22_set_back_an_hour_nothing_is_told_anew(desk: Machine, turns: Turns, cast: Cast) -> None:
    case = file(cast, at=desk.now)
    desk.move(timedelta(minutes=6))
    turns.take()
    before = {d.rule: (d.breached_at, d.near_told_at) for d in of_case(case.id)}
    assert broken(case) == {"relay"}
    for jump in (-HOUR, HOUR):
        desk.move(jump)
        for _ in range(3):
            turns.take()
        assert broken(case) == {"relay"}
    assert {d.rule: (d.breached_at, d.near_told_at) for d in of_case(case.id)} == before


def test_f22_acts_after_the_clock_was_set_back_stand_in_their_order(
    cast: Cast, signed_in: Callable[[str], CriticalClient]
) -> None:
    story = begin(cast)
    story.act("limin", claiming.claim)
    story.at -= HOUR
    story.dispatched().act("wangqiang", dispatching.accept)
    story.act("wangqiang", handling.complete, outcome=Outcome.RESOLVED, result="已更换门锁继电器")
    story.at -= HOUR
    story.act("limin", handling.inform, method=Method.TELEPHONE, text="电梯已修好，请放心使用")
    rows = timeline.rows_of(story.case.id)
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    done = [row.act for row in rows if row.actor_id]
    assert done == ["claim", "dispatch", "acceptance", "completion", "informing"]
    assert [row.at for row in rows] != sorted(row.at for row in rows)
    assert verify()[1] == []

    drawn = promises(of_case(story.case.id), story.at, cast.estate.zone)
    assert drawn
    assert all(0 <= p.filled <= 100 and "-" not in p.standing for p in drawn), [p.standing for p in drawn]
    with time_machine.travel(story.at, tick=False):
        reader = signed_in("limin")
        for path in ("/staff/", "/staff/cases", f"/staff/cases/{story.number}"):
            assert not re.findall(r"(?<![\d–-])-\d+ ?(?:天|小时|分)", reader.get(path).words)


def test_f22_set_back_an_hour_staff_sign_in_again_and_a_later_session_is_not_longer(
    cast: Cast, signed_in: Callable[[str], CriticalClient]
) -> None:
    """A session cookie from the future is not taken; once the clock is right it lives as long as any."""
    with time_machine.travel(MONDAY, tick=False) as traveller:
        before = signed_in("limin")
        traveller.shift(-HOUR)
        assert before.get("/staff/").headers["Location"].startswith("/staff/sign-in")
        assert signed_in("limin").get("/staff/").status_code == 200
        traveller.shift(HOUR + timedelta(minutes=5))
        assert before.get("/staff/").status_code == 200
        traveller.shift(timedelta(minutes=31))
        assert before.get("/staff/").headers["Location"].startswith("/staff/sign-in")


def main(name: str) -> None:
    stop, line = Event(), next(line for line in schedule.TIMETABLE if line.name == name)

    def turn(stopping: schedule.Stopping) -> None:
        if not sys.stdin.readline():
            stop.set()
            return
        try:
            line.do(stopping)
        finally:
            print("done", flush=True)

    schedule.run(create_app(), stop, [line._replace(every=0, do=turn)])


if __name__ == "__main__":
    main(sys.argv[1])
