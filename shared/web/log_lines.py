"""How the log is written: one line, one record, in one form, whether we write it or a library does (T44).

What an error quotes may be somebody's: telephones are masked, references stand as a keyed digest that finds their other
lines again, and private links are cut out.
"""

import hmac
import logging
import re
from functools import partial
from typing import Any

import structlog
from flask import g, has_request_context
from structlog.typing import EventDict, Processor, WrappedLogger

from shared.cases import references
from shared.config import Config

TELEPHONE = re.compile(r"(?<!\d)(1[3-9]\d)[ -]?\d{4}[ -]?(\d{4})(?!\d)")
_LETTER = f"[{references.ALPHABET}OIL]"
REFERENCE = re.compile(
    rf"(?<![0-9A-Za-z_-]){_LETTER}{{4}}-?{_LETTER}{{4}}-?{_LETTER}{{2}}(?![0-9A-Za-z_-])", re.IGNORECASE
)
PRIVATE_LINK = re.compile(r"/c/[\w-]{16,}")
OURS = ("level", "timestamp", "request_id", "logger")  # never somebody's words
SERVERS = ("gunicorn.error",)  # have handlers of their own


def hidden(text: str, key: bytes) -> str:
    """*text* without what leads to somebody."""
    text = TELEPHONE.sub(r"\1****\2", text)
    text = PRIVATE_LINK.sub("/c/…", text)
    return REFERENCE.sub(partial(_digest, key), text)


def _digest(key: bytes, found: re.Match[str]) -> str:
    """The same for one reference however it was typed; what is none by its check character stays."""
    reference = references.read(found[0]).reference
    if reference is None:
        return found[0]
    return "ref:" + hmac.digest(key, f"log|{reference}".encode(), "sha256")[:6].hex()


def _hide(key: bytes, _logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    for name, value in event.items():
        if isinstance(value, str) and name not in OURS:
            event[name] = hidden(value, key)
    return event


def _add_request(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """The number that the error page shows leads to every line of its request."""
    if has_request_context() and "request_id" in g:
        event.setdefault("request_id", g.request_id)
    return event


class _PlainLines(logging.Formatter):
    """For people: the same without its form. A message is one line; a stack has more, and each is set in."""

    def __init__(self, key: bytes) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")
        self._key = key

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = record.message.replace("\r", r"\r").replace("\n", r"\n")
        return super().formatMessage(record)

    def formatException(self, error: Any) -> str:
        return "\n".join(f"  {line}" for line in super().formatException(error).splitlines())

    def format(self, record: logging.LogRecord) -> str:
        return hidden(super().format(record), self._key)


def configure_log(config: Config) -> None:
    """Have everybody who writes to the log of this process write so."""
    key = config.secret_key.encode()
    steps: list[Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _add_request,
        partial(_hide, key),
    ]
    is_json = config.log_format == "json"
    renderer = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if is_json
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[*steps, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(config.log_level)),
    )
    formatter = _json_lines(steps, renderer) if is_json else _PlainLines(key)
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    logging.basicConfig(level=config.log_level, handlers=[handler])
    logging.captureWarnings(True)
    for name in SERVERS:
        for theirs in logging.getLogger(name).handlers:
            theirs.setFormatter(formatter)


def _json_lines(steps: list[Processor], renderer: Processor) -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.add_logger_name, *steps],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    )
