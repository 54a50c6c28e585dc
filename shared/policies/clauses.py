"""The clauses of the six regulations: what each is called, and what in the product makes it happen. Pure."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from shared.policies.reading import PolicyError, Source, Table

FILE = Path(__file__).with_name("clauses.toml")
SHAPE = re.compile(r"[A-Z]{2}-[A-Z0-9][A-Za-z0-9.]*")
MOST_LETTERS = 20  # of a Chinese title: it stands beside a countdown
LOCALES = ("zh_Hans", "zh_Hant", "en")
Titles = Mapping[str, str]


class Status(StrEnum):
    """What the product does about a clause. Of an open one something is missing, or everything."""

    ENFORCED = "enforced"
    RECORDED = "recorded"
    SHOWN = "shown"
    OPEN = "open"


STATUSES = frozenset(status.value for status in Status)


@dataclass(frozen=True, slots=True)
class Regulation:
    """One of the six documents, and the preset made of it."""

    prefix: str
    preset: str
    titles: Titles


@dataclass(frozen=True, slots=True)
class Clause:
    """One article as the table has it."""

    id: str
    regulation: Regulation
    article: Titles  # as its document counts; empty where it does not
    titles: Titles
    status: Status | None  # None: it stands and falls with the rules of presets that cite it
    acts: tuple[str, ...]
    pages: tuple[str, ...]  # endpoints
    code: tuple[str, ...]  # dotted paths


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of a preset that cites a clause: a clock by its name, another by its section and what it is about."""

    preset: str
    section: str
    name: str

    def __str__(self) -> str:
        return f"{self.preset}: {' '.join(part for part in self._parts() if part)}"

    def _parts(self) -> tuple[str, ...]:
        return (self.name,) if self.section == "clock" else (self.section, self.name)


@dataclass(frozen=True, slots=True)
class Row:
    """A clause with everything that makes it happen."""

    clause: Clause
    status: Status
    rules: tuple[Rule, ...]

    @property
    def stands(self) -> bool:
        """Whether there is anything of it: by its rules, or because the table says so."""
        return bool(self.rules or self.clause.status)

    @property
    def where(self) -> list[str]:
        """Rules first, then acts, pages and code; nothing where the rules are wanting that the rest waits for."""
        if not self.stands:
            return []
        return [
            *map(str, self.rules),
            *(f"act {act}" for act in self.clause.acts),
            *(f"page {page}" for page in self.clause.pages),
            *self.clause.code,
        ]


def known_clauses() -> frozenset[str]:
    """The id of every clause."""
    return frozenset(table())


def title(clause: str, locale: str) -> str:
    """What *clause* is called, short enough to stand beside a countdown. Raises KeyError for an unknown one."""
    return table()[clause].titles[locale]


def source(clause: str, locale: str) -> str:
    """The document *clause* comes from, and its article where the document counts them."""
    found = table()[clause]
    return f"{found.regulation.titles[locale]} {found.article.get(locale, '')}".rstrip()


@cache
def table() -> Mapping[str, Clause]:
    """Every clause by its id, in the order of the documents."""
    return parse(FILE.read_text(encoding="utf-8"), FILE.name)


def rows(presets: Mapping[str, str]) -> list[Row]:
    """Every clause with its status. *presets* are their TOML texts by name."""
    citing = rules_by_clause(presets)
    return [_row(clause, citing.get(clause.id, ())) for clause in table().values()]


def _row(clause: Clause, rules: tuple[Rule, ...]) -> Row:
    status = clause.status or (Status.ENFORCED if rules else Status.OPEN)
    return Row(clause, status, rules)


def rules_by_clause(presets: Mapping[str, str]) -> dict[str, tuple[Rule, ...]]:
    """Which rules cite a clause; `standard` first, it is what most estates live by."""
    found: dict[str, tuple[Rule, ...]] = {}
    for preset in sorted(presets, key=lambda name: (name != "standard", name)):
        for clause, rule in _citations(preset, presets[preset]):
            found[clause] = (*found.get(clause, ()), rule)
    return found


def _citations(preset: str, text: str) -> Iterator[tuple[str, Rule]]:
    """Only whole rules count: the amount a breach may cost stands within one, and enforces nothing."""
    for section, content in tomllib.loads(text).items():
        for entry in content if isinstance(content, list) else [content]:
            if isinstance(entry, dict) and "clause" in entry:
                name = entry.get("rule") or entry.get("of") or entry.get("does") or ""
                yield entry["clause"], Rule(preset, section, name)


def parse(text: str, name: str) -> dict[str, Clause]:
    """Read the TOML of a table of clauses; *name* names it in errors. Raises PolicyError."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(f"{name}: no TOML: {error}") from error
    lines = Source(name, text)
    top = Table(content, lines, 0, "")
    regulations = {
        prefix: _regulation(prefix, Table(entry, lines, lines.line_of(f"source.{prefix}"), prefix))
        for prefix, entry in top.take("source", dict).items()
    }
    clauses: dict[str, Clause] = {}
    for place, entry in enumerate(top.take("clause", list)):
        table = Table(entry, lines, lines.line_of("clause", place), f"clause {place + 1}")
        clause = _clause(table, regulations)
        if clause.id in clauses:
            raise table.fail("stands there twice", "id")
        clauses[clause.id] = clause
    top.finish()
    return clauses


def _regulation(prefix: str, table: Table) -> Regulation:
    regulation = Regulation(prefix, table.text("preset"), _titles(table))
    table.finish()
    return regulation


def _clause(table: Table, regulations: Mapping[str, Regulation]) -> Clause:
    id_ = table.text("id")
    table.name = id_
    regulation = regulations.get(id_.partition("-")[0])
    if regulation is None or not SHAPE.fullmatch(id_):
        raise table.fail("is no clause of a source named here", "id")
    clause = Clause(
        id=id_,
        regulation=regulation,
        article=_article(table),
        titles=_titles(table),
        status=_status(table),
        acts=_names(table, "acts"),
        pages=_names(table, "pages"),
        code=_names(table, "code"),
    )
    if len(clause.titles["zh_Hans"]) > MOST_LETTERS:
        raise table.fail(f"the title is longer than {MOST_LETTERS} letters", "zh_Hans")
    if clause.status and not clause.acts + clause.pages + clause.code:
        raise table.fail("a status needs acts, pages or code that justify it", "status")
    table.finish()
    return clause


def _titles(table: Table) -> Titles:
    return {locale: table.text(locale) for locale in LOCALES}


def _article(table: Table) -> Titles:
    if "article" not in table.left:
        return {}
    inner = Table(table.left.pop("article"), table.source, table.line, f"{table.name}, article")
    titles = _titles(inner)
    inner.finish()
    return titles


def _status(table: Table) -> Status | None:
    if "status" not in table.left:
        return None
    return Status(table.one_of("status", STATUSES, "status"))


def _names(table: Table, key: str) -> tuple[str, ...]:
    values: list[Any] = table.take(key, list, [])
    if not all(isinstance(value, str) and value for value in values) or len(set(values)) != len(values):
        raise table.fail(f"{key} must be different names", key)
    return tuple(values)
