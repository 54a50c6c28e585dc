"""A desk as an operator runs it: `shared.operations.serve` with its web, worker, schedule and queue, in production.

Its clock, its disk and its database server are its own, so that they can be taken away from it.
"""

import base64
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from datetime import timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import redis
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import update

from shared.calendars.models import OpeningHours
from shared.config import Config, from_environment
from shared.database import db, transaction
from shared.identity.models import Estate
from shared.operations.embedded import queue_url
from tests.cast import settle
from tests.chaos.database_server import DatabaseServer
from tests.chaos.disk import Disk
from tests.chaos.processes import Process, children
from tests.databases import fresh
from tests.machine import until
from tests.nursery import ROOT, clock_moved_by
from wsgi import create_app

MEGABYTES = {"sqlite": 160, "postgresql": 640}
INHERITED = ("PATH", "HOME", "LANG", "TMPDIR")


class Plant:
    """*workers*: of the web; *channels*: CHANNEL_URLS; *has_clock*: one of its own."""

    def __init__(
        self, folder: Path, engine: str, *, workers: int, channels: str, has_clock: bool = True
    ) -> None:
        folder.chmod(0o755)  # PostgreSQL has a user of its own
        self._folder, self._clock, self.has_clock = folder, folder / "clock", has_clock
        self.disk = Disk(folder / "disk", MEGABYTES[engine])
        self.database = DatabaseServer(_made(self.disk.folder / "postgres")) if engine != "sqlite" else None
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self.env = self._settings(workers, channels)
        self.config: Config = from_environment(self.env)
        self.move(timedelta())
        self._process: subprocess.Popen[bytes] | None = None

    def _settings(self, workers: int, channels: str) -> dict[str, str]:
        inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
        return inherited | {
            "APP_ENV": "production",
            "SECRET_KEY": secrets.token_urlsafe(32),
            "FIELD_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
            "DATA_DIR": str(_made(self.disk.folder / "data")),
            "DATABASE_URL": self.database.address if self.database else "",
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "PUBLIC_URL": f"http://127.0.0.1:{self.port}",
            "TRUSTED_PROXY_COUNT": "1",
            "WEB_CONCURRENCY": str(workers),
            "CHANNEL_URLS": channels,
            "LOG_LEVEL": "WARNING",
            "PYTHONPATH": str(ROOT),
        }

    def move(self, by: timedelta) -> None:
        """Have the desk's clock show so much more than it is, or less."""
        new = self._clock.with_suffix(".new")
        new.write_text(f"{by.total_seconds():+.0f}\n")
        new.replace(self._clock)

    def app(self) -> Flask:
        """The same desk in this process, to read what it holds."""
        return create_app(self.config)

    def settle(self) -> None:
        """Its estate and its people, before it runs; open day and night, so that nothing waits for a morning."""
        if self.database is None:
            with fresh("sqlite", settled=True) as config:
                shutil.copy(config.data_dir / "shouwen.db", self.config.data_dir / "shouwen.db")
        with self.app().app_context():
            if self.database:
                upgrade()
                settle()
            with transaction():
                db.session.execute(update(OpeningHours).values(opens=0, closes=24 * 60))
                db.session.execute(update(Estate).values(quiet_from=0, quiet_until=0))
            db.session.remove()
            db.engine.dispose()

    def start(self) -> None:
        """Raises AssertionError when it is not ready within a minute."""
        log = (self._folder / "log").open("ab")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "shared.operations.serve"],
            cwd=ROOT,
            env=self.env | (self._moved() if self.has_clock else {}),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        log.close()
        until(lambda: self._answers("/healthz"))
        until(self.is_ready)

    def _moved(self) -> dict[str, str]:
        """Once a second the file is read; to read it at every look at the clock took a third of the processor."""
        moved = clock_moved_by(self._clock) | {"FAKETIME_CACHE_DURATION": "1"}
        del moved["FAKETIME_NO_CACHE"]
        return moved

    def is_ready(self) -> bool:
        return self._answers("/readyz")

    def _answers(self, path: str) -> bool:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", path)
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()

    def part(self, words: str) -> Process | None:
        """The child of the supervisor whose command the pattern *words* is found in, if it runs now."""
        assert self._process
        return next((p for p in children(self._process.pid) if re.search(words, p.words)), None)

    def web_workers(self) -> list[Process]:
        master = self.part("gunicorn")
        return children(master.pid) if master else []

    def flush_queue(self) -> None:
        """Everything in Redis is gone (F10)."""
        with suppress(redis.RedisError):
            redis.Redis.from_url(queue_url(self.config.data_dir), socket_timeout=1).flushall()

    @property
    def log(self) -> str:
        return (self._folder / "log").read_text(errors="replace")

    def end(self) -> None:
        """Nothing of it is left, but what it has said in its log."""
        if self._process:
            self._process.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(40)
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            for name in (f"faketime_shm_{self._process.pid}", f"sem.faketime_sem_{self._process.pid}"):
                Path("/dev/shm", name).unlink(missing_ok=True)
        if self.database:
            self.database.end()
        self.disk.leave()


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
