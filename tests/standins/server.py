"""A small HTTP server that keeps what it is asked and answers what a stand-in decides, or what a test wants."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Asked:
    """One request as it came in."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        said = json.loads(self.body)
        assert isinstance(said, dict)
        return said


@dataclass
class StandIn:
    """Subclasses answer; *failing* statuses are answered first, one for each request (F36)."""

    asked: list[Asked] = field(default_factory=list)
    failing: deque[int] = field(default_factory=deque)
    always: int = 0
    elsewhere: str = ""  # where a redirect leads
    address: str = ""  # host:port

    def answer(self, asked: Asked) -> tuple[int, Any]:
        """The status, and an object for a JSON body."""
        raise NotImplementedError

    def take(self, asked: Asked) -> tuple[int, Any]:
        self.asked.append(asked)
        if self.always:
            return self.always, {"error": "always"}
        if self.failing:
            return self.failing.popleft(), {"error": "this time"}
        return self.answer(asked)


def _handler(stand_in: StandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            parts = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            asked = Asked(
                method=self.command,
                path=parts.path,
                query=dict(parse_qsl(parts.query)),
                headers={name.lower(): value for name, value in self.headers.items()},
                body=self.rfile.read(length),
            )
            status, said = stand_in.take(asked)
            body = json.dumps(said, ensure_ascii=False).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            if stand_in.elsewhere:
                self.send_header("Location", stand_in.elsewhere)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = _serve

        def log_message(self, *_args: Any) -> None:
            """Nothing: the tests look at what was asked."""

    return Handler


@contextmanager
def running(stand_in: StandIn) -> Iterator[StandIn]:
    """*stand_in* on a free port of this machine, until the test is over."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(stand_in))
    stand_in.address = f"127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield stand_in
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
