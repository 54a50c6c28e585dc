"""When a request is worth a thread: its head is there, and of its body what a form has (F28)."""

import socket
from threading import Event, Thread

import pytest

from shared.web import patience
from shared.web.patience import ENOUGH, Paced, missing

GET = b"GET /track HTTP/1.1\r\nHost: a\r\n\r\n"
FORM = b"POST /file HTTP/1.1\r\nHost: a\r\ncontent-LENGTH: 11\r\nX: y\r\n\r\n"
PHOTO = b"POST /file HTTP/1.1\r\nContent-Length: 9000000\r\n\r\n"
CHUNKED = b"POST /file HTTP/1.1\r\ntransfer-Encoding:  chunked\r\nX: y\r\n\r\n"
CHUNKS = CHUNKED + b"3;x=y\r\na=b\r\n00A\r\n\r\n0\r\n\r\n&c=\r\n0\r\n"


@pytest.mark.parametrize(
    "whole", [GET, FORM + b"a=b&c=d&e=f", PHOTO + bytes(ENOUGH - len(PHOTO)), CHUNKS + b"\r\n"]
)
def test_what_is_there_goes_to_a_thread_and_a_byte_less_waits(whole: bytes) -> None:
    assert not missing(whole)
    assert missing(whole[:-1])


def test_a_head_without_end_is_left_to_the_parser_to_refuse() -> None:
    assert missing(b"x" * (ENOUGH - 1))
    assert not missing(b"x" * ENOUGH)


def test_a_body_in_chunks_waits_for_its_last_or_for_enough_of_it() -> None:
    assert missing(CHUNKED)
    assert not missing(CHUNKS + b"Trailer: z\r\n\r\n")
    assert missing(CHUNKS + b"Trailer: z\r\n")
    large = CHUNKED + b"fffff\r\n"
    assert missing(large + bytes(ENOUGH - len(large) - 1))
    assert not missing(large + bytes(ENOUGH - len(large)))


@pytest.mark.parametrize("size", [b"x", b"", b"-1", b"0x1", b"1_0", b"f" * 17])
def test_a_chunk_whose_size_is_none_is_left_to_the_parser_to_refuse(size: bytes) -> None:
    assert not missing(CHUNKED + size + b"\r\nabc")


def test_a_length_within_the_body_is_none() -> None:
    assert not missing(GET + b"\r\nContent-Length: 99\r\n")


def test_f28_whoever_sends_a_byte_now_and_then_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """A photo that is being read has a thread of its own: who keeps no pace must not keep it."""
    monkeypatch.setattr(patience, "PATIENCE", 0.2)
    left, right = socket.socketpair()
    with left, Paced(fileno=right.detach()) as line:
        gone = Event()
        Thread(target=drip, args=(left, gone), daemon=True).start()
        with pytest.raises(BlockingIOError, match="too slow"):
            read_all(line)
        gone.set()


def read_all(line: socket.socket) -> None:
    while line.recv(8_192):
        pass


def drip(line: socket.socket, gone: Event) -> None:
    while not gone.wait(0.01):
        line.sendall(b"x")


def test_f28_whoever_keeps_the_pace_has_all_the_time_that_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only waiting counts: neither what a thread does between two reads, nor a look at what is there."""
    monkeypatch.setattr(patience, "PATIENCE", -0.5)
    monkeypatch.setattr(patience, "ENOUGH", 0)
    left, right = socket.socketpair()
    with left, Paced(fileno=right.detach()) as line:
        line.begin()
        for _ in range(4):
            left.sendall(bytes(patience.SLOWEST))
            assert len(line.recv(patience.SLOWEST, socket.MSG_PEEK)) == patience.SLOWEST
            assert len(line.recv(patience.SLOWEST)) == patience.SLOWEST
        line.begin()
        left.sendall(b"x")
        with pytest.raises(BlockingIOError):
            line.recv(1)
