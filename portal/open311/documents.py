"""One document in both formats of the standard: plain values become JSON, or XML with one element for each name."""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any
from xml.etree.ElementTree import Element, tostring  # nosec B405 # written, never read

from flask import Response, request
from werkzeug.wrappers import Response as BaseResponse

from shared import clock

TYPES = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
# What one element of a list is called in XML; JSON has no name for it.
ONE_OF = {
    "attributes": "attribute",
    "endpoints": "endpoint",
    "errors": "error",
    "formats": "format",
    "service_requests": "request",
    "services": "service",
    "values": "value",
}
# XML 1.0 has no way to write these, escaped or not; one of them and no reader takes the document.
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def answer(fmt: str, root: str, value: Any, status: int = HTTPStatus.OK, *, max_age: int = 0) -> BaseResponse:
    """*value* under the name *root*. What is read may be kept by anybody for *max_age* seconds, and asked for again
    by its digest.
    """
    body = as_xml(root, value) if fmt == "xml" else as_json(value)
    response = Response(body, status, content_type=TYPES[fmt])
    if request.method not in ("GET", "HEAD") or status != HTTPStatus.OK:
        return response
    response.headers["Cache-Control"] = f"public, max-age={max_age}"
    response.set_etag(hashlib.sha256(body).hexdigest()[:24])
    return response.make_conditional(request)


def as_json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def as_xml(root: str, value: Any) -> bytes:
    """Well-formed whatever people typed: every text is escaped, and what XML cannot hold is left out."""
    return tostring(_element(root, value), encoding="UTF-8", xml_declaration=True)


def _element(name: str, value: Any) -> Element:
    element = Element(name)
    if isinstance(value, Mapping):
        element.extend(_element(key, inner) for key, inner in value.items())
    elif isinstance(value, list):
        element.extend(_element(ONE_OF[name], inner) for inner in value)
    elif isinstance(value, bool):
        element.text = "true" if value else "false"
    elif value is not None:
        element.text = NOT_XML.sub("", str(value))
    return element


def moment(instant: datetime, zone: str) -> str:
    """W3C, on the estate's wall with its offset: `2026-03-02T10:00:00+08:00`."""
    return clock.local(instant, zone).isoformat(timespec="seconds")
