"""What `make run` starts comes back when it dies, and is gone when it ends (P5, F04, F05)."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Says its pid, then waits for ever: the kind of process a supervisor looks after.
WAITER = "import os, signal; os.write(1, b'waiter %d\\n' % os.getpid()); signal.pause()"
# As an RQ worker does with a job: starts a process in a session of its own.
PARENT = f"""
import os, signal, subprocess, sys
subprocess.Popen([sys.executable, "-c", {WAITER!r}], start_new_session=True)
os.write(1, b"parent %d\\n" % os.getpid())
signal.pause()
"""
SUPERVISED = """
import sys
from shared.operations.supervise import Child, Supervisor
children = [Child(name, [sys.executable, "-c", code]) for name, code in zip(sys.argv[2::2], sys.argv[3::2])]
sys.exit(Supervisor(children, {}, lambda: sys.argv[1] == "ready", "ready 0").run())
"""
# One that is not started as a command but forked from the supervisor itself, as `make run` does.
FORKED = """
import os, signal, sys
from shared.operations.supervise import Child, Supervisor
def wait():
    os.write(1, b"waiter %d\\n" % os.getpid())  # in one piece: the supervisor speaks too
    signal.pause()
children = [Child("schedule", ["flask", "schedule", "run"], work=wait)]
sys.exit(Supervisor(children, {}, lambda: True, "ready 0").run())
"""


class Supervised:
    """A supervisor in a process of its own, and what its children say."""

    def __init__(self, *children: str, ready: bool = True, script: str = SUPERVISED) -> None:
        words = [sys.executable, "-c", script, "ready" if ready else "never", *children]
        self.heard: dict[str, list[int]] = {}
        env = {name: value for name, value in os.environ.items() if name != "MAKELEVEL"}
        self.process = subprocess.Popen(words, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)

    def read(self, word: str) -> int:
        """Wait for the next line such as `waiter 123` and give the number; lines come in any order."""
        assert self.process.stdout is not None
        while not self.heard.get(word):
            line = self.process.stdout.readline()
            assert line, f"the supervisor ended before it said {word!r}"
            if found := re.match(r"(\w+) (\d+)$", line):
                self.heard.setdefault(found[1], []).append(int(found[2]))
        return self.heard[word].pop(0)

    def end(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(20)


def exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture
def supervised() -> Iterator[list[Supervised]]:
    started: list[Supervised] = []
    yield started
    for one in started:
        if one.process.poll() is None:
            one.end()
        assert one.process.stdout is not None
        one.process.stdout.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_everything_that_was_started(supervised: list[Supervised], number: int) -> None:
    desk = Supervised("schedule", WAITER)
    supervised.append(desk)
    pid = desk.read("waiter")
    assert desk.end(number) == 0
    assert not exists(pid)


def test_f05_the_job_of_a_killed_worker_does_not_outlive_the_end(supervised: list[Supervised]) -> None:
    desk = Supervised("worker", PARENT)
    supervised.append(desk)
    job = desk.read("waiter")
    os.kill(worker := desk.read("parent"), signal.SIGKILL)
    desk.read("waiter")
    assert desk.read("parent") != worker
    assert exists(job), "a job may finish after its worker died"
    desk.end()
    assert not exists(job)


@pytest.mark.parametrize("name", ["web", "worker"])
def test_f04_what_dies_starts_again(supervised: list[Supervised], name: str) -> None:
    desk = Supervised(name, WAITER)
    supervised.append(desk)
    first = desk.read("waiter")
    os.kill(first, signal.SIGKILL)
    second = desk.read("waiter")
    assert second != first
    assert not exists(first)


def test_f41_a_fork_that_dies_starts_again_and_goes_by_its_own_name(supervised: list[Supervised]) -> None:
    """What reads the house once and shares it is looked after like a command."""
    desk = Supervised(script=FORKED)
    supervised.append(desk)
    os.kill(first := desk.read("waiter"), signal.SIGKILL)
    second = desk.read("waiter")
    assert second != first
    words = Path(f"/proc/{second}/cmdline").read_bytes()
    assert words.rstrip(b"\0") == b"flask schedule run"
    assert desk.end() == 0
    assert not exists(second)


def test_a_web_that_never_answered_ends_everything_with_its_code(supervised: list[Supervised]) -> None:
    desk = Supervised("web", "raise SystemExit(3)", "schedule", WAITER, ready=False)
    supervised.append(desk)
    assert desk.process.wait(20) == 3
