"""Processes that begin at once: forked from one that has read the house already, for reading it takes two seconds.

What begins here is as alone as any other process: it has settings, a clock, database connections and a session of its
own, and dies of what others die of. Each worker of the tests has one nursery, which ends with it.
"""

import os
import runpy
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from multiprocessing import forkserver, get_context
from multiprocessing.reduction import DupFd
from pathlib import Path
from subprocess import DEVNULL, PIPE, TimeoutExpired
from typing import IO, Any
from unittest.mock import patch

from tools.faketime import require

ROOT = Path(__file__).parents[1]
FORKS = get_context("forkserver")
Where = int | IO[Any] | None


class Begun:
    """A process that runs `python *words*`. It says of itself what `subprocess.Popen` says, and speaks in text.

    :raises TimeoutExpired: from `wait`, when it still runs after *timeout* seconds
    """

    def __init__(
        self,
        words: Sequence[str],
        env: Mapping[str, str],
        stdin: Where = DEVNULL,
        stdout: Where = None,
        stderr: Where = None,
    ) -> None:
        _open()
        self.stdin, theirs_in = _ends(stdin, 0)
        self.stdout, theirs_out = _ends(stdout, 1)
        _ours, theirs_err = _ends(stderr, 2)
        ends = [theirs_in, theirs_out, theirs_err]
        self._process = FORKS.Process(target=_live, args=(list(words), dict(env), ends))
        self._process.start()
        for end in ends:
            os.close(end.number)
        assert self._process.pid
        self.pid: int = self._process.pid

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise TimeoutExpired(self._process.name, timeout or 0)
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)


def clock_moved_by(file: Path) -> dict[str, str]:
    """The settings of a process whose wall clock is moved by what stands in that file."""
    return {
        "LD_PRELOAD": _library(),
        "FAKETIME_TIMESTAMP_FILE": str(file),
        "FAKETIME_NO_CACHE": "1",
        "DONT_FAKE_MONOTONIC": "1",
        # Its mending of an old fault of glibc has threads of Python wait for each other without resting: ten times
        # the processor for every page.
        "FAKETIME_FORCE_MONOTONIC_FIX": "0",
        "NO_FAKE_STAT": "1",  # gunicorn writes monotonic times to the file of its heartbeat
    }


@cache
def _library() -> str:
    return require()


@cache
def _open() -> None:
    """The nursery runs under libfaketime too, which asks for the name of its file whenever it is asked for the time."""
    FORKS.set_forkserver_preload(["tests.read_before"])
    with patch.dict(os.environ, clock_moved_by(Path(os.devnull)) | {"PYTHONPATH": str(ROOT)}):
        forkserver.ensure_running()


class _End:
    """An open file, by its number, that goes along to another process."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __reduce__(self) -> tuple[Any, ...]:
        return _received, (DupFd(self.number),)


def _received(copy: Any) -> _End:
    return _End(copy.detach())


def _ends(where: Where, number: int) -> tuple[IO[str] | None, _End]:
    """Our end of it, if it is a pipe, and theirs."""
    if where == PIPE:
        read, write = os.pipe()
        return (open(write, "w"), _End(read)) if number == 0 else (open(read), _End(write))
    if where == DEVNULL:
        return None, _End(os.open(os.devnull, os.O_RDWR))
    return None, _End(
        os.dup(number if where is None else where if isinstance(where, int) else where.fileno())
    )


def _live(words: list[str], env: dict[str, str], ends: list[_End]) -> None:
    os.setsid()
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(env)
    for number, end in enumerate(ends):
        os.dup2(end.number, number)
        os.close(end.number)
    sys.stdin = os.fdopen(0)  # multiprocessing closed the one that was
    if words[0] == "-m":
        sys.argv = words[1:]
        runpy.run_module(words[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = words
        runpy.run_path(words[0], run_name="__main__")
