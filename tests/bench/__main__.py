"""Desk, register, case, filing and look-up at 1,000 and at 100,000 cases, as ratios. Prints; judges nothing."""

import os
import statistics
import time
from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import func, select

from shared.cases.models import Case
from shared.clock import now
from shared.database import db
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
        assert answer.status_code == 200, (address, answer.status_code)

    def file(self) -> None:
        """The verb and its clocks, as the last step of the portal runs it."""
        with self.app.app_context():
            company.file(self.cast, now())

    @property
    def requests(self) -> dict[str, Callable[[], None]]:
        return {
            "desk": lambda: self.look(self.staff, "/staff/"),
            "register": lambda: self.look(self.staff, "/staff/cases"),
            "register, a word": lambda: self.look(self.staff, "/staff/cases?q=漏水"),
            "case": lambda: self.look(self.staff, f"/staff/cases/{self.number}"),
            "filing": self.file,
            "look-up": lambda: self.look(self.owner, f"/track/{self.reference}"),
        }


def _median(request: Callable[[], None]) -> float:
    request()
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        request()
        times.append(time.perf_counter() - began)
    return statistics.median(times) * 1000


def main() -> None:
    desks = [Desk(count) for count in SIZES]
    try:
        print(f"{os.environ.get('BENCH_DATABASE', 'sqlite')}, {os.cpu_count()} cores, median of {RUNS} runs")
        print(f"{'':20}" + "".join(f"{size:>12,}" for size in SIZES) + f"{'ratio':>10}")
        for name in desks[0].requests:
            small, large = (_median(desk.requests[name]) for desk in desks)
            print(f"{name:20}{small:>9.1f} ms{large:>9.1f} ms{large / small:>10.2f}")
    finally:
        for desk in desks:
            desk.close()


if __name__ == "__main__":
    main()
    sweeping.main()
