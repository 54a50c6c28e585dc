"""Uploads as no browser sends them: what stands on the wire, byte for byte."""

import os
import socket
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from http.client import HTTPException, HTTPResponse
from pathlib import Path

MARK = "----shouwen"
PATIENCE = 60.0


def part(disposition: str, body: bytes, *more: str) -> bytes:
    """One part of a form, as *disposition* names it."""
    head = "\r\n".join([f"Content-Disposition: {disposition}", *more]).encode("utf-8", "surrogateescape")
    return b"--" + MARK.encode() + b"\r\n" + head + b"\r\n\r\n" + body + b"\r\n"


def form(*parts: bytes) -> bytes:
    return b"".join(parts) + b"--" + MARK.encode() + b"--\r\n"


def file_named(name: str, body: bytes, field_name: str = "photos") -> bytes:
    return part(f'form-data; name="{field_name}"; filename="{name}"', body, "Content-Type: image/jpeg")


@dataclass(frozen=True)
class Answer:
    """*status* 0: the server closed without one. *read*: how much of the body it had taken by then."""

    status: int
    text: str
    read: int
    closed: bool


@dataclass
class Wire:
    """A telephone's connection to the server on *port*, with the cookies and the token of its session."""

    port: int
    cookies: dict[str, str]
    token: str

    def post(
        self,
        body: Iterable[bytes] | bytes,
        *headers: str,
        path: str = "/file/photos",
        kind: str = f"multipart/form-data; boundary={MARK}",
        length: int | None = None,
        cut: bool = False,
        goes_on: bool = False,
    ) -> Answer:
        """Send *body* as it is. *length* is what is said of it; *cut*: then hang up our end.

        *goes_on*: having heard the answer, send more till the line is dead.
        """
        pieces = [body] if isinstance(body, bytes) else body
        said = length if length is not None else len(body) if isinstance(body, bytes) else None
        head = [
            f"POST {path} HTTP/1.1",
            "Host: localhost",
            "Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            f"X-CSRFToken: {self.token}",
            *([f"Content-Type: {kind}"] if kind else []),
            *([f"Content-Length: {said}"] if said is not None else []),
            *headers,
        ]
        with socket.create_connection(("127.0.0.1", self.port), PATIENCE) as line:
            sent = _send(line, "\r\n".join([*head, "", ""]).encode("latin-1"), pieces)
            if cut:
                line.shutdown(socket.SHUT_WR)
            answer = _hear(line, sent)
            return replace(answer, closed=answer.closed or _dies(line)) if goes_on else answer


def chunked(pieces: Iterable[bytes]) -> Iterable[bytes]:
    for piece in pieces:
        yield b"%x\r\n%s\r\n" % (len(piece), piece)
    yield b"0\r\n\r\n"


def _send(line: socket.socket, head: bytes, pieces: Iterable[bytes]) -> int:
    """Until all is sent, or the server answers or hangs up: a browser would stop too."""
    line.sendall(head)
    sent = 0
    with suppress(OSError):
        for piece in pieces:
            line.sendall(piece)
            sent += len(piece)
            line.settimeout(0.0)
            with suppress(BlockingIOError):
                if line.recv(1, socket.MSG_PEEK) is not None:
                    break
            line.settimeout(PATIENCE)
    line.settimeout(PATIENCE)
    return sent


def _dies(line: socket.socket) -> bool:
    """Whether it does before 64 MB more have gone."""
    try:
        for _ in range(64):
            line.sendall(b"x" * 1_000_000)
    except OSError:
        return True
    return False


def _hear(line: socket.socket, sent: int) -> Answer:
    heard = HTTPResponse(line)
    try:
        heard.begin()
        text = heard.read().decode(errors="replace")
    except (OSError, HTTPException, ValueError):
        return Answer(0, "", sent, True)
    return Answer(heard.status, text, sent, heard.will_close)


def memory_of(pid: int) -> int:
    """The peak of a process, in megabytes."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM:")).split()[1]) // 1024


def unseen_files_of(pid: int) -> int:
    """How many files a process holds open that nobody else can see: so an upload lies on the disk meanwhile."""
    found = []
    for handle in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):
            found.append(os.readlink(handle))
    return sum(name.endswith("(deleted)") for name in found)
