"""The pages packed as tightly as can be: hundreds of screens ask every half minute, and most often get the same."""

from functools import lru_cache

import brotli  # type: ignore[import-untyped]
from flask import Request, Response

TIGHTEST = 11  # some 40 ms, once for each state of an estate's board


@lru_cache(maxsize=32)
def _packed(html: str) -> bytes:
    packed: bytes = brotli.compress(html.encode(), quality=TIGHTEST)
    return packed


def answer(html: str, request: Request) -> Response:
    """The answer to a poll: packed for a screen that can unpack it, plain for any other."""
    packs = "br" in request.accept_encodings
    response = Response(_packed(html) if packs else html)
    if packs:
        response.headers["Content-Encoding"] = "br"
    response.vary.add("Accept-Encoding")
    return response
