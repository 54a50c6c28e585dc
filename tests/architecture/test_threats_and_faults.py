"""docs/threats.md and docs/faults.md: every threat and every fault has tests that exist, or a reason without them."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
# The lists of trust.md: 44 threats and 45 faults.
IDS = {
    "docs/threats.md": [f"T{number:02}" for number in range(1, 45)],
    "docs/faults.md": [f"F{number:02}" for number in range(1, 46)],
}
HEADING = re.compile(r"^## ([A-Z]\d\d) (.+)$", re.MULTILINE)
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+(?:::\w+)?)`")
EXEMPTION = re.compile(r"^Exempt: (.+?)(?=\n\n|\Z)", re.MULTILINE | re.DOTALL)
SHORTEST_REASON = 60  # characters: "not applicable" is no reason
NEVER_RUN = {"skip", "skipif", "xfail"}


class Row(NamedTuple):
    """One threat or fault: its title, and what the text under it says."""

    id: str
    title: str
    text: str

    @property
    def tests(self) -> list[tuple[str, str]]:
        return NAMED.findall(self.text)


def rows_of(document: str) -> list[Row]:
    heads = list(HEADING.finditer(document))
    ends = [head.start() for head in heads[1:]] + [len(document)]
    return [Row(head[1], head[2], document[head.end() : end]) for head, end in zip(heads, ends, strict=True)]


@cache
def _tests_of(path: str) -> dict[str, ast.FunctionDef]:
    """Every test of a file by its name; one of a class as `Class::name`."""
    file = ROOT / path
    if not file.is_file():
        return {}
    found: dict[str, ast.FunctionDef] = {}
    for node in ast.parse(file.read_text()).body:
        if isinstance(node, ast.FunctionDef):
            found[node.name] = node
        elif isinstance(node, ast.ClassDef):
            found |= {
                f"{node.name}::{each.name}": each for each in node.body if isinstance(each, ast.FunctionDef)
            }
    return {name: node for name, node in found.items() if name.split("::")[-1].startswith("test_")}


def why_never_run(test: ast.FunctionDef) -> str:
    """What keeps a test from being run at all: a mark, or a list of parameters that is empty. Empty if nothing does."""
    for decorator in test.decorator_list:
        for node in ast.walk(decorator):
            if isinstance(node, ast.Attribute) and node.attr in NEVER_RUN:
                return f"marked {node.attr}"
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func).endswith("parametrize"):
            values = decorator.args[1]
            if isinstance(values, ast.List | ast.Tuple) and not values.elts:
                return "parametrised with nothing"
    return ""


def wrong_in(document: str, ids: list[str]) -> Iterator[str]:
    """What is wrong with a document that must have one row for each of *ids*, in their order."""
    rows = rows_of(document)
    if [row.id for row in rows] != ids:
        yield f"rows are {[row.id for row in rows]}"
    for row in rows:
        yield from _wrong_in_row(row)


def _wrong_in_row(row: Row) -> Iterator[str]:
    said = NAMED.sub("", EXEMPTION.sub("", row.text))
    if len(said.split()) < 6:
        yield f"{row.id}: not a word of what we do"
    reasons = EXEMPTION.findall(row.text)
    if not row.tests and not reasons:
        yield f"{row.id}: neither a test nor a reason why there is none"
    yield from (f"{row.id}: no reason: {reason}" for reason in reasons if len(reason) < SHORTEST_REASON)
    if len(set(row.tests)) < len(row.tests):
        yield f"{row.id}: names a test twice"
    for path, name in row.tests:
        test = _tests_of(path).get(name)
        if test is None:
            yield f"{row.id}: there is no {path}::{name}"
        elif why := why_never_run(test):
            yield f"{row.id}: {path}::{name} is {why}"


@pytest.mark.parametrize("path", sorted(IDS))
def test_every_threat_and_every_fault_has_tests_that_exist_or_a_reason(path: str) -> None:
    assert list(wrong_in((ROOT / path).read_text(), IDS[path])) == []


def _document(text: str) -> str:
    return f"# Threats\n\n## T01 Trying references\n\n{text}\n"


SAID = "References hold 45 random bits in no order at all."
HERE = "`tests/architecture/test_threats_and_faults.py::test_what_is_wrong_with_a_row_is_noticed`"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"{SAID}\n- {HERE}", ""),
        (f"{SAID}\nExempt: {'no test here could show what a provider does with it ' * 2}", ""),
        (SAID, "neither a test nor a reason"),
        (HERE, "not a word of what we do"),
        (f"{SAID}\nExempt: not applicable.", "no reason: not applicable"),
        (f"{SAID} {HERE} {HERE}", "names a test twice"),
        (f"{SAID} {HERE.replace('_row_is', '_rows_are')}", "there is no tests/architecture/"),
        (f"{SAID} `tests/gone/test_x.py::test_y`", "there is no tests/gone/test_x.py::test_y"),
    ],
)
def test_what_is_wrong_with_a_row_is_noticed(text: str, told: str) -> None:
    found = list(wrong_in(_document(text), ["T01"]))
    assert (told in found[0] and len(found) == 1) if told else found == []


def test_a_row_that_is_missing_or_stands_twice_is_noticed() -> None:
    one = _document(f"{SAID} {HERE}")
    assert list(wrong_in(one, ["T01", "T02"])) == ["rows are ['T01']"]
    assert list(wrong_in(one + one, ["T01"])) == ["rows are ['T01', 'T01']"]


@pytest.mark.parametrize(
    ("decorator", "why"),
    [
        ("pytest.mark.skip", "marked skip"),
        ("pytest.mark.skipif(True, reason='x')", "marked skipif"),
        ("pytest.mark.xfail()", "marked xfail"),
        ("pytest.mark.parametrize('n', [])", "parametrised with nothing"),
        ("pytest.mark.parametrize('n', [1])", ""),
    ],
)
def test_a_test_that_never_runs_shows_nothing(decorator: str, why: str) -> None:
    (node,) = ast.parse(f"@{decorator}\ndef test_it(n): pass").body
    assert isinstance(node, ast.FunctionDef)
    assert why_never_run(node) == why
