"""The wall clock watched against the monotonic one: what is a jump, and how long it puts the clock in doubt."""

from datetime import timedelta
from pathlib import Path

import pytest

from shared.clock_watch import FILE, NOTED, Jump, Watch, note, noted
from tests.cast import MONDAY

TICK = 15.0
HOUR = timedelta(hours=1)


class Machine:
    """A watch, and the two clocks it looks at."""

    def __init__(self) -> None:
        self.watch, self.wall, self.monotonic = Watch(), MONDAY, 100.0
        self.tick(after=0)

    def tick(self, jump: timedelta = timedelta(), after: float = TICK) -> Jump | None:
        self.wall += timedelta(seconds=after) + jump
        self.monotonic += after
        return self.watch.tick(self.wall, self.monotonic)


def test_a_process_that_begins_believes_the_clock() -> None:
    machine = Machine()
    assert machine.watch.is_steady
    assert machine.tick() is None
    assert machine.watch.is_steady


@pytest.mark.parametrize("jump", [timedelta(days=1), 2 * HOUR, timedelta(minutes=10, seconds=1), -HOUR])
def test_f21_after_a_jump_two_normal_ticks_must_pass(jump: timedelta) -> None:
    machine = Machine()
    noticed = machine.tick(jump)
    assert noticed == Jump(expected=machine.wall - jump, shown=machine.wall)
    assert noticed.by == jump
    steady = [machine.watch.is_steady, machine.tick(), machine.watch.is_steady, machine.tick()]
    assert steady == [False, None, False, None]
    assert machine.watch.is_steady


@pytest.mark.parametrize("jump", [timedelta(minutes=10), timedelta(minutes=-10), timedelta(seconds=1)])
def test_a_correction_of_ten_minutes_is_none(jump: timedelta) -> None:
    machine = Machine()
    assert machine.tick(jump) is None
    assert machine.watch.is_steady


def test_a_tick_that_comes_late_is_no_jump() -> None:
    """Both clocks went on: the machine was busy, not wrong."""
    machine = Machine()
    assert machine.tick(after=3600) is None
    assert machine.watch.is_steady


def test_a_second_jump_begins_the_wait_anew() -> None:
    machine = Machine()
    machine.tick(HOUR)
    machine.tick()
    assert machine.tick(-HOUR) is not None
    machine.tick()
    assert not machine.watch.is_steady
    machine.tick()
    assert machine.watch.is_steady


def test_the_last_jumps_are_kept_for_the_operator(tmp_path: Path) -> None:
    assert noted(tmp_path) == []
    jumps = [Jump(MONDAY, MONDAY + n * HOUR) for n in range(1, NOTED + 4)]
    for jump in jumps:
        note(tmp_path, jump)
    assert noted(tmp_path) == jumps[-NOTED:]
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_what_two_watchers_noticed_is_kept_once(tmp_path: Path) -> None:
    minutes, second = timedelta(minutes=9), timedelta(seconds=1)
    first = Jump(MONDAY, MONDAY + HOUR)
    note(tmp_path, first)
    note(tmp_path, Jump(first.expected + minutes, first.shown + minutes + second))
    assert noted(tmp_path) == [first]
    back = Jump(first.shown + minutes, first.expected + minutes)
    note(tmp_path, back)
    assert noted(tmp_path) == [first, back]


@pytest.mark.parametrize("damage", ["", "[", "7", '["x"]', '[["a", "b"]]', "[[1, 2]]", "\ufeff"])
def test_a_damaged_note_says_nothing_and_is_written_anew(tmp_path: Path, damage: str) -> None:
    (tmp_path / FILE).write_text(damage)
    assert noted(tmp_path) == []
    jump = Jump(MONDAY, MONDAY + HOUR)
    note(tmp_path, jump)
    assert noted(tmp_path) == [jump]
