"""Reading a TOML table key by key, strictly; what is wrong is named with its line. Pure."""

import re
from collections.abc import Mapping
from typing import Any

from shared.policies.terms import Conditions, Value

_HEADER = re.compile(r"\s*\[\[?\s*([\w.]+)\s*\]\]?\s*(#.*)?$")


class PolicyError(Exception):
    """A policy file cannot be used; the message names the file, the line, the clause and what is wrong."""


class Source:
    """The text of a policy, to find the lines in that errors name."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self._lines = text.splitlines()
        self._headers = [
            (match.group(1), number)
            for number, line in enumerate(self._lines, 1)
            if (match := _HEADER.match(line))
        ]

    def line_of(self, header: str, place: int = 0, after: int = 0) -> int:
        """The line at which the table of that name begins; of an array, the one at *place* after line *after*."""
        lines = [number for name, number in self._headers if name == header and number > after]
        return lines[place] if place < len(lines) else after or 1

    def line_of_key(self, key: str, after: int) -> int:
        """The line on which *key* is set in the table that begins at line *after*."""
        for number, line in enumerate(self._lines[after:], after + 1):
            if re.match(rf"\s*{re.escape(key)}\s*=", line):
                return number
            if _HEADER.match(line):
                break
        return after


class Table:
    """A table read key by key; what nobody asked for is an error."""

    def __init__(self, content: Any, source: Source, line: int, name: str) -> None:
        self.source, self.line, self.name = source, line, name
        if not isinstance(content, dict):
            raise self.fail("must be a table")
        self.left: dict[str, Any] = dict(content)

    def fail(self, problem: str, key: str = "") -> PolicyError:
        line = self.source.line_of_key(key, self.line) if key else self.line
        where = f", {self.name}" if self.name else ""
        return PolicyError(f"{self.source.name}, line {line}{where}: {problem}")

    def take(self, key: str, kind: type, default: Any = None) -> Any:
        if key not in self.left:
            if default is None:
                raise self.fail(f"{key} is missing")
            return default
        value = self.left.pop(key)
        if not isinstance(value, kind) or (kind is not bool and isinstance(value, bool)):
            raise self.fail(f"{key} must be {kind.__name__}, not {value!r}", key)
        return value

    def text(self, key: str) -> str:
        value: str = self.take(key, str)
        if not value.strip():
            raise self.fail(f"{key} is empty", key)
        return value

    def number(self, key: str, least: int = 1) -> int:
        value: int = self.take(key, int)
        if value < least:
            raise self.fail(f"{key} must be at least {least}, not {value}", key)
        return value

    def one_of(self, key: str, known: frozenset[Value], what: str, default: str | None = None) -> str:
        value: str = self.take(key, str, default)
        if value not in known:
            raise self.fail(f"{value!r} is no {what}", key)
        return value

    def some_of(self, key: str, known: frozenset[Value], what: str, default: Any = None) -> tuple[str, ...]:
        values = self.take(key, list, default)
        for value in values:
            if value not in known:
                raise self.fail(f"{value!r} is no {what}", key)
        if len(set(values)) != len(values):
            raise self.fail(f"{key} names one {what} twice", key)
        return tuple(values)

    def conditions(self, key: str, known: Mapping[str, frozenset[Value]]) -> Conditions:
        return read_conditions(self, key, self.take(key, dict, {}), known)

    def finish(self) -> None:
        if self.left:
            unknown = sorted(self.left)
            raise self.fail(f"does not know {', '.join(unknown)}", unknown[0])


def read_conditions(
    table: Table, key: str, content: Mapping[str, Any], known: Mapping[str, frozenset[Value]]
) -> Conditions:
    """What *content* asks for, of the words that are *known*."""
    found: list[tuple[str, frozenset[Value]]] = []
    for name, wanted in content.items():
        values = wanted if isinstance(wanted, list) else [wanted]
        if name not in known:
            raise table.fail(f"{name!r} is not known here", key)
        for value in values:
            # 1 == True in Python, but not in a policy
            if not any(value is v or (isinstance(value, str) and value == v) for v in known[name]):
                raise table.fail(f"{name} is never {value!r}", key)
        if not values:
            raise table.fail(f"{name} allows nothing", key)
        found.append((name, frozenset(values)))
    return tuple(found)
