"""How often one source may ask (T24). Keys are salted by day and kept in memory only: nothing leads back (CO-M5)."""

import hmac
from ipaddress import IPv6Address, ip_address

from flask import Flask, current_app, request
from flask_limiter import Limiter, RequestLimit

from shared import counting
from shared.clock import now
from shared.config import Config
from shared.counting import What
from shared.web.requests import client_address

KEPT = "shouwen.source_key"


def source_key() -> str:
    """A keyed digest of today's date and the source: an address, or an IPv6 prefix of 64 bits."""
    if KEPT not in request.environ:  # each limit of a page asks
        request.environ[KEPT] = _digest()
    return str(request.environ[KEPT])


def _digest() -> str:
    text = client_address()
    try:
        address = ip_address(text)
        if isinstance(address, IPv6Address):
            text = str(IPv6Address(int(address) >> 64 << 64))
    except ValueError:
        pass
    key: str = current_app.extensions["shouwen"].secret_key
    return hmac.digest(key.encode(), f"{now().date()}|{text}".encode(), "sha256")[:12].hex()


def _count(limit: RequestLimit) -> None:
    """By the rule's name, or that of the door where it has none; never by the source."""
    counting.count(What.RATE_LIMITED, limit.request_args[-1])


class DoorLimiter(Limiter):
    """Each door asks for its own limits when it is opened. There are none for all of them, to be asked before."""

    def _check_request_limit(self, callable_name: str | None = None, in_middleware: bool = True) -> None:
        if not in_middleware:
            super()._check_request_limit(callable_name, in_middleware)


limiter = DoorLimiter(key_func=source_key, storage_uri="memory://", default_limits=[], on_breach=_count)


def init_app(app: Flask, config: Config) -> None:
    app.config["RATELIMIT_HEADERS_ENABLED"] = True
    limiter.init_app(app)
