"""What strangers send is opened by a program of its own: its memory is gone afterwards, its fall harms nobody (T30)."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
STOPPED = -1


def run(words: Sequence[str], data: bytes, seconds: float) -> tuple[int, bytes]:
    """This Python with *words*, fed with *data*: its code and what it gave. STOPPED, and nothing, after *seconds*.

    It is told nothing of the desk: neither its settings nor its keys are in reach of what the file might do.
    """
    try:
        done = subprocess.run(
            [sys.executable, *words],
            cwd=ROOT,
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return STOPPED, b""
    return done.returncode, done.stdout
