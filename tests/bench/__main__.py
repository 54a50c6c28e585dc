"""Desk, register, search, case, filing and look-up at 1,000 and at 100,000 cases, as ratios. Prints; judges nothing."""

import os
import statistics
import time
from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import func, select

from shared.cases.models import Case
from shared.clock import now
from shared.database import db
from shared.register.views import offered
from tests import cast as company
from tests.bench import sweeping
from tests.bench.estate import fill
from tests.databases import fresh
from wsgi import create_app

SIZES = (1_000, 100_000)
RUNS = 15


class Desk:
    """One application with so many cases, and the requests that are timed on it."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.database = fresh(os.environ.get("BENCH_DATABASE", "sqlite"))
        self.app = create_app(self.database.__enter__())
        self.app.config["RATELIMIT_ENABLED"] = False
        with self.app.app_context():
            self.cast = company.settle()
            began = time.perf_counter()
            fill(self.cast, count, now())
            self.filled = time.perf_counter() - began
            middle = (
                select(Case).where(Case.state == "handling").order_by(func.abs(Case.id - count // 2)).limit(1)
            )
            case = db.session.scalars(middle).one()
            self.views = offered(self.cast.person("limin"))
            self.number, self.reference = case.archive_number, case.shown_reference
        self.staff = self._signed_in()
        self.owner = self.app.test_client()

    def _signed_in(self) -> FlaskClient:
        client = self.app.test_client()
        page = client.get("/staff/sign-in")
        token = page.get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0]
        client.post(
            "/staff/sign-in", data={"username": "limin", "password": company.PASSWORD, "csrf_token": token}
        )
        return client

    def close(self) -> None:
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()
        self.database.__exit__(None, None, None)

    def look(self, client: FlaskClient, address: str) -> None:
        answer = client.get(address)
        assert answer.status_code in (200, 303), (
            address,
            answer.status_code,
        )  # 303: a number leads to its case

    def reading(self, address: str) -> Callable[[], None]:
        return lambda: self.look(self.staff, address)

    @property
    def sought(self) -> dict[str, str]:
        """What is typed into the search box, from what one case holds to what every ninth does, and nothing."""
        return {
            "a rare word": f"第 {self.count // 2} 次",
            "a common word": "漏水",
            "two words": "屋顶 漏水",
            "one character": "漏",
            "a number": self.number[3:],
            "a tail": f"{self.count // 2:04d}"[-4:],
            "a telephone": f"138{self.count // 2:08d}",
            "nothing found": "恐龙",
        }

    def file(self) -> None:
        """The verb and its clocks, as the last step of the portal runs it."""
        with self.app.app_context():
            company.file(self.cast, now())

    @property
    def requests(self) -> dict[str, Callable[[], None]]:
        return {
            "desk": self.reading("/staff/"),
            **{f"desk, {view}": self.reading(f"/staff/?view={view}") for view in self.views},
            "register": self.reading("/staff/cases"),
            **{f"search, {what}": self.reading(f"/staff/cases?q={q}") for what, q in self.sought.items()},
            "case": lambda: self.look(self.staff, f"/staff/cases/{self.number}"),
            "filing": self.file,
            "look-up": lambda: self.look(self.owner, f"/track/{self.reference}"),
        }


def _medians(requests: list[Callable[[], None]]) -> list[float]:
    """Of each in milliseconds; they take turns, so that a busy minute of the machine falls on all of them."""
    times: list[list[float]] = [[] for _ in requests]
    for request in requests:
        request()
    for _ in range(RUNS):
        for request, mine in zip(requests, times, strict=True):
            began = time.perf_counter()
            request()
            mine.append(time.perf_counter() - began)
    return [statistics.median(mine) * 1000 for mine in times]


def main() -> None:
    desks = [Desk(count) for count in SIZES]
    try:
        print(f"{os.environ.get('BENCH_DATABASE', 'sqlite')}, {os.cpu_count()} cores, median of {RUNS} runs")
        print(f"{'':24}" + "".join(f"{size:>12,}" for size in SIZES) + f"{'ratio':>10}")
        for name in desks[0].requests:
            small, large = _medians([desk.requests[name] for desk in desks])
            print(f"{name:24}{small:>9.1f} ms{large:>9.1f} ms{large / small:>10.2f}")
    finally:
        for desk in desks:
            desk.close()


if __name__ == "__main__":
    main()
    sweeping.main()
