"""Which tests show that a clause holds: by name, by what they say of themselves, by what they are run with. Pure."""

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

TESTS = Path(__file__).parents[2] / "tests"
# Tests of the house itself, which speak of clauses without showing that one holds.
OF_THE_HOUSE = "architecture"
_CITED = re.compile(r"\b[A-Z]{2}-[A-Z0-9][A-Za-z0-9.]*[A-Za-z0-9]|\b[A-Z]{2}-[A-Z0-9]\b")
_Function = ast.FunctionDef | ast.AsyncFunctionDef


def by_clause(known: Collection[str], folder: Path = TESTS) -> dict[str, list[str]]:
    """The tests of each clause, `file::function`, or `file` where a whole file is about it.

    Without the folder, as in production, there are none.
    """
    spelt = {_spelt(clause): clause for clause in known}
    found: dict[str, list[str]] = {}
    for path in sorted(folder.rglob("test_*.py")):
        name = path.relative_to(folder.parent)
        if OF_THE_HOUSE in name.parts:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for test, clauses in _tests_of(tree, name.as_posix(), spelt):
            for clause in sorted(clauses & set(known)):
                found.setdefault(clause, []).append(test)
    return found


def _tests_of(
    tree: ast.Module, name: str, spelt: Mapping[tuple[str, ...], str]
) -> Iterator[tuple[str, set[str]]]:
    constants = _constants(tree)
    whole = _cited(ast.get_docstring(tree))
    if whole:
        yield name, whole
    for node in _functions(tree):
        if node.name.startswith("test_"):
            yield (
                f"{name}::{node.name}",
                _named(node.name, spelt)
                | _cited(ast.get_docstring(node))
                | _run_with(node, constants)
                | _asserted(node),
            )


def _functions(of: ast.Module | ast.ClassDef) -> Iterator[_Function]:
    """Those of a module and of its classes: no test stands deeper, and every word of every test is much to walk."""
    for node in of.body:
        if isinstance(node, _Function):
            yield node
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node)


def _spelt(clause: str) -> tuple[str, ...]:
    """GZ-17A as a function's name has it: gz, 17a. AH-3.2b: ah, 3, 2b."""
    return tuple(re.split(r"[-.]", clause.lower()))


def _named(function: str, spelt: Mapping[tuple[str, ...], str]) -> set[str]:
    """By whole words, so that test_ah_3_2b is none of AH-3.2, and test_tr_17 none of TR-1."""
    words = tuple(function.lower().split("_"))
    runs = (words[start:end] for end in range(len(words) + 1) for start in range(end))
    return {spelt[run] for run in runs if run in spelt}


def _cited(docstring: str | None) -> set[str]:
    return set(_CITED.findall(docstring or ""))


def _run_with(function: _Function, constants: Mapping[str, ast.expr]) -> set[str]:
    """The clauses among the values of `parametrize`, written there or in a list of the module."""
    found: set[str] = set()
    for decorator in function.decorator_list:
        for node in ast.walk(decorator):
            found |= _exact(node)
            if isinstance(node, ast.Name) and node.id in constants:
                for inner in ast.walk(constants[node.id]):
                    found |= _exact(inner)
    return found


def _asserted(function: _Function) -> set[str]:
    """The clauses that a test expects to read, in a refusal say."""
    return {
        clause
        for statement in ast.walk(function)
        if isinstance(statement, ast.Assert)
        for node in ast.walk(statement)
        for clause in _exact(node)
    }


def _exact(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and _CITED.fullmatch(node.value):
        return {node.value}
    return set()


def _constants(tree: ast.Module) -> dict[str, ast.expr]:
    return {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
