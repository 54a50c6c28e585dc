"""One application with so many cases behind it, and what is asked of it."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from flask.testing import FlaskClient
from sqlalchemy import func, select

from shared.cases.models import Case
from shared.clock import now
from shared.database import db
from shared.ownership import claiming
from shared.register.views import offered
from tests import cast as company
from tests.bench.estate import fill, open_cases, settle_down
from tests.bench.processor import Processor
from tests.critic import queries
from tests.databases import fresh
from tests.life import Life
from wsgi import create_app

_LINE = re.compile(r'href="/staff/cases/([A-Z]+-\d+-\d+)"')

Prepare = Callable[[], object]
Do = Callable[..., object]


@dataclass(frozen=True)
class Taken:
    """One request or act: its processor time in ms, how often it asked the database, how many cases it showed."""

    cpu: float
    statements: int
    lines: int


class Desk:
    def __init__(self, engine: str, count: int) -> None:
        self.count = count
        self._database = fresh(engine)
        self.app = create_app(self._database.__enter__())
        self.app.config["RATELIMIT_ENABLED"] = False
        with self.app.app_context():
            self.cast = company.settle()
            fill(self.cast, count, now())
            middle = (
                select(Case).where(Case.state == "handling").order_by(func.abs(Case.id - count // 2)).limit(1)
            )
            case = db.session.scalars(middle).one()
            self.views = offered(self.cast.person("limin"))
            self.number, self.reference = case.archive_number, case.shown_reference
        self.staff, self.owner = self.signed_in(), self.app.test_client()
        self._read("/staff/")
        self._processor = Processor(self.app)

    def signed_in(self) -> FlaskClient:
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
        self._database.__exit__(None, None, None)

    def settle_down_to(self, other: "Desk") -> None:
        """Leave as many cases open as *other* has, and alike."""
        with other.app.app_context():
            pattern = open_cases()
        with self.app.app_context():
            settle_down(pattern, self.count / other.count)

    def take(self, name: str) -> Taken:
        """Do what is asked under that name once; what has to stand before it is made outside the measure."""
        prepare, do = self.acts[name]
        return self.measured(do, prepare())

    def measured(self, do: Do, given: object = None) -> Taken:
        with queries(self.app) as asked:
            before = self._processor.used()
            shown = do(given)
            cpu = self._processor.used() - before
        return Taken(cpu, len(asked), len(set(_LINE.findall(shown))) if isinstance(shown, str) else 0)

    def _read(self, address: str, client: FlaskClient | None = None) -> str:
        answer = (client or self.staff).get(address)
        assert answer.status_code in (200, 303), (
            address,
            answer.status_code,
        )  # 303: a number leads to its case
        return answer.get_data(as_text=True)

    def _page(self, address: str, client: FlaskClient | None = None) -> tuple[Prepare, Do]:
        return (lambda: None), (lambda _: self._read(address, client))

    def _file(self, _given: object = None) -> Life:
        """The verb and its clocks, as the last step of the portal runs it."""
        with self.app.app_context():
            return Life(self.cast, company.file(self.cast, now()).archive_number, now())

    def _claim(self, story: Life) -> Life:
        with self.app.app_context():
            story.act("limin", claiming.claim)
        return story

    def _dispatch(self, story: Life) -> None:
        with self.app.app_context():
            story.dispatched()

    @property
    def searches(self) -> dict[str, str]:
        """What is typed into the search box, from what one case holds to what every ninth does, and nothing."""
        return {
            "a rare word": f"第 {self.count // 2} 次",
            "words of 20 cases": "水表倒转",
            "words of 1 in 100": "井盖松动",
            "words of 1 in 9": "漏水",
            "two words": "屋顶 漏水",
            "one character": "漏",
            "nothing found": "恐龙",
            "a whole number": self.number,
            "a number": self.number[3:],
            "a serial": str(self.count // 2 + 7)[-4:],
            "a telephone": f"138{self.count // 2:08d}",
        }

    @property
    def acts(self) -> dict[str, tuple[Prepare, Do]]:
        filters = {
            "ended": "state=archived",
            "a building": "building=1",
            "the oldest": "sort=oldest",
            "nothing fits": "channel=city_hotline",
            "common words, nothing fits": "channel=city_hotline&q=漏水",
        }
        return {
            "desk": self._page("/staff/"),
            **{f"desk, {view}": self._page(f"/staff/?view={view}") for view in self.views},
            "register": self._page("/staff/cases"),
            **{f"register, {what}": self._page(f"/staff/cases?{q}") for what, q in filters.items()},
            **{f"search, {what}": self._page(f"/staff/cases?q={q}") for what, q in self.searches.items()},
            "case": self._page(f"/staff/cases/{self.number}"),
            "look-up": self._page(f"/track/{self.reference}", self.owner),
            "board": self._page("/board/jinxiu", self.owner),
            "board, all counted anew": (
                (lambda: self.app.extensions.pop("kept", None)),
                self._page("/board/jinxiu", self.owner)[1],
            ),
            "filing": ((lambda: None), self._file),
            "claim": (self._file, self._claim),
            "dispatch": ((lambda: self._claim(self._file())), self._dispatch),
        }
