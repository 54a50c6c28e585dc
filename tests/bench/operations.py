"""What one operation takes of the processors, beside a bare Flask page that does its least. Prints; judges nothing.

`python -m tests.bench.operations`; BENCH_DATABASE=sqlite (or postgresql) for one engine, BENCH_RUNS for fewer turns.
Real gunicorn with its own settings, over HTTP on one kept connection. Counted is the processor time, user's and
system's, of all web processes and all processes of the database server; what stands ready before is made outside.
"""

import os
import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import cycle

from sqlalchemy import select, text

from shared.cases.models import Case
from shared.clock import now
from shared.database import db
from staff.cases import seats
from tests import cast as company
from tests.bench.bare import NOTES
from tests.bench.estate import fill
from tests.bench.server import BARE, Browser, Server, used_by
from tests.databases import fresh
from wsgi import create_app

CASES, TIMES = 1_000, 200
APART = timedelta(minutes=20)  # all within a fortnight, of which the calendar knows the holidays
RUNS = int(os.environ.get("BENCH_RUNS", "5"))
ENGINES = os.environ.get("BENCH_DATABASE", "sqlite,postgresql").split(",")
SHAPES = (("archived", 80.0), ("handling", 20.0))  # enough in hand for a turn of reassigning
PER_SOURCE = 60  # filings: an address may send more, but not very many more
WORDS = "三号楼二单元的电梯今天早上又停在四楼，里面的人等了十分钟才出来，请尽快派人检查。"
POSTMASTER = text("SELECT pg_backend_pid()")

Step = Callable[[], object]


@dataclass
class Stand:
    """The servers of one database, and what stands in it."""

    ours: Server
    bare: Server
    postmaster: int
    references: list[str]
    numbers: list[str]
    handlers: Iterator[str]
    filed: int = 0
    staff: Browser = field(init=False)
    owner: Browser = field(init=False)
    visitor: Browser = field(init=False)

    def __post_init__(self) -> None:
        self.staff = signed_in(self.ours.port)
        self.owner, self.visitor = Browser(self.ours.port), Browser(self.bare.port)

    def used(self) -> float:
        database = used_by(self.postmaster) if self.postmaster else 0.0
        return self.ours.used() + self.bare.used() + database


def signed_in(port: int, username: str = "limin") -> Browser:
    browser = Browser(port).get("/staff/sign-in")
    token = browser.hidden()["csrf_token"]
    given = {"username": username, "password": company.PASSWORD, "csrf_token": token}
    assert browser.post("/staff/sign-in", given).status == 303, browser.status
    return browser


def checked(browser: Browser, n: int) -> Browser:
    """The n-th filing, up to the page on which it is read once more."""
    key = browser.get("/file").hidden()
    answers = {
        "category": "facilities",
        "topic": "lift",
        "description": f"{WORDS}第 {n} 次。",
        "name": "陈女士",
        "phone": f"139{n:08d}",
        "unit": "1201",
    }
    assert browser.post("/file/details", key | answers).leads_to == "/file/check", browser.html
    return browser.get("/file/check")


def _each(times: int, ask: Callable[[int], Browser], expected: int = 200) -> list[Step]:
    def step(n: int) -> Step:
        def do() -> None:
            answer = ask(n)
            assert answer.status == expected, (answer.status, answer.html[:2000])

        return do

    return [step(n) for n in range(times)]


class Operations:
    """Each gives the steps of one turn, with what they need standing ready."""

    def __init__(self, stand: Stand) -> None:
        self.stand = stand

    def bare_select(self) -> list[Step]:
        stand = self.stand
        return _each(TIMES, lambda n: stand.visitor.get(f"/track/{stand.references[n].replace('-', '')}"))

    def bare_insert(self) -> list[Step]:
        return _each(TIMES, lambda n: self.stand.visitor.post("/file", {"description": WORDS}), 303)

    def look_up(self) -> list[Step]:
        stand = self.stand
        return _each(TIMES, lambda n: stand.owner.get(f"/track/{stand.references[n]}"))

    def _ready(self) -> Iterator[tuple[Browser, dict[str, str]]]:
        """Filings that only have to be sent; every so many come from another address."""
        connection = None
        for n in range(TIMES):
            self.stand.filed += 1
            if n % PER_SOURCE == 0:
                last = self.stand.filed // PER_SOURCE
                source = f"127.{1 + last // 60_000}.{last // 250 % 240}.{1 + last % 250}"
                connection = Browser(self.stand.ours.port, source).connection
            browser = checked(Browser(self.stand.ours.port, connection=connection), self.stand.filed)
            yield browser, browser.hidden()

    def filing(self) -> list[Step]:
        ready = list(self._ready())
        return _each(TIMES, lambda n: ready[n][0].post("/file/check", ready[n][1]), 303)

    def receipt(self) -> list[Step]:
        links = []
        for browser, hidden in self._ready():
            links.append((browser, browser.post("/file/check", hidden).leads_to))
        return _each(TIMES, lambda n: links[n][0].get(links[n][1]))

    def register(self) -> list[Step]:
        return _each(TIMES, lambda n: self.stand.staff.get("/staff/cases"))

    def case_page(self) -> list[Step]:
        stand = self.stand
        return _each(
            TIMES, lambda n: stand.staff.get(f"/staff/cases/{stand.numbers[n % len(stand.numbers)]}")
        )

    def reassign(self) -> list[Step]:
        """Each case dispatched again, to the other of two: what is sent when its form has been filled in."""
        stand = self.stand
        handler = {"handler": next(stand.handlers), "requirements": "先到现场，今天内回话。"}
        addresses = [f"/staff/cases/{number}/dispatch" for number in stand.numbers]
        ready = [(address, stand.staff.get(address).hidden() | handler) for address in addresses]
        return _each(len(ready), lambda n: stand.staff.post(*ready[n]), 303)

    @property
    def each(self) -> dict[str, tuple[Callable[[], list[Step]], str]]:
        """What is measured, and what it is compared with."""
        return {
            "bare SELECT": (self.bare_select, ""),
            "bare INSERT": (self.bare_insert, ""),
            "look-up": (self.look_up, "bare SELECT"),
            "filing": (self.filing, "bare INSERT"),
            "receipt": (self.receipt, "bare SELECT"),
            "register page": (self.register, "bare SELECT"),
            "case page": (self.case_page, "bare SELECT"),
            "reassign": (self.reassign, "bare INSERT"),
        }


@contextmanager
def stand(engine: str) -> Iterator[Stand]:
    with fresh(engine) as config:
        app = create_app(config)
        with app.app_context():
            cast = company.settle()
            fill(cast, CASES, now(), shapes=SHAPES, age=lambda n: APART * n)
            NOTES.create(db.engine)
            found = _found(cast)
            postmaster = _postmaster() if engine == "postgresql" else 0
            db.session.remove()
            db.engine.dispose()
        with Server(config) as ours, Server(config, BARE) as bare:
            yield Stand(ours, bare, postmaster, *found)


def _found(cast: company.Cast) -> tuple[list[str], list[str], Iterator[str]]:
    """References to look up, numbers of cases in handling, and the two who take turns in handling them."""
    references = [case.shown_reference for case in db.session.scalars(select(Case).limit(TIMES))]
    numbers = db.session.scalars(select(Case.archive_number).where(Case.state == "handling")).all()
    team = cast.department("工程部").id
    handlers = [seats.code(team, cast.person(name).id) for name in ("wangqiang", "zhaolei")]
    return references, [*numbers], cycle(handlers)


def _postmaster() -> int:
    backend = db.session.scalar(POSTMASTER)
    with open(f"/proc/{backend}/stat") as stat:
        return int(stat.read().rpartition(")")[2].split()[1])


def _turn(stand: Stand, steps: Sequence[Step]) -> float:
    before = stand.used()
    for step in steps:
        step()
    return (stand.used() - before) / len(steps)


def bench(engine: str) -> None:
    with stand(engine) as desk:
        each = Operations(desk).each
        taken: dict[str, list[float]] = {name: [] for name in each}
        for _ in range(RUNS + 1):  # the first makes plans and caches
            for name, (prepared, _of) in each.items():
                taken[name].append(_turn(desk, prepared()))
        print(f"\n{engine}, {CASES:,} cases, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f};")
        print(f"ms of processor for each, web and database; median of {RUNS} turns of {TIMES}")
        medians = {name: statistics.median(turns[1:]) for name, turns in taken.items()}
        for name, (_prepared, of) in each.items():
            ratio = f"{medians[name] / medians[of]:>7.2f} x {of}" if of else ""
            spread = f"{min(taken[name][1:]):.2f}–{max(taken[name][1:]):.2f}"
            print(f"{name:16}{medians[name]:>8.2f}  {spread:>12}{ratio}", flush=True)


if __name__ == "__main__":
    for engine in ENGINES:
        bench(engine)
