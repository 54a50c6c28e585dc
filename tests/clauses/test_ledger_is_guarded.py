"""Whatever is changed in what a rule book says of the ledger, a story of amounts fails: each figure is guarded."""

from collections.abc import Callable, Iterator
from inspect import signature
from typing import Any

import pytest

from shared.policies.schema import PolicyError, parse
from shared.policies.versions import preset_text, presets
from tests.clauses import test_ledger_graded, test_ledger_guangzhou
from tests.clauses.mutation import OF_THE_LEDGER, mutations, rules
from tests.clauses.paper import Paper
from tests.clauses.trial import told_with

MODULES = (test_ledger_guangzhou, test_ledger_graded)
ASSESSING = [preset for preset in presets() if parse(preset_text(preset), preset).assessment]


def stories_of(preset: str) -> Iterator[tuple[Callable[..., Any], dict[str, Any]]]:
    """Those that are told of *preset*, with what each is told with beside the book."""
    for module in MODULES:
        for name, tell in vars(module).items():
            if name.startswith("test_") and "book" in signature(tell).parameters:
                for values in told_with(tell):
                    if values.pop("book", preset) == preset and _is_of(module, preset):
                        yield tell, values


def _is_of(module: Any, preset: str) -> bool:
    return preset in getattr(module, "RULE_BOOKS", ASSESSING)


def _fails_a_story(preset: str, text: str) -> bool:
    try:
        book = Paper(parse(text, preset))
    except PolicyError:
        return True
    for tell, values in stories_of(preset):
        try:
            tell(book, **values)
        except AssertionError:
            return True
    return False


@pytest.mark.parametrize("preset", ASSESSING)
def test_a_changed_rule_of_the_ledger_fails_a_story(preset: str) -> None:
    text = preset_text(preset)
    assert not _fails_a_story(preset, text)
    changes = [change for rule in rules(preset, text, *OF_THE_LEDGER) for change in mutations(text, rule)]
    assert changes
    original = parse(text, preset)
    missed = [
        f"{change.rule.clause} {change.rule.name} {change.what}"
        for change in changes
        if not _fails_a_story(preset, change.text) and parse(change.text, preset) != original
    ]
    assert not missed, "no story fails when\n" + "\n".join(missed)
