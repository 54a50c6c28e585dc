"""A desk of real processes whose clock the test moves from outside: a server, a schedule, commands (libfaketime).

Run as a program this file is the schedule of such a desk: the real timetable, its frequent lines once a second.
"""

import base64
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from threading import Event
from types import FrameType
from typing import Any
from urllib.parse import urlencode

from bs4 import BeautifulSoup, Tag
from flask import Flask

from shared import schedule
from shared.config import Config
from tests.nursery import ROOT, Begun, clock_moved_by
from wsgi import create_app

FLASK = ["-m", "flask", "--app", "wsgi"]
PATIENCE = 60.0


def until(condition: Callable[[], Any], patience: float = PATIENCE) -> Any:
    """Wait for *condition* and give what it gives. Fails after a minute."""
    end, pause = time.monotonic() + patience, Event()
    while not (found := condition()):
        assert time.monotonic() < end, "it did not happen in time"
        pause.wait(0.05)
    return found


class Machine:
    """Processes that share a database, a folder and a wall clock. Their monotonic clock is left alone."""

    def __init__(self, config: Config, begins: datetime) -> None:
        self.folder = config.data_dir
        self._clock = self.folder / "clock"
        self._started: list[Begun | subprocess.Popen[str]] = []
        self._offset = begins - datetime.now(UTC)
        self.env = _inherited() | _settings(config) | clock_moved_by(self._clock)
        self.move(timedelta())

    @property
    def now(self) -> datetime:
        """What these processes take the time to be."""
        return datetime.now(UTC) + self._offset

    def move(self, by: timedelta) -> None:
        """Set the clock of every process forward, or back, while they run."""
        self._offset += by
        fresh = self._clock.with_suffix(".new")
        fresh.write_text(f"{self._offset.total_seconds():+.3f}\n")
        fresh.replace(self._clock)

    def start(self, *words: str, **ends: Any) -> Begun:
        """A process of Python with those words: `-m module …` or a file; *ends* are its stdin, stdout and stderr."""
        process = Begun(words, self.env, **ends)
        self._started.append(process)
        return process

    def start_foreign(self, *words: str, **more: Any) -> None:
        """A program that is not ours."""
        self._started.append(subprocess.Popen(words, env=self.env, text=True, start_new_session=True, **more))

    def schedule(self) -> Begun:
        return self.start("-m", "tests.machine")

    def serve(self, **more: Any) -> "Visitor":
        """Start the web server; gives a browser without scripts that stands before it."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.env |= {"PORT": str(port), "WEB_CONCURRENCY": "1"}
        self.start("-m", "gunicorn", "wsgi:create_app()", **more)
        visitor = Visitor(port)
        until(visitor.is_answered)
        return visitor

    def flask(self, *words: str) -> Any:
        """What one command says in JSON."""
        return self.flask_at_once(1, *words)[0]

    def flask_at_once(self, times: int, *words: str) -> list[Any]:
        """The same command in many processes that run together."""
        heard = [(self.folder / f"said-{number}.json").open("w+") for number in range(times)]
        running = [self.start(*FLASK, *words, "--json", stdout=ear) for ear in heard]
        assert [process.wait(PATIENCE) for process in running] == [0] * times
        return [json.loads(Path(ear.name).read_text()) for ear in heard]

    def end(self) -> None:
        for process in self._started:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(PATIENCE)
            _sweep_up(process.pid)
            for pipe in (process.stdin, process.stdout):
                if pipe:
                    pipe.close()


@contextmanager
def machine(app: Flask, begins: datetime) -> Iterator[Machine]:
    """A machine on the database of *app*, whose clock begins at that instant; nothing of it is left running."""
    app.extensions["beginnings"].lose()  # its processes write unheard
    found = Machine(app.extensions["shouwen"], begins)
    try:
        yield found
    finally:
        found.end()


def _sweep_up(pid: int) -> None:
    """What libfaketime leaves behind of a process that was killed."""
    for name in (f"faketime_shm_{pid}", f"sem.faketime_sem_{pid}"):
        Path("/dev/shm", name).unlink(missing_ok=True)


def _inherited() -> dict[str, str]:
    """The settings of whoever runs the tests must not steer the desk."""
    return {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}


def _settings(config: Config) -> dict[str, str]:
    return {
        "APP_ENV": config.app_env,
        "SECRET_KEY": config.secret_key,
        "FIELD_KEY": base64.urlsafe_b64encode(config.field_key).decode(),
        "DATA_DIR": str(config.data_dir),
        "DATABASE_URL": config.database_url,
        "LOG_LEVEL": config.log_level,
        "PYTHONPATH": str(ROOT),
    }


class Visitor:
    """An owner's browser: keeps cookies, follows redirects, sends forms with what they hold."""

    def __init__(self, port: int) -> None:
        self.port, self.cookies = port, dict[str, str]()
        self.where, self.page = "", BeautifulSoup("", "lxml")

    def is_answered(self) -> bool:
        with suppress(OSError):
            return self._ask("GET", "/healthz")[0] == 200
        return False

    def get(self, path: str) -> None:
        self._go("GET", path)

    def submit(self, action: str, **answers: str) -> None:
        form = self.page.find("form", method="post", action=action)
        assert isinstance(form, Tag), (
            f"no form {action} on {self.where}: {self.page.get_text(' ', strip=True)[:300]}"
        )
        hidden = {str(i["name"]): str(i.get("value", "")) for i in form.find_all("input", type="hidden")}
        self._go("POST", action, urlencode(hidden | answers))

    def _go(self, method: str, path: str, body: str | None = None) -> None:
        status, where, text = self._ask(method, path, body)
        if where:
            return self._go("GET", where)
        assert status == 200, f"{method} {path}: {status}"
        self.where, self.page = path, BeautifulSoup(text, "lxml")

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str | None, str]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            for cookie in answer.headers.get_all("Set-Cookie", []):
                name, _equals, value = cookie.partition(";")[0].partition("=")
                self.cookies[name] = value
            return answer.status, answer.headers.get("Location"), answer.read().decode()
        finally:
            connection.close()


def main() -> None:
    stop = Event()

    def leave(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, leave)
    lines = [
        line._replace(every=1.0) if line.every <= schedule.MINUTE else line for line in schedule.TIMETABLE
    ]
    schedule.run(create_app(), stop, lines)


if __name__ == "__main__":
    main()
