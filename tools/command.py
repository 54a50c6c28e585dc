"""Runs one command of Shouwen with the settings of its services (docs/operations.md).

`python3 -m tools.command /etc/shouwen/shouwen.env doctor`; on the machine's own Python.
"""

import os
import sys
from pathlib import Path

from tools.deployment import ROOT, values


def main(words: list[str]) -> None:
    if not words:
        raise SystemExit("Usage: python3 -m tools.command <file of settings> <command>…")
    settings = values(Path(words[0]).read_text())
    flask = str(ROOT / ".venv" / "bin" / "flask")
    os.umask(0o077)  # as the services have it
    os.chdir(ROOT)
    os.execve(flask, [flask, "--app", "wsgi", *words[1:]], {**os.environ, **settings})


if __name__ == "__main__":
    main(sys.argv[1:])
