"""A real gunicorn over a database, a browser that keeps its connection, and what both processes of the desk take."""

import base64
import gzip
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from shared.config import Config

OURS, BARE = "wsgi:create_app()", "tests.bench.bare:create_app()"
TICK = 1000 / os.sysconf("SC_CLK_TCK")
FORM = "application/x-www-form-urlencoded"


class Server:
    """gunicorn as it is run, on a port of its own. *workers* and *threads*: those of its own settings where None."""

    def __init__(
        self, config: Config, app: str = OURS, *, workers: int | None = None, threads: int | None = None
    ) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.app = app
        self.env = {
            **os.environ,
            "APP_ENV": config.app_env,
            "SECRET_KEY": config.secret_key,
            "FIELD_KEY": base64.urlsafe_b64encode(config.field_key).decode(),
            "DATA_DIR": str(config.data_dir),
            "DATABASE_URL": config.database_url,
            "LOG_FORMAT": "json",
            "PORT": str(self.port),
            **({"WEB_CONCURRENCY": str(workers)} if workers else {}),
            **({"WEB_THREADS": str(threads)} if threads else {}),
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Server":
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", self.app],
            env=self.env,
            stdout=subprocess.DEVNULL,  # its log
            stderr=subprocess.DEVNULL,
        )
        end = time.monotonic() + 60
        while not self._answers():
            assert time.monotonic() < end, "the server did not start"
            Event().wait(0.2)
        return self

    def _answers(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(30)
            self.process = None

    def __enter__(self) -> "Server":
        return self.start()

    def __exit__(self, *_of: object) -> None:
        self.stop()

    def used(self) -> float:
        """Milliseconds of processor, user's and system's, of all its processes so far."""
        assert self.process is not None
        return used_by(self.process.pid)


def used_by(pid: int) -> float:
    """Milliseconds of processor of a process, of those it has started, and of those of them that have ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0  # it has just ended
    ours = sum(map(int, fields[11:15])) * TICK
    return ours + sum(used_by(child) for child in _children(pid))


def _children(pid: int) -> Iterator[int]:
    try:
        yield from map(int, (Path(f"/proc/{pid}/task") / str(pid) / "children").read_text().split())
    except OSError:
        return


class _Hidden(HTMLParser):
    """The hidden fields in what a page is about; those of its head and foot are about other things."""

    def __init__(self) -> None:
        super().__init__()
        self._is_main = False
        self.fields: dict[str, str] = {}

    @classmethod
    def of(cls, html: str) -> dict[str, str]:
        parser = cls()
        parser.feed(html)
        return parser.fields

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._is_main |= tag == "main"
        if self._is_main and tag == "input" and given.get("type") == "hidden":
            self.fields[given["name"] or ""] = given.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        self._is_main &= tag != "main"


class Line(HTTPConnection):
    """A connection that is kept, and made anew before a server that has waited 5 s for us hangs up."""

    patience = 3.0
    last_used = 0.0

    def request(self, *given: Any, **more: Any) -> None:
        if time.monotonic() - self.last_used > self.patience:
            self.close()
        super().request(*given, **more)
        self.last_used = time.monotonic()


class Browser:
    """Cookies and one connection that is kept. *source*: the address it comes from, one of this machine's own."""

    def __init__(
        self,
        port: int,
        source: str = "127.0.0.1",
        connection: Line | None = None,
        also: dict[str, str] | None = None,
    ) -> None:
        self.connection = connection or Line("127.0.0.1", port, timeout=60, source_address=(source, 0))
        self.also = also or {}  # headers of every request
        self.cookies: dict[str, str] = {}
        self.body = b""
        self.status = 0
        self.headers: dict[str, str] = {}

    def ask(self, method: str, address: str, sent: dict[str, Any] | None = None) -> "Browser":
        """One request and its whole answer; nothing is followed."""
        headers = {"Accept-Encoding": "gzip", "Accept-Language": "zh-CN", **self.also}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        body = urlencode(sent).encode() if sent is not None else None
        if body is not None:
            headers["Content-Type"] = FORM
        self.connection.request(method, quote(address, safe="/?=&%:.-_~"), body, headers)
        answer = self.connection.getresponse()
        self.body = answer.read()
        self.status, self.headers = (
            answer.status,
            {name.lower(): value for name, value in answer.getheaders()},
        )
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                self.cookies |= {key: kept.value for key, kept in SimpleCookie(value).items()}
        return self

    def get(self, address: str) -> "Browser":
        return self.ask("GET", address)

    def post(self, address: str, sent: dict[str, Any]) -> "Browser":
        return self.ask("POST", address, sent)

    @property
    def leads_to(self) -> str:
        """The address that the last answer sends to."""
        found = urlsplit(self.headers["location"])
        return found.path + (f"?{found.query}" if found.query else "")

    def hidden(self) -> dict[str, str]:
        """What the forms of the last page carry by themselves, as they stand."""
        return _Hidden.of(self.html)

    @property
    def html(self) -> str:
        is_packed = self.headers.get("content-encoding") == "gzip"
        return (gzip.decompress(self.body) if is_packed else self.body).decode()
