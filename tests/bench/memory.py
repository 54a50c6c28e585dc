"""What web, worker and schedule hold while nobody asks anything, as `make run` starts them. Prints; judges nothing.

`python -m tests.bench.memory`; `--imports` for what each library that is loaded at start takes.
PSS is what the kernel says: a page that several processes hold is parted among them, other programs of this machine
that run from the same folder among them. Beside it stands what it would be if we were alone.
"""

import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Event

CALM = 20  # seconds after the first answer: every line of the timetable has had its first turn
ASKED = ("/", "/file", "/track", "/staff/sign-in")
TURNS = 50
KB = re.compile(r"^(\w+): +(\d+) kB", re.MULTILINE)
MAPPING = re.compile(r"^[0-9a-f]+-[0-9a-f]+ \S+ ([0-9a-f]+) (\S+) (\d+)", re.MULTILINE)
KINDS = {
    "gunicorn": "web",
    "schedule run": "schedule",
    "flask worker": "worker",
    "operations.serve": "supervisor",
}
COUNTED = ("web", "worker", "schedule")
LIBRARIES = """import importlib, re, sys
def pss():
    return int(re.search(r"^Pss: +(\\d+)", open("/proc/self/smaps_rollup").read(), re.M)[1]) / 1024
before = pss()
importlib.import_module(sys.argv[1])
print(f"{pss() - before:6.1f} MB  {sys.argv[1]}")
"""


def _read(pid: int, name: str) -> str:
    try:
        return Path(f"/proc/{pid}/{name}").read_text()
    except OSError:
        return ""  # it has ended meanwhile


def _descendants(root: int) -> Iterator[int]:
    for child in (Path(f"/proc/{root}/task") / str(root) / "children").read_text().split():
        yield int(child)
        yield from _descendants(int(child))


def _kind(pid: int) -> str:
    command = _read(pid, "cmdline").replace("\0", " ")
    return next((kind for sign, kind in KINDS.items() if sign in command), "")


def _alone(pids: list[int]) -> float:
    """MB that the processes would hold together if nobody else ran their files: each page of a file once."""
    files: dict[tuple[str, ...], int] = defaultdict(int)
    own = 0.0
    for pid in pids:
        whole = dict(KB.findall(_read(pid, "smaps_rollup")))
        own += int(whole["Pss_Anon"]) + int(whole["Pss_Shmem"])
        text = _read(pid, "smaps")
        marks = [*MAPPING.finditer(text)]
        for mark, after in zip(marks, [*marks[1:], None], strict=True):
            sizes = dict(KB.findall(text[mark.end() : after.start() if after else len(text)]))
            key = mark.groups()
            if mark[3] != "0":
                files[key] = max(files[key], int(sizes["Rss"]) - int(sizes["Anonymous"]))
    return (own + sum(files.values())) / 1024


def _print(root: int, when: str) -> None:
    by_kind: dict[str, list[int]] = defaultdict(list)
    for pid in _descendants(root):
        by_kind[_kind(pid)].append(pid)
    pss = {
        pid: int(dict(KB.findall(_read(pid, "smaps_rollup"))).get("Pss", 0)) / 1024
        for kind in COUNTED
        for pid in by_kind[kind]
    }
    print(f"\n{when}")
    for kind in COUNTED:
        sizes = [pss[pid] for pid in by_kind[kind]]
        print(f"{kind:9}{sum(sizes):>7.1f} MB   {' + '.join(f'{size:.1f}' for size in sizes)}")
    print(f"{'together':9}{sum(pss.values()):>7.1f} MB   {_alone([*pss]):.1f} if alone", flush=True)


def _ask(port: int, path: str) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    except (OSError, HTTPException):
        return 0
    finally:
        connection.close()


@contextmanager
def _served(folder: str) -> Iterator[tuple[int, int]]:
    """The process that serves everything, and its port. Everything it has started ends with it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = {
        "PATH": os.environ["PATH"],
        "HOME": folder,
        "APP_ENV": "production",  # no demonstration is played first
        "SECRET_KEY": secrets.token_urlsafe(32),
        "FIELD_KEY": secrets.token_urlsafe(32),
        "DATA_DIR": folder,
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "PORT": str(port),
        "LOG_LEVEL": "WARNING",
    }
    command = [sys.executable, "-m", "shared.operations.serve"]
    serving = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        end = time.monotonic() + 120
        while _ask(port, "/healthz") != 200:
            assert time.monotonic() < end, "it did not start"
            assert serving.poll() is None, "it has ended"
            Event().wait(0.5)
        yield serving.pid, port
    finally:
        serving.send_signal(signal.SIGTERM)
        serving.wait(60)


def _libraries() -> None:
    """Each by itself in a new process, with whatever it pulls in."""
    listed = (
        "import sys; from wsgi import create_app; print(*{name.partition('.')[0] for name in sys.modules})"
    )
    loaded = subprocess.run([sys.executable, "-c", listed], capture_output=True, text=True, check=True)
    names = sorted(set(loaded.stdout.split()) - set(sys.stdlib_module_names) - {"portal", "shared", "staff"})
    for name in names:
        if not name.startswith("_"):
            subprocess.run([sys.executable, "-c", LIBRARIES, name], check=False)


def main() -> None:
    if "--imports" in sys.argv:
        _libraries()
        return
    with tempfile.TemporaryDirectory() as folder, _served(folder) as (root, port):
        Event().wait(CALM)
        _print(root, "idle, as started")
        for _ in range(TURNS):
            for path in ASKED:
                _ask(port, path)
        Event().wait(3)
        _print(root, f"idle, after {TURNS * len(ASKED)} pages")


if __name__ == "__main__":
    main()
