"""Keeps the processes of one machine running and ends with nothing left behind.

Why not a ready-made one: docs/decisions/0002-own-supervisor.md.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from shared.operations import forks

GRACE = 28.0  # seconds; gunicorn's own graceful_timeout is 25
CALM = 60.0  # a process that lived this long starts again without delay
LONGEST_DELAY = 30.0
TICK = 0.2
SET_DEATH_SIGNAL, SET_SUBREAPER = 1, 36  # prctl(2)


def prctl(option: int, value: int) -> None:
    """Linux only; elsewhere a killed supervisor leaves its children to the operator."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


@dataclass
class Child:
    """One process with everything it starts: a session of its own, so that it is signalled as a group.

    With *work* it is a fork of this process that does that, and *command* is only what it is called.
    """

    name: str
    command: list[str]
    work: Callable[[], object] | None = None
    stops_last: bool = False
    pid: int = 0
    started: float = 0.0
    failures: int = 0
    due: float = 0.0

    def start(self, env: dict[str, str]) -> None:
        def in_child() -> None:
            # If the supervisor itself is killed, its children get SIGTERM instead of living on unseen.
            prctl(SET_DEATH_SIGNAL, signal.SIGTERM)

        if self.work is not None:
            self.pid, self.started = forks.begin(self.work, self.command, in_child), time.monotonic()
            return
        process = subprocess.Popen(
            self.command, env=env, stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=in_child
        )
        process.returncode = 0  # reaped below with everybody else's children, never by Popen
        self.pid, self.started = process.pid, time.monotonic()

    def signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, number)

    def ended(self, now: float) -> None:
        """Remember when to start it again: 0.5 s, then twice as long after each quick death, at most 30 s."""
        self.signal(signal.SIGKILL)  # what it left in its group would hold the port and the queue
        self.failures = 0 if now - self.started > CALM else self.failures + 1
        self.due = now + min(LONGEST_DELAY, 0.25 * 2**self.failures)
        self.pid = 0


class Supervisor:
    """Keeps its children running until SIGINT, SIGTERM or SIGHUP; a second signal does not wait."""

    def __init__(
        self, children: list[Child], env: dict[str, str], ready: Callable[[], bool], say_ready: str
    ) -> None:
        self.children, self.env = children, env
        self.ready, self.say_ready = ready, say_ready
        self.blocked_from_the_start = parent_blocks_interrupt()
        self.was_ready = False
        self.signals = 0
        self.code = 0

    def run(self) -> int:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        prctl(SET_SUBREAPER, 1)  # orphans of our children become ours, so none escapes the end
        while not self.signals and (self.blocked_from_the_start or not parent_blocks_interrupt()):
            self._reap()
            if self.code:
                break
            self._start_due()
            if not self.was_ready and self.ready():
                self.was_ready = True
                say(self.say_ready)
            time.sleep(TICK)
        self._stop()
        return self.code

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.signals += 1

    def _start_due(self) -> None:
        now = time.monotonic()
        for child in self.children:
            if not child.pid and child.due <= now and not self.signals:
                child.start(self.env)

    def _reap(self) -> bool:
        """Collect who has ended; False when no descendant is left."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return False
            if pid == 0:
                return True
            for child in self.children:
                if child.pid == pid:
                    self._lost(child, os.waitstatus_to_exitcode(status))

    def _lost(self, child: Child, code: int) -> None:
        child.ended(time.monotonic())
        if self.signals or self.code:
            return
        if child.name == "web" and not self.was_ready:
            say("web ended before it answered; a wrong setting does not mend itself, so everything stops.")
            self.code = abs(code) or 1
        else:
            say(f"{child.name} ended ({code}); it starts again in {child.due - time.monotonic():.1f} s.")

    def _stop(self) -> None:
        """Ask, wait, insist: first who works, then who serves them, then whoever they left behind."""
        for last in (False, True):
            for child in (c for c in self.children if c.pid and c.stops_last == last):
                child.signal(signal.SIGTERM)
            asked, end = self.signals, time.monotonic() + GRACE
            while self._reap() and any(c.pid and c.stops_last == last for c in self.children):
                if time.monotonic() > end or self.signals > asked:
                    for child in (c for c in self.children if c.pid and c.stops_last == last):
                        child.signal(signal.SIGKILL)
                time.sleep(TICK / 4)
        while self._reap():
            for pid in adopted():
                os.kill(pid, signal.SIGKILL)
            time.sleep(TICK / 4)


def parent_blocks_interrupt() -> bool:
    """Make, sent SIGINT by itself, waits for us without a word; all it shows is that SIGINT is blocked."""
    if "MAKELEVEL" not in os.environ:
        return False
    try:
        status = Path(f"/proc/{os.getppid()}/status").read_text()
    except OSError:
        return False
    blocked = status.partition("SigBlk:")[2].split()[0]
    return bool(int(blocked, 16) & 1 << (signal.SIGINT - 1))


def adopted() -> list[int]:
    """Processes whose parent is now this one; after the end of our own children these are their orphans."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            after_name = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if after_name[1] == str(os.getpid()) and after_name[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def say(text: str) -> None:
    print(f"{text}\n", end="", flush=True)  # in one piece, whatever its children say meanwhile
