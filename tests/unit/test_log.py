"""The log (T44): one line is one record, whoever writes it and whatever it quotes."""

import json
import subprocess
import sys

WRITES = """
import logging
import sys
import structlog
from shared.config import from_environment
from shared.web.requests import configure_log

evil = sys.argv[1]
configure_log(from_environment({"SECRET_KEY": "k" * 43, "FIELD_KEY": "k" * 43, "LOG_FORMAT": "json"}))
structlog.get_logger("access").info("request", route=evil)
logging.getLogger("any").warning("of a library: %s", evil)
try:
    raise ValueError(evil)
except ValueError:
    logging.getLogger("any").exception("unexpected error")
"""
EVIL = 'no\n{"level": "forged", "event": "signed in"}\r\nno'


def test_each_line_is_one_record_of_json() -> None:
    done = subprocess.run([sys.executable, "-c", WRITES, EVIL], capture_output=True, text=True, check=True)
    [request] = [json.loads(line) for line in done.stdout.splitlines()]
    warning, error = (json.loads(line) for line in done.stderr.splitlines())
    assert [request["route"], request["level"]] == [EVIL, "info"]
    assert [warning["event"], warning["level"]] == [f"of a library: {EVIL}", "warning"]
    assert [error["event"], error["level"]] == ["unexpected error", "error"]
    assert "forged" in error["exception"]
