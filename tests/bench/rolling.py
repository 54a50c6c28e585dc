"""Ten thousand requests while the web processes of deploy/ are reloaded and restarted in turn; then slow sockets.

`.venv/bin/python -m tests.bench.rolling`; ROLLING_REQUESTS for another number, `--slow` for the sockets alone. Prints;
judges nothing.
"""

import os
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import urllib3

from tests.deploy.load import Load
from tests.deploy.stand import PUBLIC_HOST, Stand, standing
from tests.deploy.visitors import Origin, Visitor
from tests.machine import until

REQUESTS = int(os.environ.get("ROLLING_REQUESTS", "10000"))
SLOW = 200
PROBES = 10
LONGEST = 10.0  # seconds that a probe is waited for


def _filed(visitor: Visitor) -> str:
    """The reference of a case that is there to be looked up."""
    visitor.get("/file").submit("/file", category="facilities:lift")
    visitor.submit("/file/details", description="电梯异响，请来看看", phone="13800138000").submit(
        "/file/check"
    )
    return str(visitor.page.select("[data-reference]")[0]["data-reference"])


def roll(stand: Stand) -> None:
    turns = {"reloads": 0, "restarts": 0, "deaths": 0}
    began = time.monotonic()
    with Load(stand.public, f"/track/{_filed(stand.public.visitor())}").running() as load:
        while load.count < REQUESTS:
            for web in stand.webs:
                before = web.workers()
                web.reload()
                until(lambda web=web, before=before: web.workers() and not web.workers() & before)  # type: ignore[misc]
                web.stop()
                web.start()
                turns["reloads"] += 1
                turns["restarts"] += 1
    took = time.monotonic() - began
    print(f"{load.count} requests in {took:.0f} s: {dict(load.asked)}; {turns}; {len(load.failed)} failed")
    for problem in load.failed[:10]:
        print(f"  {problem}")


def _slow(front: str, stand: Stand) -> Callable[[], socket.socket]:
    if front == "nginx":
        return stand.public.line
    return lambda: socket.create_connection(("127.0.0.1", stand.webs[0].port))


def _probed(origin: Origin) -> list[float]:
    """How long each of ten look-ups took that were answered within ten seconds."""
    taken = []
    for _each in range(PROBES):
        began = time.monotonic()
        with suppress(urllib3.exceptions.HTTPError):
            if origin.ask("/track", timeout=LONGEST).status == 200:
                taken.append(time.monotonic() - began)
    return taken


def slow_sockets(stand: Stand, front: str) -> None:
    """Three kinds: who says nothing, who stops within the headers, who stops within the body."""
    origin = stand.public if front == "nginx" else stand.origin(PUBLIC_HOST, behind=stand.webs[0].port)
    head = f"POST /file HTTP/1.1\r\nHost: {PUBLIC_HOST}:{stand.https}\r\n".encode()
    kinds = {"silent": b"", "half a head": head, "half a body": head + b"Content-Length: 99999\r\n\r\nx"}
    for kind, words in kinds.items():
        lines = [_slow(front, stand)() for _each in range(SLOW)]
        for line in lines:
            if words:
                line.sendall(words)
        taken = _probed(origin)
        middle = f", median {statistics.median(taken):.2f} s" if taken else ""
        print(
            f"{front}, {SLOW} sockets, {kind}: {len(taken)} of {PROBES} probes answered{middle}", flush=True
        )
        for line in lines:
            line.close()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, standing(Path(folder), WEB_CONCURRENCY="2") as stand:
        if "--slow" not in sys.argv:
            roll(stand)
        for front in ("nginx", "gunicorn"):
            slow_sockets(stand, front)


if __name__ == "__main__":
    main()
