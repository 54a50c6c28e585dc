"""The counts of several processes of one machine, each in files of its own, added up by whoever is asked.

In the library's own form, read by the library. Written by us, for three reasons: its mapped files end the process when
the disk is full (SIGBUS, F18); it names them by process, so that each job of the worker, a fork, would leave one for
ever; and it knows one folder per program. Here a process takes the first slot that nobody holds and counts on from
where its last holder stopped: there are never more files than there were processes at one time, and nothing runs back.
"""

import fcntl
import os
import struct
from bisect import bisect_left
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import IO

from prometheus_client import Metric
from prometheus_client.mmap_dict import MmapedDict, mmap_key
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.utils import floatToGoString

from shared.operations.meters import Meter

MOST_PROCESSES = 256
HEAD = struct.Struct("i4x")  # how much of the file is used
VALUE = struct.Struct("dd")  # the value, and an instant that we leave at 0
COUNTER, HISTOGRAM = "counter", "histogram"


class Cell:
    """One number of a file."""

    __slots__ = ("_at", "_file", "value")

    def __init__(self, file: IO[bytes], at: int, value: float) -> None:
        self._file, self._at, self.value = file, at, value

    def add(self, amount: float) -> None:
        self.value += amount
        os.pwrite(self._file.fileno(), VALUE.pack(self.value, 0.0), self._at)


class Sheet:
    """A file of numbers by key. Raises OSError for a disk that is full or gone."""

    def __init__(self, path: Path) -> None:
        cells = _read(path)
        if cells is None:
            _make_empty(path)
            cells = {}
        self._file = path.open("r+b", buffering=0)
        self._used = HEAD.unpack(os.pread(self._file.fileno(), HEAD.size, 0))[0]
        self._cells = {key: Cell(self._file, at, value) for key, (value, at) in cells.items()}

    def cell(self, key: str) -> Cell:
        """The number under *key*, from 0 when it is new: it is there before the file says that it has grown."""
        if key not in self._cells:
            text = key.encode()
            padded = text + b" " * (8 - (len(text) + 4) % 8)
            row = struct.pack(f"i{len(padded)}s", len(text), padded) + VALUE.pack(0.0, 0.0)
            os.pwrite(self._file.fileno(), row, self._used)
            os.pwrite(self._file.fileno(), HEAD.pack(self._used + len(row)), 0)
            self._used += len(row)
            self._cells[key] = Cell(self._file, self._used - VALUE.size, 0.0)
        return self._cells[key]


def _read(path: Path) -> dict[str, tuple[float, int]] | None:
    """The numbers and where they stand; None where there is no file, or a power cut has spoilt it."""
    try:
        rows = MmapedDict.read_all_values_from_file(str(path))
        return {key: (value, at) for key, value, _instant, at in rows}
    except (OSError, RuntimeError, ValueError, struct.error):
        return None


def _make_empty(path: Path) -> None:
    """Whole before it has its name: somebody may be adding up."""
    fresh = path.with_suffix(f".{os.getpid()}")
    fresh.write_bytes(HEAD.pack(HEAD.size))
    fresh.replace(path)


class Tally:
    """What this process counts. Safe between threads, and over a fork; never raises, at worst it does not count."""

    def __init__(self, folder: Path, meters: Iterable[Meter]) -> None:
        self._folder, self._meters = folder, tuple(meters)
        self._lock = Lock()
        self._pid = 0
        self._hold: IO[bytes] | None = None
        self._sheets: dict[str, Sheet] = {}
        self._series: dict[tuple[Meter, tuple[str, ...]], list[Cell]] = {}

    def add(self, meter: Meter, labels: tuple[str, ...], amount: float) -> None:
        """One more, or for a histogram: one that took *amount*."""
        if self._pid and self._pid != os.getpid():
            self._lock = Lock()  # of a fork: another thread of the parent may have held it
        with suppress(OSError), self._lock:
            if self._pid != os.getpid():
                self._begin()
            cells = self._series.get((meter, labels)) or self._begin_series(meter, labels)
            if meter.buckets:
                cells[bisect_left(meter.buckets, amount)].add(1)
            cells[-1].add(amount)

    def _begin(self) -> None:
        """Raises OSError."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self._hold, slot = _free_slot(self._folder)
        self._sheets = {kind: Sheet(self._folder / f"{kind}_{slot}.db") for kind in (COUNTER, HISTOGRAM)}
        self._series = {}
        for meter in self._meters:
            if not meter.labels:
                self._begin_series(meter, ())
        self._pid = os.getpid()

    def _begin_series(self, meter: Meter, labels: tuple[str, ...]) -> list[Cell]:
        sheet = self._sheets[HISTOGRAM if meter.buckets else COUNTER]
        cells = [sheet.cell(key) for key in _keys(meter, labels)]
        self._series[meter, labels] = cells
        return cells


def _keys(meter: Meter, labels: tuple[str, ...]) -> list[str]:
    """Of a counter one; of a histogram one for each bucket, then the sum."""
    names, values = list(meter.labels), list(labels)
    if not meter.buckets:
        return [mmap_key(meter.family, meter.name, names, values, meter.help)]
    bounds = [floatToGoString(bound) for bound in (*meter.buckets, float("inf"))]
    buckets = [
        mmap_key(meter.name, f"{meter.name}_bucket", [*names, "le"], [*values, bound], meter.help)
        for bound in bounds
    ]
    return [*buckets, mmap_key(meter.name, f"{meter.name}_sum", names, values, meter.help)]


def _free_slot(folder: Path) -> tuple[IO[bytes], int]:
    """The first that no living process holds; the kernel lets go of it when its holder dies. Raises OSError."""
    for slot in range(MOST_PROCESSES):
        hold = (folder / f"{slot}.lock").open("ab")
        try:
            fcntl.flock(hold, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return hold, slot
        except BlockingIOError:
            hold.close()
    raise OSError("every slot is held")


def added_up(folder: Path, meters: Iterable[Meter]) -> list[Metric]:
    """All that the processes of this machine have counted. What an older version counted by other names is left out."""
    known = {meter.family for meter in meters}
    files = sorted(folder.glob("*.db"))
    try:
        found = MultiProcessCollector.merge(map(str, files))
    except (OSError, RuntimeError, ValueError, struct.error):
        found = MultiProcessCollector.merge(str(path) for path in files if _read(path) is not None)
    return [metric for metric in found if metric.name in known]
