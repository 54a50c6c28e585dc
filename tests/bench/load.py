"""Many at once: look-ups and filings on both engines, boards that come back, writers. Prints; judges nothing.

`python -m tests.bench.load [part …]` with the parts `throughput`, `slices`, `shedding`, `boards`, `writers`;
BENCH_DATABASE=sqlite for one engine, BENCH_SECONDS for each turn (default 8). Look-ups are asked by wrk, everything
else by threads of this process, which takes a part of the same processors: the figures are lower bounds.
"""

import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPException
from itertools import count
from threading import Event, Lock, Thread

from shared.clock import now
from shared.database import db
from tests import cast as company
from tests.bench.estate import fill
from tests.bench.operations import checked
from tests.bench.server import Browser, Line, Server
from tests.databases import fresh
from wsgi import create_app

CASES, CLIENTS = 1_000, 64
SECONDS = float(os.environ.get("BENCH_SECONDS", "8"))
ENGINES = os.environ.get("BENCH_DATABASE", "sqlite,postgresql").split(",")
SLICES, IN_A_SLICE = 10, 1_000
BOARDS, BOARD = 200, "/board/jinxiu/fragment"
WRITERS = 32
PATIENCE = 30.0  # seconds after which a browser gives up
ROUND_ROBIN = """
local addresses = {%s}
local n = math.random(#addresses)
request = function() n = n %% #addresses + 1; return wrk.format("GET", addresses[n]) end
"""
_filings = count(1)  # nobody files the same twice
_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


class Found:
    """How long each took, in ms, and what came of it."""

    def __init__(self) -> None:
        self.took: list[float] = []
        self.ends: Counter[str] = Counter()
        self._guard = Lock()

    def note(self, began: float, end: object) -> None:
        with self._guard:
            self.took.append((time.perf_counter() - began) * 1000)
            self.ends[str(end)] += 1

    def __str__(self) -> str:
        if not self.took:
            return "none"
        cuts = statistics.quantiles(self.took, n=100) if len(self.took) > 1 else self.took * 99
        ends = ", ".join(f"{count:,} x {end}" for end, count in self.ends.most_common())
        return f"{len(self.took):,} p50 {cuts[49]:,.0f} p95 {cuts[94]:,.0f} p99 {cuts[98]:,.0f} ms; {ends}"


def _line(name: str, said: object) -> None:
    print(f"{name:44}{said}", flush=True)


@contextmanager
def served(engine: str, *, workers: int = 2, threads: int = 16) -> Iterator[tuple[Server, list[str]]]:
    """A desk with cases, its server, and the addresses under which they are looked up."""
    with fresh(engine) as config:
        app = create_app(config)
        with app.app_context():
            cast = company.settle()
            fill(cast, CASES, now())
            found = [f"/track/{company.file(cast, now()).shown_reference}" for _ in range(40)]
            db.session.remove()
            db.engine.dispose()
        with Server(config, workers=workers, threads=threads) as server:
            yield server, found


def look_up(server: Server, addresses: list[str], clients: int, seconds: float) -> str:
    """What wrk says: answers in a second, how long they took, and whatever was no page."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(ROUND_ROBIN % ", ".join(f'"{address}"' for address in addresses))
        script.flush()
        words = ["wrk", "-t2", f"-c{clients}", f"-d{seconds:g}s", f"--timeout={PATIENCE:g}s", "--latency"]
        words += ["-s", script.name, f"http://127.0.0.1:{server.port}/"]
        said = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    cuts = " ".join(f"p{part} {_ms(said, part):,.0f}" for part in ("50", "99"))
    rate = re.search(r"Requests/sec: +([\d.]+)", said)
    wrong = re.findall(r"Non-2xx or 3xx responses: \d+|Socket errors: .*", said)
    return f"{float(rate[1]) if rate else 0:,.0f} a second, {cuts} ms; {', '.join(wrong) or 'all were pages'}"


def _ms(said: str, part: str) -> float:
    found = re.search(rf"^ +{part}% +([\d.]+)(us|ms|s|m)", said, re.MULTILINE)
    return float(found[1]) * _UNITS[found[2]] if found else 0.0


def _file_until(over: Event, server: Server, n: int, found: Found) -> None:
    """File one after the other, from an address of one's own; counted is the sending alone."""
    line = Line(
        "127.0.0.1", server.port, timeout=PATIENCE, source_address=(f"127.2.{n // 250}.{n % 250 + 1}", 0)
    )
    for _ in range(110):  # an address may file 120 in ten minutes
        if over.is_set():
            break
        began, end = time.perf_counter(), "failed"
        with suppress(OSError, HTTPException, KeyError):
            browser = checked(Browser(server.port, connection=line), next(_filings))
            sent = browser.hidden()
            began = time.perf_counter()
            end = str(browser.post("/file/check", sent).status)
        found.note(began, end)
    line.close()


def filings(server: Server, clients: int, during: Callable[[], object]) -> tuple[Found, float]:
    """So many file as fast as they are answered while *during* runs; gives how they fared, and in how many seconds."""
    over, found = Event(), Found()
    threads = [Thread(target=_file_until, args=(over, server, n, found)) for n in range(clients)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    during()
    over.set()
    for thread in threads:
        thread.join()
    return found, time.monotonic() - began


def throughput(engine: str) -> None:
    for threads in (4, 16):
        with served(engine, threads=threads) as (server, addresses):
            look_up(server, addresses, CLIENTS, 2)  # plans and caches
            _line(f"look-up, 2 x {threads}, {CLIENTS} clients", look_up(server, addresses, CLIENTS, SECONDS))
            found, seconds = filings(server, CLIENTS, lambda: Event().wait(SECONDS))
            _line(
                f"filing, 2 x {threads}, {CLIENTS} clients",
                f"{len(found.took) / seconds:.0f} a second, {found}",
            )


def slices(engine: str) -> None:
    """F32: ten thousand kept connections, as many at a time as one machine holds of both ends."""
    with served(engine) as (server, addresses):
        for n in range(SLICES):
            said = look_up(server, addresses, IN_A_SLICE, SECONDS)
            _line(f"look-up, {IN_A_SLICE:,} kept connections, slice {n + 1}", said)


def shedding(engine: str) -> None:
    """F32: whether filing goes on while very many look up."""
    with served(engine) as (server, addresses):
        calm, _seconds = filings(server, 4, lambda: Event().wait(SECONDS))
        _line("filing, 4 clients, calm", calm)
        said: list[str] = []
        found, _seconds = filings(
            server, 4, lambda: said.append(look_up(server, addresses, IN_A_SLICE, 2 * SECONDS))
        )
        _line(f"look-up meanwhile, {IN_A_SLICE:,} clients", said[0])
        _line("filing, 4 clients, meanwhile", found)


def boards(engine: str) -> None:
    """F33: every screen of a town asks again in the second in which the server is back."""
    with served(engine) as (server, _addresses):
        mark = Browser(server.port).get(BOARD).headers["etag"]
        found, gate = Found(), Event()

        def come_back() -> None:
            gate.wait()
            began, end = time.perf_counter(), "failed"
            with suppress(OSError, HTTPException):
                end = str(Browser(server.port, also={"If-None-Match": mark}).get(BOARD).status)
            found.note(began, end)

        threads = [Thread(target=come_back) for _ in range(BOARDS)]
        for thread in threads:
            thread.start()
        before = server.used()
        gate.set()
        for thread in threads:
            thread.join()
        _line(
            f"{BOARDS} boards at once",
            f"{found}; {(server.used() - before) / BOARDS:.1f} ms of processor each",
        )


def writers(engine: str) -> None:
    """F15: 32 who read and then write, in threads of one process, without a pause."""
    with fresh(engine) as config:
        app = create_app(config)
        with app.app_context():
            cast = company.settle()
        over, found = Event(), Found()

        def write() -> None:
            while not over.is_set():
                began, end = time.perf_counter(), "done"
                try:
                    with app.app_context():
                        company.file(cast, now())
                except Exception as error:
                    end = str(getattr(error, "orig", error))[:60]
                found.note(began, end)

        threads = [Thread(target=write) for _ in range(WRITERS)]
        for thread in threads:
            thread.start()
        Event().wait(max(SECONDS, 60))
        over.set()
        for thread in threads:
            thread.join()
        _line(f"{WRITERS} writers", found)


PARTS = {part.__name__: part for part in (throughput, slices, shedding, boards, writers)}


def main() -> None:
    if shutil.which("wrk") is None:
        sys.exit("load: wrk asks the look-ups, and is not here. On Debian and Ubuntu: apt-get install -y wrk")
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    for engine in ENGINES:
        for name in sys.argv[1:] or PARTS:
            print(f"\n{engine}, {name}: {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}", flush=True)
            PARTS[name](engine)


if __name__ == "__main__":
    main()
