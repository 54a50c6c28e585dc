"""Finds the libfaketime that moves the clock under a running server, or gets it, or says in one line how."""

import os
import subprocess
import sys
from pathlib import Path

from tools import debian

ROOT = Path(__file__).resolve().parent.parent
# The wheel holds the library for the commonest machine; Debian and Ubuntu have it for the others.
PLACES = (
    (ROOT / ".venv", "lib/python*/site-packages/libfaketime/vendor/libfaketime/src/libfaketime.so.1"),
    (Path("/usr/lib"), "*/faketime/libfaketime.so.1"),
    (Path("/usr/lib"), "faketime/libfaketime.so.1"),
)
YEAR = "2001"


def find() -> str | None:
    """The path of a libfaketime that works here. FAKETIME_LIBRARY names one outright."""
    named = os.environ.get("FAKETIME_LIBRARY")
    found = [path for folder, pattern in PLACES for path in sorted(folder.glob(pattern))]
    return next((str(path) for path in ([Path(named)] if named else found) if _works(path)), None)


def _works(path: Path) -> bool:
    """A library built for another machine is passed over by the loader, with a complaint only."""
    env = os.environ | {"LD_PRELOAD": str(path), "FAKETIME": f"{YEAR}-06-01 12:00:00"}
    asked = [sys.executable, "-c", "import time; print(time.gmtime().tm_year)"]
    answer = subprocess.run(asked, env=env, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    return answer.stdout.strip() == YEAR


def require() -> str:
    """Find it; as root on Debian install it; otherwise end with the command that does."""
    path = find()
    if path is None and debian.may_install():
        debian.install("libfaketime for the tests that move the clock", "libfaketime")
        path = find()
    if path is None:
        raise SystemExit(
            "The tests need libfaketime: apt-get update && apt-get install -y libfaketime"
            " (or set FAKETIME_LIBRARY to the path of one)"
        )
    return path


if __name__ == "__main__":
    print(require())
