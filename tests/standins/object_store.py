"""A real S3 server on this machine, and a door before it that can be slow, refuse, break or be shut."""

from __future__ import annotations

import socket
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from moto.moto_server.threaded_moto_server import ThreadedMotoServer

KEYS = "AKDESK:a%2Fsecret%2Bkey"
FORBIDDEN = b"<?xml version='1.0'?><Error><Code>AccessDenied</Code><Message>no</Message></Error>"
BROKEN = b"<?xml version='1.0'?><Error><Code>InternalError</Code><Message>sorry</Message></Error>"


class Door:
    """What stands between the desk and the store. *status* other than 0 is answered in its place, with what it *says*.

    *asked* counts the requests by method; *lets*: methods that pass whatever the status; *hangs*: says nothing;
    *drips*: answers as the store does, a byte now and then.
    """

    def __init__(self, store: str) -> None:
        self.store = store
        self.status, self.says, self.lets = 0, b"", frozenset[str]()
        self.hangs = self.drips = False
        self.asked: Counter[str] = Counter()
        self.puts: Counter[str] = Counter()  # by key, those that the store took
        self._released = threading.Event()
        self._server: ThreadingHTTPServer | None = None
        self.port = 0

    def open(self) -> None:
        """Listen, on the same port as before."""
        if self._server:
            return
        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), _handler(self))
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def shut(self) -> None:
        """Refuse every connection."""
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    @property
    def is_shut(self) -> bool:
        """Also for those who came in before."""
        return self._server is None

    def heal(self) -> None:
        self.status, self.says, self.lets = 0, b"", frozenset()
        self.hangs = self.drips = False
        self._released.set()
        self._released = threading.Event()

    def wait(self, seconds: float = 30.0) -> bool:
        """Until it is healed, or for so long; whether it is healed."""
        return self._released.wait(seconds)

    def url(self, bucket: str) -> str:
        """For STORAGE_URL."""
        return f"s3://{KEYS}@{bucket}/photos?endpoint=http://127.0.0.1:{self.port}&region=cn-test-1"


def _handler(door: Door) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        _headers_buffer: list[bytes]  # what the library has not yet written of a head

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            door.asked[self.command] += 1
            passes = self.command in door.lets
            if door.is_shut:
                self.close_connection = True
                return
            if door.hangs and not passes:
                door.wait()
                self.close_connection = True
                return
            if door.status and not passes:
                said = door.says or (FORBIDDEN if door.status == 403 else BROKEN)
                kind = {"Content-Type": "text/html"} if door.says else {}
                self._answer(door.status, kind, b"" if self.command == "HEAD" else said)
                return
            self._pass_on(body)

        do_GET = do_PUT = do_HEAD = do_DELETE = do_POST = _serve

        def _pass_on(self, body: bytes) -> None:
            connection = HTTPConnection(urlsplit(door.store).netloc, timeout=30)
            try:
                connection.request(self.command, self.path, body, dict(self.headers.items()))
                answer = connection.getresponse()
                said = answer.read()
                if self.command == "PUT" and answer.status == 200:
                    door.puts[urlsplit(self.path).path] += 1
                self._answer(answer.status, dict(answer.getheaders()), said)
            except (OSError, HTTPException):
                self._answer(502, {}, BROKEN)
            finally:
                connection.close()

        def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
            length = headers.get("Content-Length") if self.command == "HEAD" else None
            self.send_response(status)
            for name, value in headers.items():
                if name.lower() not in (
                    "content-length",
                    "transfer-encoding",
                    "connection",
                    "date",
                    "server",
                ):
                    self.send_header(name, value)
            self.send_header("Content-Length", length or str(len(body)))
            self._say(body)

        def _say(self, body: bytes) -> None:
            """Head and body; of a door that drips so slowly that no byte is late and the last is not soon."""
            whole = b"".join(self._headers_buffer) + b"\r\n" + body
            self._headers_buffer = []
            released = door.wait(0) if door.drips else True
            with suppress(OSError):
                while whole and not released:
                    self.wfile.write(whole[:1])
                    whole, released = whole[1:], door.wait(0.1)
                self.wfile.write(whole)

        def log_message(self, *_args: Any) -> None:
            """Nothing: the tests look at what was asked."""

    return Handler


@contextmanager
def serving() -> Iterator[str]:
    """An S3 server; gives its address. What it holds it holds in memory."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = ThreadedMotoServer("127.0.0.1", port, verbose=False)
    server.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.stop()


@contextmanager
def door_to(store: str) -> Iterator[Door]:
    door = Door(store)
    door.open()
    try:
        yield door
    finally:
        door.heal()
        door.shut()
