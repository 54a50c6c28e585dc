"""A program: takes every file named on its command line for a photo, and says what came of it and what it took.

Alone in its process, so that nothing but the photo is weighed. One line of JSON for each. The first word is how many
threads take each file at once.
"""

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from shared.attachments.images import Unfit, prepare, thumbnail

_PEAK, _NOW = "VmHWM:", "VmRSS:"


def _memory(what: str) -> int:
    """In megabytes."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(what))
    return int(line.split()[1]) // 1024


def _seconds() -> float:
    """Of a processor, here and in what was started from here."""
    return sum(os.times()[:4])


def weigh(path: Path, at_once: int) -> dict[str, object]:
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    before, began = _memory(_NOW), _seconds()
    with ThreadPoolExecutor(at_once) as threads:
        came = list(threads.map(_take, [path] * at_once))
    return {
        "name": path.stem,
        "came": came[0][0],
        "size": came[0][1],
        "seconds": round(_seconds() - began, 2),
        "grew": _memory(_PEAK) - before,
    }


def _take(path: Path) -> tuple[str, tuple[int, int]]:
    try:
        with path.open("rb") as file:
            made = prepare(file)
    except Unfit as error:
        return error.reason.value, (0, 0)
    path.with_suffix(".jpg").write_bytes(made.jpeg)
    path.with_suffix(".thumb.jpg").write_bytes(thumbnail(made.jpeg))
    return "taken", (made.width, made.height)


if __name__ == "__main__":
    for name in sys.argv[2:]:
        print(json.dumps(weigh(Path(name), int(sys.argv[1]))), flush=True)
