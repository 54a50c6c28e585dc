"""Who comes to a stand: by a name that no name server knows, over TLS, as a browser without scripts."""

import socket
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import urllib3
from bs4 import BeautifulSoup, Tag
from urllib3 import BaseHTTPResponse

File = tuple[str, bytes, str]


class Origin:
    """One name of a stand: through nginx, or at the port of one web process, speaking as nginx does."""

    def __init__(self, host: str, port: int, authority: Path, *, behind: int = 0, source: str = "127.0.0.1"):
        self.host, self.port, self._source = host, port, source
        self.url = f"https://{host}:{port}"
        self._named = {"Host": f"{host}:{port}"}
        self._trust = ssl.create_default_context(cafile=str(authority))
        if behind:
            self._named |= {"X-Forwarded-For": source, "X-Forwarded-Proto": "https"}
            self._pool = urllib3.HTTPConnectionPool("127.0.0.1", behind, retries=False, timeout=60)
        else:
            self._pool = urllib3.HTTPSConnectionPool(
                "127.0.0.1",
                port,
                maxsize=8,
                retries=False,
                timeout=60,
                source_address=(source, 0),
                ssl_context=self._trust,
                server_hostname=host,
                assert_hostname=host,
            )

    def ask(
        self, path: str, method: str = "GET", headers: dict[str, str] | None = None, **more: object
    ) -> BaseHTTPResponse:
        """One request, as it is: no cookies, no redirects followed."""
        named = self._named | (headers or {})
        return self._pool.request(method, path, headers=named, redirect=False, **more)  # type: ignore[arg-type]

    def line(self) -> ssl.SSLSocket:
        """A connection for whoever wants to say something no library says."""
        raw = socket.create_connection(("127.0.0.1", self.port), timeout=30, source_address=(self._source, 0))
        return self._trust.wrap_socket(raw, server_hostname=self.host)

    def visitor(self) -> "Visitor":
        return Visitor(self)


@dataclass
class Visitor:
    """A browser: keeps cookies, follows redirects within its origin, sends forms with what they hold."""

    origin: Origin
    cookies: dict[str, str] = field(default_factory=dict)
    status: int = 0
    where: str = ""
    text: str = ""

    @property
    def page(self) -> BeautifulSoup:
        return BeautifulSoup(self.text, "html.parser")

    @property
    def words(self) -> str:
        return self.page.get_text(" ", strip=True)

    def get(self, path: str) -> "Visitor":
        return self._go("GET", path)

    def submit(self, action: str, **answers: str | File) -> "Visitor":
        """Send the form whose address ends so, with its hidden fields and *answers*."""
        forms = [f for f in self.page.select("form[method=post]") if self._action(f).endswith(action)]
        assert forms, f"no form {action} on {self.where} ({self.status}): {self.words[:300]}"
        hidden = {str(i["name"]): str(i.get("value", "")) for i in forms[0].select("input[type=hidden]")}
        return self._go("POST", self._action(forms[0]), fields=hidden | answers)

    def option(self, name: str, text: str) -> str:
        found = [o for o in self.page.select(f"select[name={name}] option") if text in o.get_text()]
        return str(found[0]["value"])

    def _action(self, form: Tag) -> str:
        return urlsplit(urljoin(self.where, str(form.get("action") or self.where))).path

    def _go(self, method: str, path: str, **more: object) -> "Visitor":
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        answer = self.origin.ask(path, method, headers, **more)
        for cookie in answer.headers.getlist("Set-Cookie"):
            name, _equals, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        if answer.status in (302, 303):
            there = urljoin(self.origin.url + path, answer.headers["Location"])
            assert there.startswith(self.origin.url), f"sent away to {there}"
            return self._go("GET", there.removeprefix(self.origin.url))
        self.status, self.where, self.text = answer.status, path, answer.data.decode()
        return self
