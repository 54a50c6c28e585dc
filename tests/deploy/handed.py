"""Becomes a program of `.venv/bin` with its standard input as the socket that systemd hands over: file 3."""

import os
import runpy
import sys


def main() -> None:
    os.dup2(0, 3)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.environ["LISTEN_PID"] = str(os.getpid())  # which process may take it
    sys.argv = sys.argv[1:]
    runpy.run_path(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    main()
