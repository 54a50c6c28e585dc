"""A browser without scripts that many threads can afford: it keeps cookies, follows redirects and finds forms.

It tells what has certainly not arrived from what may have: only the first may be counted as not done.
"""

import re
import secrets
from collections.abc import Mapping
from html import unescape
from http.client import HTTPConnection, HTTPException
from typing import NamedTuple
from urllib.parse import urlencode

PATIENCE = 20.0
REDIRECTS = (302, 303)
_FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.S)
_INPUT = re.compile(r"<input\b[^>]*>")
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')


class NotReached(Exception):
    """Nobody took the call: nothing was sent."""


class Lost(Exception):
    """It was sent and no answer came, or one that leaves open what was done."""


class Photo(NamedTuple):
    """A file to send with a form, under its field's name."""

    field: str
    content: bytes


class Page(NamedTuple):
    """What was answered, and where to go next if anywhere."""

    status: int
    where: str
    leads_to: str
    text: str

    @property
    def is_done(self) -> bool:
        """After a change one is sent to look."""
        return self.status in REDIRECTS

    def hidden(self, action: str) -> dict[str, str]:
        """The hidden fields of the first form sent to *action*. Raises LookupError where there is none."""
        for head, body in _FORM.findall(self.text):
            named = dict(_ATTRIBUTE.findall(head))
            if named.get("method") == "post" and unescape(named.get("action", self.where)) == action:
                fields = (dict(_ATTRIBUTE.findall(tag)) for tag in _INPUT.findall(body))
                return {f["name"]: unescape(f.get("value", "")) for f in fields if f.get("type") == "hidden"}
        raise LookupError(f"{self.where} ({self.status}) has no form for {action}")

    def attribute(self, name: str) -> str:
        """The value of the first attribute of that name; empty where there is none."""
        found = re.search(rf'\b{name}="([^"]*)"', self.text)
        return unescape(found[1]) if found else ""


class Browser:
    """One person's, at *address*: a source of its own to the desk, as a proxy tells it."""

    def __init__(self, port: int, address: str) -> None:
        self._port, self._address = port, address
        self.cookies: dict[str, str] = {}

    def get(self, path: str) -> Page:
        """The page at the end of all redirects. Raises NotReached or Lost; for a fault of the desk's too."""
        page = self._ask("GET", path)
        for _turn in range(5):
            if not page.is_done:
                break
            page = self._ask("GET", page.leads_to)
        return page

    def post(self, path: str, fields: Mapping[str, str], *photos: Photo) -> Page:
        """What the form was answered with. Raises NotReached or Lost."""
        if photos:
            boundary = secrets.token_hex(16)
            return self._ask(
                "POST", path, _parts(fields, photos, boundary), f"multipart/form-data; boundary={boundary}"
            )
        return self._ask("POST", path, urlencode(fields).encode(), "application/x-www-form-urlencoded")

    def fetch(self, path: str) -> bytes:
        """The bytes of a file; none where there is none."""
        status, _headers, body = self._send("GET", path, None, "")
        return body if status == 200 else b""

    def _ask(self, method: str, path: str, body: bytes | None = None, kind: str = "") -> Page:
        status, leads_to, content = self._send(method, path, body, kind)
        if status >= 500:
            raise Lost(f"{method} {path.split('?')[0]}: {status}")
        return Page(status, path, leads_to, content.decode(errors="replace"))

    def _send(self, method: str, path: str, body: bytes | None, kind: str) -> tuple[int, str, bytes]:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        headers = {"X-Forwarded-For": self._address, "Connection": "close"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in list(self.cookies.items()))
        if body is not None:
            headers["Content-Type"] = kind
        try:
            connection.connect()
        except OSError as error:
            raise NotReached(str(error)) from error
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            content = answer.read()
            for cookie in answer.headers.get_all("Set-Cookie", []):
                name, _equals, value = cookie.partition(";")[0].partition("=")
                self.cookies[name] = value
            return answer.status, answer.headers.get("Location") or "", content
        except (OSError, HTTPException) as error:
            raise Lost(f"{method}: {type(error).__name__}") from error
        finally:
            connection.close()


def _parts(fields: Mapping[str, str], photos: tuple[Photo, ...], boundary: str) -> bytes:
    lines = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    for n, photo in enumerate(photos):
        head = f'name="{photo.field}"; filename="{n}.jpg"\r\nContent-Type: image/jpeg'
        lines.append(f"--{boundary}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode())
        lines.append(photo.content + b"\r\n")
    return b"".join([*lines, f"--{boundary}--\r\n".encode()])
