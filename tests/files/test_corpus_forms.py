"""Forms as no browser sends them, to a real server: each is answered in plain words, and costs neither it nor the disk.

(T12, T32, F29, F30)
"""

import os
import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from shared.clock import now
from tests.databases import fresh
from tests.files.specimens import CORPUS, photo
from tests.files.wire import (
    MARK,
    Answer,
    Wire,
    chunked,
    file_named,
    form,
    memory_of,
    part,
    unseen_files_of,
)
from tests.machine import Machine, until
from tests.nursery import Begun

MEGABYTE = 1_000_000
MOST_MEMORY = 64  # megabytes above what one usual photo takes
PHOTO = photo()
WHOLE = form(file_named("a.jpg", PHOTO))
INNER = WHOLE.replace(MARK.encode(), b"in")
TOO_LARGE, NOTHING_CAME, BEGAN_TOO_LONG_AGO = "内容太大", "没有收到照片", "页面放得太久了"


class Server(Machine):
    """One whose processes can be looked at."""

    master = 0

    def start(self, *words: str, **ends: Any) -> Begun:
        begun = super().start(*words, **ends)
        self.master = begun.pid
        return begun


@pytest.fixture(scope="module")
def machine() -> Iterator[Server]:
    with fresh("sqlite", settled=True) as config:
        found = Server(config, now())
        (config.data_dir / "tmp").mkdir()
        found.env["TMPDIR"] = str(config.data_dir / "tmp")
        try:
            yield found
        finally:
            found.end()


@pytest.fixture(scope="module")
def wire(machine: Server) -> Wire:
    """An owner's telephone that has opened the form, and sent one photo as it should."""
    visitor = machine.serve()
    visitor.get("/file?estate=jinxiu")
    token = visitor.page.find("input", attrs={"name": "csrf_token"})
    assert token is not None
    wire = Wire(visitor.port, visitor.cookies, str(token["value"]))
    assert wire.post(WHOLE).status == 200
    return wire


@pytest.fixture(scope="module")
def worker(machine: Server, wire: Wire) -> int:
    """The process that answers."""
    (child,) = Path(f"/proc/{machine.master}/task/{machine.master}/children").read_text().split()
    return int(child)


@pytest.fixture(scope="module")
def usual(wire: Wire, worker: int) -> tuple[int, int]:
    """What the process took at most for one usual photo, and the files that it always holds."""
    return memory_of(worker), unseen_files_of(worker)


@pytest.fixture(autouse=True)
def _costs_nothing(wire: Wire, worker: int, usual: tuple[int, int], machine: Server) -> Iterator[None]:
    """Whatever came: the same process lives and answers, has not grown, and has put nothing aside."""
    yield
    memory, files = usual
    assert memory_of(worker) <= memory + MOST_MEMORY
    until(lambda: unseen_files_of(worker) <= files, 10)
    assert list(Path(machine.env["TMPDIR"]).iterdir()) == []


def _endless() -> Iterator[bytes]:
    yield file_named("a.jpg", b"")[:-2]
    yield from (b"x" * MEGABYTE for _ in range(2_000))


def _field(size: int) -> bytes:
    return form(part('form-data; name="description"', b"x" * size))


Sent = Callable[[Wire], Answer]
ODD: dict[str, tuple[Sent, int, str]] = {
    "no boundary": (lambda w: w.post(WHOLE, kind="multipart/form-data"), 422, NOTHING_CAME),
    "another boundary": (lambda w: w.post(WHOLE, kind="multipart/form-data; boundary=x"), 422, NOTHING_CAME),
    "no boundary and no token": (
        lambda w: Wire(w.port, w.cookies, "").post(WHOLE, kind="multipart/form-data"),
        419,
        BEGAN_TOO_LONG_AGO,
    ),
    "no kind": (lambda w: w.post(WHOLE, kind=""), 422, NOTHING_CAME),
    "json": (lambda w: w.post(b"{}", kind="application/json"), 422, NOTHING_CAME),
    "100 000 parts": (lambda w: w.post(form(part('form-data; name="a"', b"1") * 100_000)), 413, TOO_LARGE),
    "121 files": (lambda w: w.post(form(file_named("a.jpg", b"x") * 121)), 413, TOO_LARGE),
    "100 000 boundaries": (lambda w: w.post(b"--" + MARK.encode() + b"\r\n" * 100_000), 422, NOTHING_CAME),
    "a field of 1 MB": (lambda w: w.post(_field(MEGABYTE)), 413, TOO_LARGE),
    "a field of 60 MB": (lambda w: w.post(_field(60 * MEGABYTE)), 413, TOO_LARGE),
    "a field of 100 MB": (lambda w: w.post(_field(100 * MEGABYTE)), 413, TOO_LARGE),
    "a file of 60 MB": (lambda w: w.post(form(file_named("a.jpg", b"x" * 60 * MEGABYTE))), 422, "超过 15 MB"),
    "a name of 1 MB": (lambda w: w.post(form(file_named("a" * MEGABYTE, PHOTO))), 413, TOO_LARGE),
    "headers without end": (
        lambda w: w.post(b"--" + MARK.encode() + b"\r\n" + b"X: y\r\n" * 200_000),
        413,
        TOO_LARGE,
    ),
    "fields of 10 MB without parts": (
        lambda w: w.post(b"a&" * 5 * MEGABYTE, kind="application/x-www-form-urlencoded"),
        413,
        TOO_LARGE,
    ),
    "250 000 fields": (
        lambda w: w.post(b"a&" * 250_000, kind="application/x-www-form-urlencoded"),
        422,
        NOTHING_CAME,
    ),
    "no file name": (lambda w: w.post(form(part('form-data; name="photos"', PHOTO))), 422, NOTHING_CAME),
    "a name that is no text": (
        lambda w: w.post(form(file_named("\udcff\udcfe.jpg", PHOTO))),
        422,
        NOTHING_CAME,
    ),
    "an empty file name": (lambda w: w.post(form(file_named("", PHOTO))), 422, NOTHING_CAME),
    "a form within a form": (
        lambda w: w.post(
            form(part('form-data; name="photos"', INNER, "Content-Type: multipart/mixed; boundary=in"))
        ),
        422,
        NOTHING_CAME,
    ),
    "less said than sent": (lambda w: w.post(WHOLE, length=len(WHOLE) // 2), 422, NOTHING_CAME),
    "2 GB said, a little sent": (lambda w: w.post(b"x" * 70_000, length=2_000 * MEGABYTE), 413, TOO_LARGE),
    "a length below nothing": (lambda w: w.post(b"", "Content-Length: -1"), 400, ""),
    "a length that is none": (lambda w: w.post(b"", "Content-Length: much"), 400, ""),
    "a bad piece": (
        lambda w: w.post(iter([b"zz\r\nabc"]), "Transfer-Encoding: chunked", cut=True),
        400,
        "没有成功",
    ),
    "an odd estate": (
        lambda w: w.post(
            form(part('form-data; name="estate"', b"\xff\xfe", "Content-Type: text/plain; charset=zlib"))
        ),
        404,
        "没有找到",
    ),
    "two photos and two estates": (
        lambda w: w.post(
            form(
                file_named("a.jpg", PHOTO),
                file_named("b.jpg", PHOTO),
                part('form-data; name="estate"', b"jinxiu") * 2,
            )
        ),
        200,
        "照片 1",
    ),
    "in pieces without a length": (
        lambda w: w.post(chunked([WHOLE]), "Transfer-Encoding: chunked"),
        200,
        "照片",
    ),
    "said to be packed": (lambda w: w.post(WHOLE, "Content-Encoding: gzip"), 200, "照片"),
}


@pytest.mark.parametrize("odd", list(ODD))
def test_t32_an_odd_form_is_answered_in_plain_words(odd: str, wire: Wire) -> None:
    send, status, words = ODD[odd]
    answer = send(wire)
    assert (answer.status, words in answer.text) == (status, True), answer.text[:400]
    assert "Traceback" not in answer.text


WHY = {
    "png_of_50_000_by_50_000": "照片的尺寸太大，无法处理。请截图后再上传，或换一张普通尺寸的照片。",
    "gif_of_10_000_frames": "动态图片不能使用。请上传普通照片。",
    "jpeg_cut_at_3_quarters": "照片打不开，可能已损坏或没有传完。请重新拍摄或换一张照片。",
    "page_named_a_photo": "这个文件不是可以使用的照片。请上传 JPG、PNG、WebP 或 HEIC 照片。",
    "letter_of_an_owner": "这个文件不是可以使用的照片。",
    "png_whose_text_inflates": "照片打不开",
}


@pytest.mark.parametrize("name", list(WHY))
def test_t30_whoever_sent_a_picture_that_cannot_be_used_is_told_why_and_what_to_do(
    name: str, wire: Wire
) -> None:
    answer = wire.post(form(file_named("a.jpg", CORPUS[name].make())))
    assert (answer.status, f"a.jpg：{WHY[name]}" in answer.text) == (422, True), answer.text[:400]


@pytest.mark.parametrize("says_so", [True, False])
def test_f29_two_gigabytes_are_refused_before_they_are_read(says_so: bool, wire: Wire) -> None:
    """By what is said of them, or in pieces of which nothing is said; then the line is dead."""
    if says_so:
        answer = wire.post(_endless(), length=2_000 * MEGABYTE, goes_on=True)
    else:
        answer = wire.post(chunked(_endless()), "Transfer-Encoding: chunked", goes_on=True)
    assert answer.status == 413
    assert TOO_LARGE in answer.text
    assert answer.read < 100 * MEGABYTE
    assert answer.closed


def _seconds_of(pid: int) -> float:
    """Of a processor."""
    facts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(facts[11]) + int(facts[12])) / os.sysconf("SC_CLK_TCK")


def test_f30_whoever_hangs_up_in_the_middle_costs_the_server_nothing_more(wire: Wire, worker: int) -> None:
    """A telephone in a lift: what came is dropped, and nobody goes on looking for the rest."""
    head = b"POST /file/photos HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50000\r\n\r\n"
    for _ in range(5):
        with socket.create_connection(("127.0.0.1", wire.port)) as line:
            line.sendall(head + b"x" * 1_000)
    assert wire.post(WHOLE).status in (200, 422)  # 422: six are there
    before = _seconds_of(worker)
    Event().wait(1.5)
    assert _seconds_of(worker) - before < 0.15


EVIL = [
    "../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "/etc/passwd",
    "C:\\boot.ini",
    ".htaccess",
    ".",
    "..",
    "a.php",
    "a.php.jpg",
    "a.jpg\x00.php",
    "a.svg",
    "CON",
    "aux.jpg",
    "NUL.jpg",
    "a" * 300 + ".jpg",
    "图" * 200 + ".jpg",
    "a\u200bb.jpg",
    "gpj.\u202eexe",
    "\ufeffa.jpg",
    "e\u0301" * 40,
    "📷.jpg",
    "<script>alert(1)</script>.jpg",
    "'; DROP TABLE attachments; --.jpg",
    "$(reboot).jpg",
    "`id`.jpg",
    "%2e%2e%2fx.jpg",
    "a;b=c.jpg",
    "{{ 7*7 }}.jpg",
    "=cmd|' /C calc'!A0.jpg",
    "a\tb.jpg",
]


@pytest.mark.parametrize("number", range(len(EVIL)))
def test_t12_a_name_from_outside_names_nothing_here(number: int, wire: Wire, machine: Server) -> None:
    """Of a photo nothing of it is kept; of what is refused the person reads it, short and harmless."""
    name = EVIL[number]
    refused = wire.post(form(file_named(name, b"no photo")))
    assert refused.status == 422
    assert "这个文件不是可以使用的照片" in refused.text
    shown = re.search("<p data-why>(.*?)：这个文件", refused.text, re.DOTALL)
    assert shown is not None
    assert len(shown[1]) <= 24 + 40  # what is escaped takes more letters
    assert not re.search("[<>\u200b\u202e\ufeff\x00\t/]", shown[1])
    if number % 6 == 0:
        assert wire.post(form(file_named(name, PHOTO))).status in (200, 422)  # 422: six are there
    names = [path.name for path in (machine.folder / "files").rglob("*") if path.is_file()]
    assert all(re.fullmatch(r"[0-9a-f]{32}(\.thumb)?\.jpg", each) for each in names)
