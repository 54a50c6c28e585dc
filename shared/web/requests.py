"""Who asks, and the log line of each request: never a body, an address of filing or tracking, or a reference."""

import re
import secrets
import time
from http import HTTPStatus
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

import structlog
from flask import Flask, Request, Response, g, request
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from shared.config import Config
from shared.web.log_lines import configure_log

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

log = structlog.get_logger("access")

# Asked every few seconds by machines.
UNLOGGED = ("static", "operations.healthz", "operations.readyz", "metrics.metrics")
REQUEST_ID = re.compile(r"(?!\d+$)[0-9A-Za-z-]{8,64}")  # of a proxy; figures alone may be a telephone
LARGEST_ID = 2**31 - 1
LARGEST_PLAIN = 512 * 1024  # bytes of a form without files; a quarter of a second of a processor, at worst
FORWARDING = ("X-Forwarded-For", "X-Real-IP", "Forwarded")


class Asked(Request):
    """A request. HEAD is a GET whose answer is not sent: no view may take it for a POST, which needs a token (T06)."""

    def __init__(
        self, environ: "WSGIEnvironment", populate_request: bool = True, shallow: bool = False
    ) -> None:
        super().__init__(environ, populate_request, shallow)
        if self.method == "HEAD":
            self.method = "GET"


class Identifier(IntegerConverter):
    """`<int:…>` in an address: a number that both databases hold. A larger one is nobody's address."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=LARGEST_ID)


def client_address() -> str:
    """The client's address as far as it can be trusted (T26): by the proxies of the settings, by no other header."""
    address = request.remote_addr or "0.0.0.0"  # a test client has no socket
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    mapped = getattr(parsed, "ipv4_mapped", None)
    return str(mapped or parsed)


def forwarded() -> bool:
    return any(name in request.headers for name in FORWARDING)


def came_from_inside(config: Config) -> bool:
    """Whether the request comes from a network that may reach the staff face."""
    if forwarded() and config.trusted_proxy_count == 0:
        return False  # a proxy stands in front that the settings do not know: the address cannot be trusted
    if not config.staff_networks:
        return True
    address = ip_address(client_address())
    return any(address in ip_network(network, strict=False) for network in config.staff_networks)


def _is_private_to_owners() -> bool:
    """Filing and tracking: no address is logged there (CO-M5).

    Nor where our people only look at the sign-in page: from it a link leads to what they report without a name.
    """
    if request.endpoint == "staff.sign_in" and request.method == "GET":
        return True
    return not request.path.startswith(("/staff", "/board", "/static", "/healthz", "/readyz"))


def _bound() -> None:
    """Only photos are large. What is no multipart form is read whole, with as many fields as fit in it (T32)."""
    if request.mimetype != "multipart/form-data":
        request.max_content_length = LARGEST_PLAIN


def _begin() -> None:
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
    g.began = time.perf_counter()


def _end(response: Response) -> Response:
    response.headers["X-Request-ID"] = g.get("request_id", "")
    if request.endpoint in UNLOGGED:
        return response
    facts = {
        "route": str(request.url_rule) if request.url_rule else "-",
        "method": request.method,
        "status": response.status_code,
        "ms": round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000, 1),
        "request_id": g.get("request_id", ""),
    }
    if not _is_private_to_owners():
        facts["address"] = client_address()
    # Whoever was found while answering; to look again now could fail with the database, and with it the answer.
    signed_in = g.get("_login_user")
    if request.path.startswith("/staff") and getattr(signed_in, "is_authenticated", False):
        facts["actor"] = signed_in.user_id
        number = (request.view_args or {}).get("number")
        if number and response.status_code < HTTPStatus.BAD_REQUEST:  # else it is only what somebody typed
            facts["case"] = number
    log.info("request", **facts)
    return response


def init_app(app: Flask, config: Config) -> None:
    configure_log(config)
    app.request_class = Asked
    if config.trusted_proxy_count:
        n = config.trusted_proxy_count
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]
    app.url_map.converters["int"] = Identifier
    app.before_request(_begin)
    app.before_request(_bound)
    app.after_request(_end)
