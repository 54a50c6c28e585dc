"""The desk as an operator runs it: the servers of deploy/, started from those very files."""

import http.client
import re
import signal
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import psycopg
import pytest
import redis
from PIL import Image

from shared.cases.references import from_bits, shown
from tests.cast import PASSWORD
from tests.deploy import smuggling
from tests.deploy.load import Load
from tests.deploy.stand import PUBLIC_HOST, STAFF_HOST, Stand, standing
from tests.deploy.visitors import Origin, Visitor
from tests.machine import until

WORDS = "3号楼2单元电梯又坏了，早上困了我半个小时"
TELEPHONE = "13800138000"


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    with standing(tmp_path_factory.mktemp("stand")) as found:
        yield found


@pytest.fixture(scope="module")
def owner(stand: Stand) -> Visitor:
    """Somebody who has filed with a photo, through nginx; their browser is on the receipt."""
    visitor = stand.public.visitor()
    visitor.get("/file").submit("/file", category="facilities:lift")
    visitor.submit(
        "/file/details", description=WORDS, phone=TELEPHONE, photos=("IMG_1.jpg", photo(), "image/jpeg")
    )
    return visitor.submit("/file/check")


def photo() -> bytes:
    held = BytesIO()
    Image.new("RGB", (640, 480), "olive").save(held, "JPEG")
    return held.getvalue()


def link_of(owner: Visitor) -> str:
    link = re.search(r"/c/[\w-]+", owner.text)
    assert link, owner.words[:300]
    return link[0]


def reference_of(owner: Visitor) -> str:
    return str(owner.page.select("[data-reference]")[0]["data-reference"])


def number_of(owner: Visitor) -> str:
    return next(word[:10] for word in owner.words.split() if word.startswith("JX-"))


def signed_in(origin: Origin, name: str) -> Visitor:
    visitor = origin.visitor().get("/staff/sign-in")
    visitor.submit("/staff/sign-in", username=name, password=PASSWORD)
    assert visitor.where == "/staff/", visitor.words[:200]
    return visitor


def line_to(stand: Stand, front: str) -> socket.socket:
    if front == "nginx":
        return stand.public.line()
    return socket.create_connection(("127.0.0.1", stand.webs[0].port), timeout=30)


def test_an_owner_files_with_a_photo_through_the_proxy_and_reads_it_again(
    stand: Stand, owner: Visitor
) -> None:
    page = stand.public.visitor().get(link_of(owner))
    assert WORDS in page.words
    (shown_photo,) = {str(image["src"]) for image in page.page.select("img[src*='/c/']")}
    answer = stand.public.ask(shown_photo)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "image/jpeg")


def test_each_name_answers_for_its_own_face_and_for_nothing_of_the_other(stand: Stand) -> None:
    """Decision 15; T26: another name is no name of ours; T33: what machines ask is not asked from outside."""
    home = stand.staff.ask("/")
    assert (home.status, home.headers["Location"]) == (302, "/staff/")
    owners = ("/file", "/track", "/c/0", "/board/jinxiu", "/open311/v2/discovery.json", "/staffing")
    for path in (*owners, "/metrics", "/readyz"):
        assert stand.staff.ask(path).status == 404, path
    for path in ("/staff", "/staff/", "/staff/sign-in", "/metrics", "/readyz"):
        assert stand.public.ask(path).status == 404, path
    missing = stand.public.ask("/staff/").data.decode()
    assert "没有这个页面" in missing
    assert missing.startswith("<!doctype html>")
    assert missing.rstrip().endswith("</html>")
    assert [o.ask("/healthz").status for o in (stand.public, stand.staff)] == [200, 200]
    assert stand.public.ask("/", headers={"Host": "evil.test"}).status == 400
    plain = http.client.HTTPConnection("127.0.0.1", stand.http)
    plain.request("GET", "/track?x=1", headers={"Host": STAFF_HOST})
    sent = plain.getresponse()
    plain.close()
    assert (sent.status, sent.headers["Location"]) == (301, f"https://{STAFF_HOST}/track?x=1")


def test_the_cookies_of_the_two_names_stay_apart(stand: Stand) -> None:
    """Decision 15, T19."""
    (staffs,) = stand.staff.ask("/staff/sign-in").headers.getlist("Set-Cookie")
    (owners,) = stand.public.ask("/file").headers.getlist("Set-Cookie")
    for cookie, name, marks in (
        (staffs, "staff_session=", {"Secure", "HttpOnly", "Path=/staff", "SameSite=Strict"}),
        (owners, "session=", {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}),
    ):
        assert cookie.startswith(name)
        assert marks <= set(cookie.split("; "))
        assert "Domain" not in cookie, "it would go to the other name too"


def test_files_with_a_digest_in_their_address_are_kept_for_ever(stand: Stand) -> None:
    sheets = stand.public.visitor().get("/").page.select("link[rel=stylesheet]")
    address = str(sheets[0]["href"])
    kept = stand.public.ask(address, headers={"Accept-Encoding": "gzip"})
    assert kept.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert (kept.headers["Content-Type"], kept.headers["Content-Encoding"]) == (
        "text/css; charset=utf-8",
        "gzip",
    )
    assert stand.public.ask(address.partition("?")[0]).headers["Cache-Control"] == "no-cache"
    page = stand.public.ask("/", headers={"Accept-Encoding": "br, gzip"})
    assert page.headers["Content-Encoding"] == "br", "the application compresses; nginx leaves it as it is"


def test_t26_whoever_writes_another_address_into_a_header_is_still_who_they_are(stand: Stand) -> None:
    guesser = stand.origin(PUBLIC_HOST, source="127.0.0.2")
    forged = [dict.fromkeys(("X-Forwarded-For", "X-Real-IP"), f"198.51.100.{n}") for n in range(130)]
    guesses = [guesser.ask(f"/track/{shown(from_bits(n))}", headers=forged[n]).status for n in range(130)]
    assert set(guesses[:60]) == {404}
    assert guesses[-2:] == [429, 429], "both processes know the source by now, whatever it writes"
    honest = {"X-Forwarded-For": "127.0.0.2"}
    assert stand.public.ask(f"/track/{shown(from_bits(1))}", headers=honest).status == 404


@pytest.mark.parametrize("front", ["nginx", "gunicorn"])
def test_t35_of_two_requests_in_one_only_one_is_answered(stand: Stand, front: str) -> None:
    lines = {name: line_to(stand, front) for name in smuggling.CORPUS}
    for name, connection in lines.items():
        connection.sendall(smuggling.said(name, f"{PUBLIC_HOST}:{stand.https}"))
    answers = smuggling.answers(lines)
    for connection in lines.values():
        connection.close()
    assert len(answers) == 20
    for name, answer in answers.items():
        statuses = re.findall(rb"HTTP/1\.[01] (\d{3}) ", answer)
        assert len(statuses) <= 1, f"{name}: {statuses}"
        if name.startswith("both"):
            assert statuses == [b"400"] or answer == smuggling.CUT, f"{name}: {statuses}"


def test_f29_what_is_too_large_is_refused_before_it_is_read(stand: Stand) -> None:
    for body in (b"Content-Length: 2147483648\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n80000000\r\nx"):
        with stand.public.line() as line:
            line.sendall(
                b"POST /file HTTP/1.1\r\nHost: %s\r\n" % f"{PUBLIC_HOST}:{stand.https}".encode() + body
            )
            answer = smuggling.answers({"": line})[""].decode()
        assert answer.startswith("HTTP/1.1 413 ")
        assert "请返回上一页，减少照片后再试" in answer


@pytest.mark.parametrize("front", ["nginx", "gunicorn"])
def test_f28_two_hundred_slow_telephones_keep_nobody_waiting(stand: Stand, front: str) -> None:
    """Who says nothing, who stops within the head of a request, who stops within its body, or within a chunk of it."""
    head = f"POST /file HTTP/1.1\r\nHost: {PUBLIC_HOST}:{stand.https}\r\n".encode()
    kinds = (
        b"",
        head,
        head + b"Content-Length: 100000\r\n\r\nx",
        head + b"Transfer-Encoding: chunked\r\n\r\n5\r\nx",
    )
    bare = stand.origin(PUBLIC_HOST, behind=stand.webs[0].port)
    lines = [line_to(stand, front) for _each in range(200)]
    try:
        for number, line in enumerate(lines):
            line.sendall(kinds[number % len(kinds)])
        for origin in (stand.public, stand.staff) if front == "nginx" else (bare, bare):
            assert [origin.ask("/healthz").status for _each in range(10)] == [200] * 10
    finally:
        for line in lines:
            line.close()


def test_f32_whoever_looks_up_without_end_keeps_nobody_else_from_it(stand: Stand) -> None:
    """T24: half of the places are one source's at most, which files and reads meanwhile as before."""
    crowd = stand.origin(PUBLIC_HOST, source="127.0.0.3")
    head = f"POST /track/0000-0000-00/unlock HTTP/1.1\r\nHost: {PUBLIC_HOST}:{stand.https}\r\n"
    lines = [crowd.line() for _each in range(24)]
    try:
        for line in lines:
            line.sendall(f"{head}Content-Length: 9\r\n\r\nx".encode())
        until(lambda: crowd.ask("/track").status == 429)
        assert "急事请打电话" in crowd.ask("/track").data.decode()
        assert [crowd.ask(path).status for path in ("/file", "/healthz")] == [200, 200]
        assert stand.public.ask("/track").status == 200
    finally:
        for line in lines:
            line.close()
    until(lambda: crowd.ask("/track").status == 200)


def test_two_processes_are_one_desk(stand: Stand, owner: Visitor) -> None:
    """A second server: sessions, claims and sign-outs are everybody's; what a process counts in memory is its own."""
    here, there = (stand.origin(STAFF_HOST, behind=web.port) for web in stand.webs)
    limin = signed_in(here, "limin")
    case = f"/staff/cases/{number_of(owner)}"
    limin.get(f"{case}/claim").submit("/claim")
    same = there.visitor()
    same.cookies = limin.cookies
    assert "首问责任人" in same.get(case).words
    assert "已受理" in same.words
    same.submit("/staff/sign-out")
    assert limin.get("/staff/").where.startswith("/staff/sign-in")

    first, second = (stand.origin(PUBLIC_HOST, behind=web.port, source="203.0.113.7") for web in stand.webs)
    guesses = [first.ask(f"/track/{shown(from_bits(n))}").status for n in range(61)]
    assert guesses == [404] * 60 + [429]
    assert second.ask(f"/track/{shown(from_bits(1))}").status == 404


def test_the_queue_is_what_its_file_says(stand: Stand) -> None:
    queue = redis.Redis(unix_socket_path=str(stand.redis_socket), decode_responses=True)
    said = {name: queue.config_get(name)[name] for name in ("appendonly", "maxmemory-policy", "port", "save")}
    assert said == {"appendonly": "yes", "maxmemory-policy": "noeviction", "port": "0", "save": ""}
    assert stand.redis_socket.stat().st_mode & 0o077 == 0


def test_every_other_service_begins_does_its_work_and_ends_when_it_is_told(stand: Stand) -> None:
    """Worker, schedule, upgrade: their command lines with their settings (F08)."""
    queue = redis.Redis(unix_socket_path=str(stand.redis_socket))

    def beats(kind: str) -> bool:
        with psycopg.connect(stand.config.database_url) as rows:
            return bool(rows.execute("SELECT 1 FROM heartbeats WHERE kind = %s", [kind]).fetchone())

    signs = {
        "upgrade": lambda: True,
        "schedule": lambda: beats("schedule"),
        "worker": lambda: queue.smembers("rq:workers"),
    }
    running = {name: stand.begin(name) for name in signs}
    try:
        for name, sign in signs.items():
            until(sign)
            if name != "upgrade":
                running[name].send_signal(signal.SIGTERM)
            assert running[name].wait(30) == 0, stand.log(name).read_text()[-2000:]
    finally:
        for process in running.values():
            process.send_signal(signal.SIGKILL)


def test_no_log_holds_a_private_link_a_reference_or_a_telephone(stand: Stand, owner: Visitor) -> None:
    """T44, CO-M5: nor the address of an owner."""
    link, reference = link_of(owner), reference_of(owner)
    asked = (
        ("GET", f"{link}?q={TELEPHONE}"),
        ("GET", f"/track/{reference}"),
        ("DELETE", link),
        ("GET", f"{link}%00"),
        ("GET", f"/{reference}"),
        ("GET", f"{link}/{'x' * 9000}"),
    )
    for method, path in asked:
        stand.public.ask(path, method, {"Referer": f"{stand.public.url}{link}"})
    stand.public.ask(link, "POST", {"Content-Length": str(65 * 1024 * 1024)}, body=iter(()))
    stand.staff.ask(f"/staff/cases?q={TELEPHONE}")
    logs = {path.name: path.read_text() for path in stand.folder.rglob("*.log")}
    for secret in (link.removeprefix("/c/"), reference, reference.replace("-", ""), TELEPHONE, WORDS):
        assert not [name for name, text in logs.items() if secret in text]
    assert '"method":"DELETE","page":"/c"' in logs["shouwen-public.log"]
    assert '"page":"/staff/cases"' in logs["shouwen-staff.log"]
    assert "127.0.0.2" not in "".join(logs.values())


def test_f08_servers_come_and_go_under_load_and_no_request_fails(stand: Stand, owner: Visitor) -> None:
    """One process loads its code anew, the other is stopped and started, while owners never stop coming."""
    with Load(stand.public, f"/track/{reference_of(owner)}").running() as load:
        first, second = stand.webs
        before = first.workers()
        first.reload()
        until(lambda: first.workers() and not first.workers() & before)
        assert second.stop() == 0
        second.start()
        until(lambda: load.count >= 2_000)
    assert load.failed == []
    assert load.asked["POST file"] >= 40


def test_f04_who_comes_while_a_process_is_dead_waits_for_the_next(stand: Stand) -> None:
    """As systemd leaves it after kill -9 of what watches over the workers: none of them lives on.

    The next has settings of its own: FACES, of which the others are not even loaded then (decision 15).
    """
    web = stand.webs[1]
    web.kill()
    (stand.folder / f"web-{web.port}.env").write_text("FACES=portal,board\n")
    with ThreadPoolExecutor(10) as visitors:
        answers = [visitors.submit(stand.public.ask, "/healthz") for _each in range(10)]
        web.start()
        assert [answer.result().status for answer in answers] == [200] * 10

    asked = ((PUBLIC_HOST, "/track"), (PUBLIC_HOST, "/board/jinxiu"), (STAFF_HOST, "/staff/sign-in"))
    for number, right in ((0, [200, 200, 200]), (1, [200, 200, 404])):
        doors = [(stand.origin(host, behind=stand.webs[number].port), path) for host, path in asked]
        assert [door.ask(path).status for door, path in doors] == right
