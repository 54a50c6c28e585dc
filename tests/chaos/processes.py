"""The processes of this machine, as the kernel tells of them."""

import os
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Process:
    pid: int
    parent: int
    words: str
    began: float  # seconds since the machine was started

    @property
    def age(self) -> float:
        """In seconds."""
        return time.clock_gettime(time.CLOCK_BOOTTIME) - self.began

    def send(self, number: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send(signal.SIGKILL)


def children(parent: int) -> list[Process]:
    """Those that *parent* has started and that live, the oldest first."""
    return sorted((p for p in _all() if p.parent == parent), key=lambda p: p.pid)


def _all() -> list[Process]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            after_name = (folder / "stat").read_text().rpartition(")")[2].split()
            words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            if after_name[0] != "Z":
                found.append(
                    Process(int(folder.name), int(after_name[1]), words, int(after_name[19]) / TICKS)
                )
    return found
