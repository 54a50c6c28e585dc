"""Processes that begin as forks of this one: what neither changes, both hold once (docs/decisions/0032)."""

import ctypes
import logging
import os
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

# Of /proc/<pid>/stat behind the name: where the words of the command begin and end.
ARGUMENTS = slice(45, 47)


def begin(work: Callable[[], object], words: Sequence[str], before: Callable[[], None]) -> int:
    """Fork, and *work* there in a session of its own, after *before*; gives its pid.

    *words* name it in the list of processes, where it would otherwise be called like the one that it came from.
    """
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        _live(work, words, before)
    return pid


def _live(work: Callable[[], object], words: Sequence[str], before: Callable[[], None]) -> NoReturn:
    """Until the work ends; nothing of whoever forked is gone back to."""
    code: object = 1
    try:
        os.setsid()
        before()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        _be_called(words)
        work()
        code = 0
    except SystemExit as end:
        code = end.code or 0
    except BaseException:
        traceback.print_exc()
    finally:
        logging.shutdown()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 1)


def _be_called(words: Sequence[str]) -> None:
    """Linux keeps a command's words in its own memory; elsewhere a fork goes by the name of its parent."""
    if sys.platform != "linux":
        return
    fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    begins, ends = map(int, fields[ARGUMENTS])
    room = ends - begins
    if begins and room > 1:
        name = " ".join(words).encode()[: room - 1]
        ctypes.memmove(begins, name.ljust(room, b"\0"), room)
