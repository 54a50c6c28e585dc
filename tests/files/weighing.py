"""A program: takes every file named on its command line for a photo, and says what came of it and what it took.

Alone in its process, so that nothing but the photo is weighed. One line of JSON for each.
"""

import json
import os
import sys
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


def weigh(path: Path) -> dict[str, object]:
    data = path.read_bytes()
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    before, began = _memory(_NOW), _seconds()
    try:
        made = prepare(data)
        small = thumbnail(made.jpeg)
        came, size = "taken", (made.width, made.height)
        path.with_suffix(".jpg").write_bytes(made.jpeg)
        path.with_suffix(".thumb.jpg").write_bytes(small)
    except Unfit as error:
        came, size = error.reason.value, (0, 0)
    return {
        "name": path.stem,
        "came": came,
        "size": size,
        "seconds": round(_seconds() - began, 2),
        "grew": _memory(_PEAK) - before,
    }


if __name__ == "__main__":
    for name in sys.argv[1:]:
        print(json.dumps(weigh(Path(name))), flush=True)
