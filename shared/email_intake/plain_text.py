"""What a page of HTML says, as plain lines. Pure; nothing of it is ever shown as HTML.

Quoted history that a mail program has marked as such is left out.
"""

from collections import Counter
from html import unescape
from html.parser import HTMLParser

LONGEST = 512 * 1024  # more than this nobody types; the parser is kept from endless input
_BREAKS = frozenset({"br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "table", "ul", "ol", "hr"})
_SILENT = frozenset({"script", "style", "head", "title", "template", "object", "select"})
_QUOTES = frozenset({"blockquote"})
# How Gmail, Outlook and NetEase mark what they quote.
_QUOTING = ("gmail_quote", "divrplyfwdmsg", "appendonsend", "isreplycontent", "yahoo_quoted", "ntes_wrapper")
_EMPTY = frozenset({"br", "hr", "img", "input", "meta", "link", "wbr", "col", "source", "area", "base"})


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self.quoted: list[str] = []
        self._hidden: list[str] = []  # open elements within, and with, one that is left out
        self._open: Counter[str] = Counter()  # how many of each are among them
        self._is_quote = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._hidden:
            if tag not in _EMPTY:
                self._hide(tag)
        elif tag in _SILENT or self._quotes(tag, attrs):
            if tag not in _EMPTY:
                self._hide(tag)
                self._is_quote = tag not in _SILENT
        elif tag in _BREAKS:
            self.said.append("\n")

    def _hide(self, tag: str) -> None:
        self._hidden.append(tag)
        self._open[tag] += 1

    def _quotes(self, tag: str, attrs: list[tuple[str, str | None]]) -> bool:
        marks = " ".join(value or "" for name, value in attrs if name in ("class", "id")).lower()
        return tag in _QUOTES or any(mark in marks for mark in _QUOTING)

    def handle_endtag(self, tag: str) -> None:
        if self._open[tag]:
            self._show_after(tag)
        elif not self._hidden and tag in _BREAKS and tag not in _EMPTY:
            self.said.append("\n")

    def _show_after(self, tag: str) -> None:
        """What was left open inside ends with it."""
        while (last := self._hidden.pop()) != tag:
            self._open[last] -= 1
        self._open[tag] -= 1

    def end(self) -> None:
        """What follows the last `<` that nothing closes is no text, as in a browser.

        The library's own `close` would look through the rest again for each of them: minutes, for one hostile mail.
        """
        self.handle_data(unescape(self.rawdata.partition("<")[0]))

    def handle_data(self, data: str) -> None:
        words = " ".join(data.split())
        if words:
            padded = f"{' ' if data[0].isspace() else ''}{words}{' ' if data[-1].isspace() else ''}"
            if not self._hidden:
                self.said.append(padded)
            elif self._is_quote:
                self.quoted.append(padded)


def of_html(html: str) -> tuple[str, str]:
    """What it says, and what it quotes."""
    reader = _Reader()
    reader.feed(html[:LONGEST])
    reader.end()
    return _lines("".join(reader.said)), _lines("\n".join(reader.quoted))


def _lines(text: str) -> str:
    """At most one empty line between paragraphs."""
    lines: list[str] = []
    for line in (line.strip() for line in text.split("\n")):
        if line or (lines and lines[-1]):
            lines.append(line)
    return "\n".join(lines).strip()
