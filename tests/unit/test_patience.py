"""When a request is worth a thread: its head is there, and of its body what a form has (F28)."""

import pytest

from shared.web.patience import ENOUGH, missing

GET = b"GET /track HTTP/1.1\r\nHost: a\r\n\r\n"
FORM = b"POST /file HTTP/1.1\r\nHost: a\r\ncontent-LENGTH: 11\r\nX: y\r\n\r\n"
PHOTO = b"POST /file HTTP/1.1\r\nContent-Length: 9000000\r\n\r\n"
CHUNKED = b"POST /file HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize("whole", [GET, FORM + b"a=b&c=d&e=f", PHOTO + bytes(ENOUGH - len(PHOTO)), CHUNKED])
def test_what_is_there_goes_to_a_thread_and_a_byte_less_waits(whole: bytes) -> None:
    assert not missing(whole)
    assert missing(whole[:-1])


def test_a_head_without_end_is_left_to_the_parser_to_refuse() -> None:
    assert missing(b"x" * (ENOUGH - 1))
    assert not missing(b"x" * ENOUGH)


def test_a_length_within_the_body_is_none() -> None:
    assert not missing(GET + b"\r\nContent-Length: 99\r\n")
