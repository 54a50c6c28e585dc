"""What tells the operator that something has stopped: dead or hung processes, what waits, what was not saved."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from shared import schedule
from shared.clock import now
from shared.database import db, transaction
from shared.heartbeats import beating
from shared.heartbeats.models import Heartbeat
from shared.heartbeats.turns_taken import TurnsTaken
from shared.operations import alarms
from shared.operations.alarms import Alarm, Name
from shared.schedule import Line
from tests.cast import MONDAY, Cast

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def clock(cast: Cast) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def settings(app: Flask) -> Callable[..., None]:
    """`settings(redis_url="…")` has the desk run with them until the story ends."""

    def change(**values: Any) -> None:
        app.extensions["shouwen"] = replace(app.extensions["shouwen"], **values)

    return change


def found(name: Name) -> list[Alarm]:
    db.session.rollback()
    return [alarm for alarm in alarms.current(now()) if alarm.name == name]


def beat(kind: str, name: str = "here", at=MONDAY, note: str = "") -> None:
    with transaction():
        beating.beat(kind, name, at, note)


def test_a_desk_that_has_just_been_set_up_has_nothing_to_tell() -> None:
    assert alarms.current(now()) == []


def test_f41_a_schedule_that_died_is_told_after_three_minutes(clock: time_machine.Traveller) -> None:
    beat(beating.SCHEDULE)
    clock.shift(3 * MINUTE)
    assert found(Name.SCHEDULE) == []
    clock.shift(1)
    assert found(Name.SCHEDULE) == [Alarm(Name.SCHEDULE, since=MONDAY)]
    beat(beating.SCHEDULE, "the other host", now())
    assert found(Name.SCHEDULE) == []


def test_f22_a_sign_from_the_time_to_come_keeps_nobody_alive(clock: time_machine.Traveller) -> None:
    beat(beating.SCHEDULE)
    clock.shift(-HOUR)
    assert found(Name.SCHEDULE) != []


def test_in_production_a_schedule_and_a_backup_that_never_were_are_missed(
    settings: Callable[..., None],
) -> None:
    settings(app_env="production")
    assert {alarm.name for alarm in alarms.current(now())} == {Name.SCHEDULE, Name.BACKUP}


def test_f41_a_line_that_hangs_or_fails_is_told_while_the_others_go_on(
    clock: time_machine.Traveller,
) -> None:
    names = ["deadlines", "exports", "surveys"]
    turns = TurnsTaken()

    def turn(**errors: str) -> None:
        for name, every in (("deadlines", 15), ("exports", 3600), ("surveys", 600)):
            if errors.get(name) != "hangs":
                turns.note(name, every, now(), errors.get(name, ""))
        with transaction():
            turns.write(now(), names)

    turn()
    clock.shift(11 * MINUTE)
    turn(deadlines="hangs", surveys="OperationalError")
    assert found(Name.LINE) == [Alarm(Name.LINE, "deadlines", MONDAY)]
    clock.shift(10 * MINUTE)
    turn(deadlines="hangs", surveys="OperationalError")
    assert [alarm.which for alarm in found(Name.LINE)] == ["deadlines", "surveys"]
    turn()
    assert found(Name.LINE) == []


def test_a_line_that_this_version_no_longer_has_is_not_missed(clock: time_machine.Traveller) -> None:
    beat(beating.LINE, "of old", note="15")
    clock.shift(HOUR)
    with transaction():
        TurnsTaken().write(now(), ["deadlines"])
    assert found(Name.LINE) == []


def test_a_running_schedule_writes_down_that_it_lives_and_how_each_line_ended(app: Flask) -> None:
    """As `schedule run` has it, with two lines of its own: one that goes well, and one that does not."""

    def fail(_stopping: schedule.Stopping) -> None:
        raise ZeroDivisionError

    take_one_turn(app, Line("deadlines", 15, lambda _: None))
    take_one_turn(app, Line("duties", 60, fail))
    take_one_turn(app, Line("signs of life", 60, schedule._signs_of_life))
    signs = {(row.kind, row.name): row for row in db.session.scalars(select(Heartbeat))}
    assert [kind for kind, _name in signs].count(beating.SCHEDULE) == 1
    assert signs[beating.LINE, "deadlines"].note == "15"
    assert signs[beating.LINE, "duties"].note == "60 ZeroDivisionError"


def take_one_turn(app: Flask, line: Line) -> None:
    """A schedule of that line alone, until it has come to its end once."""
    stop = Event()

    def once(stopping: schedule.Stopping) -> None:
        stop.set()
        line.do(stopping)

    schedule.run(app, stop, [line._replace(do=once)])
