"""Rows of effects: written with the change, leased, tried again, given up."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from shared.clock import now
from shared.database import db, transaction
from shared.outbox import drain, queries, rows, tasks
from shared.outbox.breaker import Breaker
from shared.outbox.drain import Result
from shared.outbox.models import OutboxRow
from tests.cast import MONDAY, Cast


@dataclass
class Effects:
    """What was done, and how the next one ends."""

    done: list[int] = field(default_factory=list)
    given_up: list[int] = field(default_factory=list)
    error: BaseException | None = None


class Crash(BaseException):
    """Stands for the end of the process: nothing after it runs."""


@pytest.fixture
def effects(cast: Cast) -> Iterator[Effects]:
    made = Effects()

    def do(payload: tasks.Payload) -> None:
        if made.error:
            raise made.error
        made.done.append(payload["n"])

    tasks.task("effect", given_up=lambda payload: made.given_up.append(payload["n"]))(do)
    with time_machine.travel(MONDAY, tick=False):
        yield made
    del tasks._tasks["effect"]


def written(n: int = 1, key: str = "", **more: object) -> int:
    with transaction():
        row_id = rows.write("effect", {"n": n}, key or f"effect:{n}", **more)  # type: ignore[arg-type]
    assert row_id is not None
    return row_id


def row(row_id: int) -> OutboxRow:
    db.session.expire_all()
    return db.session.get_one(OutboxRow, row_id)


def test_a_row_stands_and_falls_with_its_change(effects: Effects) -> None:
    with suppress(ZeroDivisionError), transaction():
        rows.write("effect", {"n": 1}, "effect:1")
        _ = 1 / 0
    assert db.session.scalars(select(OutboxRow)).all() == []
    written()
    assert drain.run_due(10) == 1
    assert effects.done == [1]


def test_the_same_key_is_written_once(effects: Effects) -> None:
    first = written(key="once")
    with transaction():
        assert rows.write("effect", {"n": 2}, "once") is None
    assert drain.run_due(10) == 1
    with transaction():
        assert rows.write("effect", {"n": 3}, "once") is None
    assert drain.run_due(10) == 0
    assert effects.done == [1]
    assert row(first).state == "done"


def test_f22_what_was_written_while_the_clock_was_ahead_does_not_wait_until_then(effects: Effects) -> None:
    """What is meant for later still waits. What somebody held then is rather done twice than a day late."""
    with time_machine.travel(MONDAY + timedelta(days=1), tick=False):
        soon, held = written(1), written(2)  # and who holds that one dies
        written(3, due_at=MONDAY + timedelta(days=2))
        effects.error = Crash()
        with suppress(Crash):
            drain.run_row(held)
        effects.error = None
    assert drain.run_due(10, overdue=timedelta(seconds=5)) == 2
    assert sorted(effects.done) == [1, 2]
    assert {row(soon).state, row(held).state} == {"done"}


def test_a_row_is_done_once(effects: Effects) -> None:
    row_id = written()
    assert drain.run_row(row_id) is Result.DONE
    assert drain.run_row(row_id) is Result.SKIPPED
    assert drain.run_row(4711) is Result.SKIPPED
    assert effects.done == [1]


def test_a_row_waits_until_it_is_due(effects: Effects) -> None:
    row_id = written(due_at=MONDAY + timedelta(minutes=5))
    assert drain.run_row(row_id) is Result.SKIPPED
    with time_machine.travel(MONDAY + timedelta(minutes=5), tick=False):
        assert drain.run_due(10) == 1


def test_the_oldest_come_first_and_no_more_than_asked(effects: Effects) -> None:
    for n in (3, 1, 2):
        written(n, due_at=MONDAY - timedelta(minutes=n))
    assert drain.run_due(2) == 2
    assert effects.done == [3, 2]
    written(9, due_at=MONDAY - timedelta(seconds=3))
    assert drain.run_due(10, overdue=timedelta(seconds=5)) == 1
    assert effects.done == [3, 2, 1]
    assert drain.run_due(10, stopping=lambda: True) == 0


def test_while_one_works_nobody_else_does(effects: Effects) -> None:
    """F05, F06: a lease keeps others out for 30 seconds, and no longer."""
    row_id = written()
    effects.error = Crash()
    with pytest.raises(Crash):
        drain.run_row(row_id)
    effects.error = None
    assert drain.run_row(row_id) is Result.SKIPPED
    with time_machine.travel(MONDAY + timedelta(seconds=29), tick=False):
        assert drain.run_due(10) == 0
    with time_machine.travel(MONDAY + timedelta(seconds=30), tick=False):
        assert drain.run_due(10) == 1
    assert effects.done == [1]
    assert row(row_id).attempts == 2


def test_f36_failures_are_tried_again_ever_later_for_a_day(effects: Effects) -> None:
    row_id = written()
    effects.error = ValueError("could not tell 13800138000")
    waits, at = [], MONDAY
    with time_machine.travel(MONDAY, tick=False) as clock:
        while drain.run_row(row_id) is Result.FAILED:
            waits.append((row(row_id).due_at - at) / timedelta(minutes=1))
            at = row(row_id).due_at
            clock.move_to(at)
    assert [round(wait / 2**n) for n, wait in enumerate(waits[:10])] == [1] * 10
    assert timedelta(hours=20) < at - MONDAY < timedelta(hours=27)
    dead = row(row_id)
    assert (dead.state, dead.error) == ("dead", "ValueError")
    assert effects.given_up == [1]
    assert drain.run_due(10) == 0


def test_the_waits_are_minutes_doubled_up_to_a_day() -> None:
    waits = [drain.delay(n) for n in range(1, 13)]
    assert waits[:4] == [timedelta(minutes=n) for n in (1, 2, 4, 8)]
    assert sum((wait for wait in waits if wait), timedelta()) == timedelta(hours=24)
    assert waits[-1] is None


def test_f37_a_row_that_crashes_its_process_three_times_is_parked(effects: Effects) -> None:
    poison, other = written(1), written(2)
    effects.error = Crash()
    with time_machine.travel(MONDAY, tick=False) as clock:
        for _ in range(3):
            with pytest.raises(Crash):
                drain.run_row(poison)
            clock.shift(timedelta(seconds=31))
        effects.error = None
        assert drain.run_due(10) == 2
    assert (row(poison).state, row(poison).error) == ("dead", "poison: 3 crashes")
    assert row(other).state == "done"
    assert effects.done == [2]
    assert effects.given_up == [1]


def test_a_failure_between_is_no_crash(effects: Effects) -> None:
    row_id = written()
    with time_machine.travel(MONDAY, tick=False) as clock:
        for error in (Crash(), Crash(), ValueError(), Crash(), Crash()):
            effects.error = error
            if isinstance(error, Crash):
                with pytest.raises(Crash):
                    drain.run_row(row_id)
            else:
                assert drain.run_row(row_id) is Result.FAILED
            clock.shift(timedelta(minutes=10))
        effects.error = None
        assert drain.run_row(row_id) is Result.DONE


def test_who_lost_the_lease_decides_nothing_but_success(effects: Effects) -> None:
    row_id = written()
    first = drain._take(row_id, MONDAY)
    second = drain._take(row_id, MONDAY + timedelta(seconds=31))
    assert isinstance(first, drain.Lease)
    assert isinstance(second, drain.Lease)
    assert drain._fail(first, ValueError(), MONDAY + timedelta(seconds=32)) is Result.SKIPPED
    assert row(row_id).due_at == MONDAY + timedelta(seconds=61)
    drain._finish(first, MONDAY + timedelta(seconds=33))
    assert drain._fail(second, ValueError(), MONDAY + timedelta(seconds=34)) is Result.SKIPPED
    assert row(row_id).state == "done"


def test_errors_are_kept_without_what_they_quote(effects: Effects) -> None:
    row_id = written()
    effects.error = tasks.Undone("the mail server answered 451")
    drain.run_row(row_id)
    assert row(row_id).error == "the mail server answered 451"
    effects.error = KeyError("13800138000")
    with time_machine.travel(MONDAY + timedelta(minutes=3), tick=False):
        drain.run_row(row_id)
    assert row(row_id).error == "KeyError"


def test_a_task_that_nobody_knows_is_tried_again(effects: Effects) -> None:
    with transaction():
        row_id = rows.write("unheard of", {}, "unheard")
    assert row_id
    assert drain.run_row(row_id) is Result.FAILED
    assert row(row_id).error == "no task is called unheard of"


def test_a_task_that_breaks_its_own_change_leaves_nothing_behind(effects: Effects) -> None:
    def breaks(_payload: tasks.Payload) -> None:
        with transaction():
            rows.write("effect", {"n": 2}, "effect:2")
            db.session.execute(db.text("SELECT nonsense"))

    tasks.task("breaks")(breaks)
    with transaction():
        row_id = rows.write("breaks", {}, "breaks")
    assert row_id
    assert drain.run_row(row_id) is Result.FAILED
    assert issubclass(SQLAlchemyError, Exception)
    assert len(db.session.scalars(select(OutboxRow)).all()) == 1


def test_the_status_counts_and_says_how_long_the_oldest_waits(effects: Effects) -> None:
    assert queries.status(MONDAY) == queries.Status({"due": 0, "done": 0, "dead": 0}, None)
    written(1)
    drain.run_due(10)
    written(2, due_at=MONDAY - timedelta(minutes=7))
    written(3, due_at=MONDAY + timedelta(minutes=7))
    assert queries.status(MONDAY) == queries.Status({"due": 2, "done": 1, "dead": 0}, timedelta(minutes=7))


def test_dead_letters_come_back_to_life(effects: Effects) -> None:
    row_id = written()
    with transaction():
        dead = row(row_id)
        dead.state, dead.attempts = "dead", 12
    assert [letter.id for letter in queries.dead()] == [row_id]
    with transaction():
        assert rows.retry(now(), [row_id + 1]) == 0
        assert rows.retry(now()) == 1
    assert drain.run_due(10) == 1
    assert effects.done == [1]


def test_rows_done_long_ago_are_forgotten(effects: Effects) -> None:
    written()
    drain.run_due(10)
    with transaction():
        assert rows.forget_done(MONDAY + timedelta(days=89)) == 0
        assert rows.forget_done(MONDAY + timedelta(days=91)) == 1


def test_the_breaker_opens_after_three_failures_and_lets_one_try() -> None:
    at = [0.0]
    breaker = Breaker(clock=lambda: at[0])
    for _ in range(3):
        assert breaker.allows()
        breaker.failed()
    assert breaker.is_open
    assert not breaker.allows()
    at[0] = 31
    assert breaker.allows()
    assert not breaker.allows()
    breaker.succeeded()
    assert breaker.allows()
    assert not breaker.is_open
