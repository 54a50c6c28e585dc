"""The log (T44): one line is one record, whoever writes it and whatever it quotes, and nobody is known by it."""

import json
import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from shared.cases.references import from_bits, shown
from shared.web import log_lines
from tests.databases import settings
from wsgi import create_app

WRITES = """
import logging
import sys
import warnings
import structlog
gunicorn = logging.getLogger("gunicorn.error")
gunicorn.addHandler(logging.StreamHandler())
gunicorn.propagate = False
from shared.config import from_environment
from shared.web.log_lines import configure_log

evil = sys.argv[1]
configure_log(from_environment({"SECRET_KEY": "k" * 43, "FIELD_KEY": "k" * 43, "LOG_FORMAT": sys.argv[2]}))
structlog.get_logger("access").info("request", route=evil)
logging.getLogger("any").warning("of a library: %s", evil)
gunicorn.error("Worker: %s", evil)
warnings.warn(evil)
try:
    raise ValueError(evil)
except ValueError:
    logging.getLogger("any").exception("unexpected error")
"""
EVIL = 'no\n{"level": "forged", "event": "signed in"}\r\nno'
BARE = from_bits(4_711)
PRIVATE = f"请回电 13800138000 或 139 0013 9000，{shown(BARE)}，{BARE.lower()}，/c/aB3_-aB3_-aB3_-aB3_-aB"


def said(words: str, log_format: str = "json") -> tuple[list[str], list[str]]:
    """What a process writes to its two streams when such words are in what it logs."""
    done = subprocess.run(
        [sys.executable, "-c", WRITES, words, log_format], capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines(), done.stderr.splitlines()


def test_each_line_is_one_record_of_json_whoever_writes_it() -> None:
    """Ours, a library's, the web server's, a warning of Python's, and an error with its stack."""
    out, err = said(EVIL)
    [request] = [json.loads(line) for line in out]
    warning, gunicorn, caution, error = (json.loads(line) for line in err)
    assert [request["route"], request["level"]] == [EVIL, "info"]
    assert [warning["event"], warning["level"]] == [f"of a library: {EVIL}", "warning"]
    assert [gunicorn["event"], gunicorn["level"]] == [f"Worker: {EVIL}", "error"]
    assert [caution["logger"], caution["level"]] == ["py.warnings", "warning"]
    assert [error["event"], error["level"]] == ["unexpected error", "error"]
    assert "forged" in error["exception"]


@pytest.mark.parametrize("log_format", ["json", "text"])
def test_telephones_references_and_private_links_are_in_no_line(log_format: str) -> None:
    out, err = said(PRIVATE, log_format)
    text = "\n".join(out + err)
    assert "请回电 138****8000 或 139****9000" in text
    for private in ("13800138000", "0013 9000", shown(BARE), BARE.lower(), "aB3_-aB3"):
        assert private not in text
    assert len(set(re.findall(r"ref:[0-9a-f]{12}", text))) == 1, (
        "one reference is one mark, however it is typed"
    )


def test_in_plain_text_too_nobody_can_forge_a_line() -> None:
    out, err = said(EVIL, "text")
    assert not [line for line in out + err if line.startswith('{"level": "forged"')]
    assert r"of a library: no\n{" in "\n".join(err)


def test_what_only_looks_like_a_telephone_stays() -> None:
    kept = "2026-11-22T10:47:24.138001 id 4413800138000 138001380001 9138001380 20260302-0012"
    assert log_lines.hidden(kept, b"key") == kept


class Lines(StringIO):
    def records(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.getvalue().splitlines()]


@pytest.fixture
def lines(tmp_path: Path) -> Iterator[tuple[Flask, Lines]]:
    """An application that fails at `/fails/…`, and what its log says of it."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    root.handlers.clear()
    app = create_app(settings(tmp_path, LOG_FORMAT="json"), faces=("portal",))

    @app.get("/fails/<name>")
    def fails(name: str) -> str:
        raise ValueError(f"no {name}")

    heard = Lines()
    [handler] = root.handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(heard)
    yield app, heard
    root.handlers[:] = before
    root.setLevel(level)


def test_the_number_on_an_error_page_finds_the_error_in_the_log(lines: tuple[Flask, Lines]) -> None:
    app, heard = lines
    answer = app.test_client().get("/fails/13800138000")
    assert answer.status_code == 500
    number = answer.headers["X-Request-ID"]
    assert number in answer.text
    [error] = [record for record in heard.records() if "exception" in record]
    assert error["request_id"] == number
    assert "no 138****8000" in error["exception"]


@pytest.mark.parametrize(
    ("given", "is_taken"),
    [
        ("550e8400-e29b-41d4-a716-446655440000", True),
        ("abcdef0123456789", True),
        ("", False),
        ("short", False),
        ("a" * 65, False),
        ("no spaces at all", False),
        ("é" * 20, False),
        ("13800138000", False),
    ],
)
def test_a_proxys_number_is_kept_where_it_is_one(
    lines: tuple[Flask, Lines], given: str, is_taken: bool
) -> None:
    app, _heard = lines
    answered = app.test_client().get("/fails/x", headers={"X-Request-ID": given}).headers["X-Request-ID"]
    assert (answered == given) is is_taken
    assert re.fullmatch(r"[0-9A-Za-z-]{8,64}", answered)
