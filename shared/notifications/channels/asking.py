"""Asking a carrier's server over HTTP: one question, one short answer, no redirects followed."""

import json
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError

from shared.outbox.tasks import Undone

PATIENCE = 10.0  # seconds for each step; the lease of an outbox row is thirty
LONGEST = 64 * 1024


class _Stay(urllib.request.HTTPRedirectHandler):
    """A redirect would lead our secrets, or us, to where nobody has looked (T17)."""

    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        return None


_opener = urllib.request.build_opener(_Stay)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes

    def json(self) -> dict[str, Any]:
        """Empty when it is none."""
        try:
            said = json.loads(self.body)
        except ValueError:
            return {}
        return said if isinstance(said, dict) else {}


def ask(
    url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None, *, whom: str
) -> Answer:
    """GET *url*, or POST *body* to it. Raises Undone, naming *whom* and never the address."""
    if not url.startswith(("https://", "http://")):
        raise Undone(f"{whom} has no usable address")
    question = urllib.request.Request(url, data=body, headers=dict(headers or {}))
    try:
        with _opener.open(question, timeout=PATIENCE) as answer:
            return Answer(answer.status, answer.read(LONGEST))
    except HTTPError as error:
        with error:
            return Answer(error.code, error.read(LONGEST))
    except URLError as error:
        raise Undone(f"{whom} was not reached: {type(error.reason).__name__}") from None
    except (
        HTTPException,
        OSError,
        ValueError,
    ) as error:  # an address that is none, an answer that is not HTTP
        raise Undone(f"{whom} was not reached: {type(error).__name__}") from None


def ask_json(url: str, question: Mapping[str, Any], *, whom: str) -> Answer:
    """POST *question* as JSON."""
    body = json.dumps(question, ensure_ascii=False).encode()
    return ask(url, body, {"Content-Type": "application/json; charset=utf-8"}, whom=whom)
