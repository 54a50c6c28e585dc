"""Owners who never stop coming while servers come and go: they look, look up, and send forms."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Lock, Thread

import urllib3

from tests.deploy.visitors import Origin

AT_ONCE = 4


class Load:
    """What was asked and how it went. A request fails when no answer comes, or one that is no page."""

    def __init__(self, origin: Origin, path: str) -> None:
        self._origin, self._path = origin, path
        self._stop, self._lock = Event(), Lock()
        self.asked: Counter[str] = Counter()
        self.failed: list[str] = []

    @property
    def count(self) -> int:
        return self.asked.total()

    def _come(self) -> None:
        visitor = self._origin.visitor().get("/file")
        token = visitor.page.select_one("input[name=csrf_token]")
        assert token
        form = {"csrf_token": str(token["value"]), "category": "facilities:lift"}
        cookies = {"Cookie": f"session={visitor.cookies['session']}"}
        while not self._stop.is_set():
            self._ask("GET", self._path, 200)
            self._ask("POST", "/file", 303, fields=form, headers=cookies)
            for _each in range(38):
                self._ask("GET", "/healthz", 200)

    def _ask(self, method: str, path: str, right: int, **more: object) -> None:
        try:
            status = self._origin.ask(path, method, **more).status  # type: ignore[arg-type]
            problem = "" if status == right else f"{method} {path}: {status}"
        except urllib3.exceptions.HTTPError as error:
            problem = f"{method} {path}: {error}"
        with self._lock:
            self.asked[f"{method} {path.split('/')[1]}"] += 1
            if problem:
                self.failed.append(problem)

    @contextmanager
    def running(self) -> Iterator["Load"]:
        threads = [Thread(target=self._come) for _each in range(AT_ONCE)]
        for thread in threads:
            thread.start()
        try:
            yield self
        finally:
            self._stop.set()
            for thread in threads:
                thread.join()
