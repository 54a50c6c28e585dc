"""A test client that looks at every page as a reviewer would, and can fill in its forms.

Every HTML page must have: one h1 and headings that skip no level, a language, a title, unique ids, a label for each
field, a forgery token in each form that posts, no inline script or style, and no write behind a GET.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cached_property
from itertools import pairwise
from typing import Any
from urllib.parse import urljoin

from bs4 import BeautifulSoup, Tag
from flask import g
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import event
from werkzeug.test import TestResponse

from shared.database import db

WRITES = ("INSERT", "UPDATE", "DELETE", "BEGIN IMMEDIATE")
# The one thing a look may leave behind: that a signed-in session is alive (T21), and a screen on the wall (T27).
ALIVE = ("UPDATE staff_sessions SET seen_at", "UPDATE screens SET", "INSERT INTO screens")
FIELDS = ("input", "textarea", "select")


# Who listens now, in this thread: stories let many people act at once, and each is told of their own statements.
_listening: ContextVar[tuple[list[str], ...]] = ContextVar("listening", default=())


def _note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
    if not statement.startswith(("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE")) or "IMMEDIATE" in statement:
        for seen in _listening.get():
            seen.append(statement)


@contextmanager
def queries(app: Any) -> Iterator[list[str]]:
    """Collect the SQL statements that run meanwhile, without the engine's own BEGIN and PRAGMA."""
    with app.app_context():
        if not event.contains(db.engine, "before_cursor_execute", _note):
            event.listen(db.engine, "before_cursor_execute", _note)
    seen: list[str] = []
    token = _listening.set((*_listening.get(), seen))
    try:
        yield seen
    finally:
        _listening.reset(token)


def document(text: str) -> Any:
    """The tree of a page, of a part of one, or of nothing at all."""
    return html.document_fromstring(text if text.strip() else "<html></html>")


# What a reader sees of a page is none of this.
UNSEEN = " or ".join(f"ancestor::{name}" for name in ("script", "style", "template", "rt", "rp"))


def _holder(piece: Any) -> Any:
    """The element in which a piece of text stands: behind another one, it is that one's parent."""
    return piece.getparent().getparent() if piece.is_tail else piece.getparent()


def _ends_before(last: Any, element: Any) -> bool:
    """Whether a piece of text is what stands right before an element."""
    before = element.getprevious()
    if before is None:
        return bool(last.is_text and last.getparent() is element.getparent())
    return bool(last.is_tail and last.getparent() is before)


def _runs_on(last: Any, piece: Any) -> bool:
    """Whether one of two pieces of text is a part, on one line, of the sentence in which the other stands."""
    before, after = _holder(last), _holder(piece)
    return bool(
        (after.get("class") == "unbroken" and _ends_before(last, after))
        or (before.get("class") == "unbroken" and piece.is_tail and piece.getparent() is before)
    )


def visible_words(tree: Any) -> str:
    """The text of a document in one line; what is only held together stands in its sentence as it is read."""
    said, last = "", None
    for piece in tree.xpath(f"//text()[not({UNSEEN})]"):
        said += piece if last is not None and _runs_on(last, piece) else f" {piece}"
        last = piece
    return " ".join(said.split())


class Page(TestResponse):
    """An answer, with its document."""

    client: CriticalClient
    statements: list[str]

    @cached_property
    def tree(self) -> Any:
        """Its document, in half a millisecond where `soup` takes seven: for what is asked of every page."""
        return document(self.get_data(as_text=True))

    @cached_property
    def soup(self) -> BeautifulSoup:
        return BeautifulSoup(self.get_data(as_text=True), "lxml")

    @property
    def words(self) -> str:
        """The visible text in one line."""
        return visible_words(self.tree)

    @property
    def where(self) -> str:
        return self.request.full_path.rstrip("?")

    def form(self, action: str | None = None) -> Tag:
        """The form whose action ends in *action*, or the main one (the form with the most fields)."""
        place = list(self.tree.iter("form")).index(self._form(action))
        return self.soup.find_all("form")[place]

    def _form(self, action: str | None) -> Any:
        forms = [f for f in self.tree.iter("form") if f.get("method", "get").lower() == "post"]
        if action is not None:
            forms = [f for f in forms if (f.get("action") or self.where).split("?")[0].endswith(action)]
        assert forms, f"no form {action or ''} on {self.where}: {self.words[:300]}"
        return max(forms, key=lambda f: len(list(f.iter(*FIELDS))))

    def submit(self, action: str | None = None, *, follow: bool = True, **answers: Any) -> Page:
        """Fill in *answers* over what the form holds, send it as a browser does, and follow to the next page."""
        form = self._form(action)
        data = {**_filled(form), **answers}
        address = urljoin(self.request.url, form.get("action") or self.where)
        return self.client.post(address, data=data, follow_redirects=follow)

    def one(self, selector: str) -> Tag:
        """The first element that a CSS selector finds; there must be one."""
        found = self.soup.select_one(selector)
        assert found is not None, f"no {selector} on {self.where}: {self.words[:300]}"
        return found

    def option(self, select: str, text: str) -> str:
        """The value of the one option of the field *select* whose words contain *text*."""
        options = self.one(f"select[name={select}]").find_all("option")
        found = [str(option["value"]) for option in options if text in option.get_text()]
        assert len(found) == 1, f"{len(found)} options {text!r} on {self.where}: {self.words[:300]}"
        return found[0]

    def link(self, text: str) -> str:
        """The address of the link whose words contain *text*."""
        for a in self.tree.iter("a"):
            if text in _text(a):
                return str(a.attrib["href"])
        raise AssertionError(f"no link {text!r} on {self.where}: {self.words[:300]}")


def _text(element: Any) -> str:
    return str(element.xpath("string()"))


def _filled(form: Any) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for field in form.iter(*FIELDS):
        name, kind = field.get("name"), field.get("type", "text")
        if not name or kind in ("submit", "file", "button", "image"):
            continue
        if field.tag == "select":
            chosen = [*field.xpath(".//option[@selected]"), *field.iter("option")][:1]
            data[name] = chosen[0].get("value", _text(chosen[0])) if chosen else ""
        elif kind in ("radio", "checkbox"):
            if "checked" in field.attrib:
                data[name] = field.get("value", "on")
        elif field.tag == "textarea":
            data[name] = _text(field)
        else:
            data[name] = field.get("value", "")
    return data


class CriticalClient(FlaskClient):
    """Opens pages, and fails the test on what a reviewer would send back."""

    reads_pages = True  # off where hundreds of pages are only counted: reading one costs more than making it

    def open(self, *args: Any, **kwargs: Any) -> Page:
        app = self.application
        # A test that holds an application context would keep what the last request left in it, its user and its
        # forgery token among it; each request is a stranger's.
        for name in list(g) if g else ():
            g.pop(name)
        with queries(app) as statements:
            response = super().open(*args, **kwargs)
        page = response
        page.__class__ = Page
        assert isinstance(page, Page)
        page.client, page.statements = self, statements
        self._criticise(page)
        return page

    def get(self, *args: Any, **kwargs: Any) -> Page:
        return self.open(*args, method="GET", **kwargs)

    def post(self, *args: Any, **kwargs: Any) -> Page:
        return self.open(*args, method="POST", **kwargs)

    def _criticise(self, page: Page) -> None:
        assert page.headers.get("X-Content-Type-Options") == "nosniff"
        assert "Content-Security-Policy" in page.headers
        if page.request.method == "GET" and not page.history:
            written = _written(page.statements)
            assert not written, f"GET {page.where} writes: {written[0][:200]}"
        if self.reads_pages and page.mimetype == "text/html" and page.data:
            whole = b"<html" in page.data[:200].lower()
            criticise(page.tree, whole=whole, where=page.where)


def _written(statements: list[str]) -> list[str]:
    """What a GET changed, but for the one thing it may."""
    presence = [s for s in statements if s.startswith(ALIVE)]
    allowed = {*presence, "BEGIN IMMEDIATE"} if presence else set()
    return [s for s in statements if s.lstrip().startswith(WRITES) and s not in allowed]


def criticise(tree: Any, *, whole: bool, where: str) -> None:
    """Fail with the first thing that is wrong in a document."""
    if whole:
        assert tree.get("lang"), f"{where}: no language"
        title = next(tree.iter("title"), None)
        assert title is not None, f"{where}: no title"
        assert _text(title).strip(), f"{where}: empty title"
        levels = [int(tag.tag[1]) for tag in tree.iter("h1", "h2", "h3", "h4", "h5", "h6")]
        assert levels.count(1) == 1, f"{where}: {levels.count(1)} h1"
        skipped = [pair for pair in pairwise(levels) if pair[1] > pair[0] + 1]
        assert not skipped, f"{where}: a heading of level {skipped[0][1]} under one of level {skipped[0][0]}"
    ids = [str(name) for name in tree.xpath("//@id")]
    assert len(ids) == len(set(ids)), f"{where}: double ids {sorted({i for i in ids if ids.count(i) > 1})}"
    labelled = {label.get("for") for label in tree.iter("label") if label.get("for")}
    for field in tree.iter(*FIELDS):
        if field.get("type") in ("hidden", "submit", "button"):
            continue
        named = field.get("aria-label") or field.get("aria-labelledby") or field.xpath("ancestor::label")
        assert named or field.get("id") in labelled, f"{where}: field {field.get('name')} has no label"
    for form in tree.iter("form"):
        if form.get("method", "get").lower() == "post":
            assert form.xpath(".//input[@name='csrf_token']"), f"{where}: a form without token"
    assert not tree.xpath("//@style"), f"{where}: inline style"
    for script in tree.iter("script"):
        assert script.get("src") or script.get("type") == "application/json", f"{where}: inline script"
    handlers = tree.xpath("//@*[starts-with(name(), 'on') or starts-with(name(), 'hx-on')]")
    assert not handlers, f"{where}: {handlers[0].getparent().tag} has {handlers[0].attrname}"
