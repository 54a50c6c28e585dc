"""How gunicorn waits for slow clients: beside its threads, never in one (F28, docs/decisions/0033).

A thread gets a connection when the head of its request is there, and of its body as much as a form has. What is longer
is read in the thread, from who keeps a pace.
"""

import errno
import re
import select
import selectors
import socket
import struct
import time
from functools import partial
from typing import Any

from gunicorn.util import close
from gunicorn.workers.gthread import TConn, ThreadWorker

PATIENCE = 20.0  # seconds for a head and a form; a photo may take longer, once so much of it has come
ENOUGH = 64 * 1024  # bytes
SLOWEST = 2 * 1024  # bytes a second of what is read in a thread; what the worst telephone line still carries
SILENCE = struct.pack("ll", 15, 0)  # a timeval, in seconds: who falls silent within a photo is let go
LONGEST_LINE = 1024  # bytes, before a chunk; a longer one waits for `ENOUGH`
HEAD_ENDS = b"\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,19})[ \t]*\r\n", re.IGNORECASE)
IN_CHUNKS = re.compile(rb"\r\ntransfer-encoding:[ \t]*chunked[ \t]*\r\n", re.IGNORECASE)
CHUNK = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(?:;[^\r\n]*)?\r\n")


def missing(seen: bytes) -> bool:
    """Whether more must come before a thread is worth it. What is wrong with a request its parser says, not this."""
    head, ended, body = seen.partition(HEAD_ENDS)
    if not ended:
        return len(seen) < ENOUGH
    length = LENGTH.search(head + b"\r\n")
    if length is None and IN_CHUNKS.search(head + b"\r\n"):
        return len(seen) < ENOUGH and not _has_last_chunk(body)
    return length is not None and len(body) < min(int(length[1]), ENOUGH - len(head) - len(HEAD_ENDS))


def _has_last_chunk(body: bytes) -> bool:
    """Whether all chunks are there; or one that is none, which the parser refuses."""
    at = 0
    while at < len(body) and b"\r\n" in body[at : at + LONGEST_LINE]:
        chunk = CHUNK.match(body, at)
        if chunk is None:
            return True
        size = int(chunk[1], 16)
        if size == 0:
            return HEAD_ENDS in body[chunk.end() - 2 :]
        at = chunk.end() + size + 2
    return False


def _has_ended(client: socket.socket) -> bool:
    """Whether nothing more will come: it is readable for ever then, and looking on takes a whole processor (F30)."""
    poll = select.poll()
    poll.register(client, getattr(select, "POLLRDHUP", select.POLLHUP))
    return bool(poll.poll(0))


def _is_closed(graceful: bool = False) -> None:
    """To close once more would fail, and count one connection as two that are gone."""


class Paced(socket.socket):
    """A connection whose sender keeps a pace while a thread reads from it; only waiting for them counts."""

    _waited, _came = 0.0, -ENOUGH

    def begin(self) -> None:
        """Another request: what its sender did before is forgotten."""
        self._waited, self._came = 0.0, -ENOUGH  # which was there before

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        """Raises BlockingIOError, as for silence, where too little comes."""
        if flags & socket.MSG_PEEK:
            return super().recv(size, flags)
        began = time.monotonic()
        data = super().recv(size, flags)
        self._waited += time.monotonic() - began
        self._came += len(data)
        if self._waited > PATIENCE + max(0, self._came) / SLOWEST:
            raise BlockingIOError(errno.EAGAIN, "too slow")
        return data


class PatientWorker(ThreadWorker):
    """gthread, whose threads never read from somebody who has not written yet."""

    def accept(self, listener: socket.socket) -> None:
        try:
            client, address = listener.accept()
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                raise
            return
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, SILENCE)
        self.nr_conns += 1
        conn = TConn(self.cfg, Paced(fileno=client.detach()), address, listener.getsockname())
        self._begin(conn)

    def on_client_socket_readable(self, conn: Any, client: socket.socket) -> None:
        """A kept connection speaks again: it may do so slowly too."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._begin(conn)

    def on_pending_socket_readable(self, conn: Any, client: socket.socket) -> None:
        self._look(conn)

    def _begin(self, conn: Any) -> None:
        conn.timeout = time.monotonic() + PATIENCE
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.on_pending_socket_readable, conn))
        self._look(conn)

    def _look(self, conn: Any) -> None:
        """Read without taking; to a thread with it if that is all, else wake when there is more than now."""
        try:
            seen = conn.sock.recv(ENOUGH, socket.MSG_PEEK)
        except BlockingIOError:
            return
        except OSError:
            seen = b""
        if seen and missing(seen) and not _has_ended(conn.sock):
            conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, len(seen) + 1)
            return
        self.poller.unregister(conn.sock)
        self.pending_conns.remove(conn)
        if not seen:
            self.nr_conns -= 1
            close(conn.sock)
            return
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, 1)
        conn.sock.begin()
        conn.data_ready = True
        self.enqueue_req(conn)

    def handle(self, conn: Any) -> Any:
        """Wait in the thread, not in the loop that all depend on, for a client to hang up (gunicorn's waits 2 s)."""
        kept = super().handle(conn)
        if kept is False:
            conn.close(graceful=True)
            conn.close = _is_closed
        return kept

    def _cap_keepalive(self, deadline: float) -> None:
        """A worker that stops waits for nobody's head longer than for a kept connection."""
        super()._cap_keepalive(deadline)
        for conn in self.pending_conns:
            conn.timeout = min(conn.timeout, deadline)
