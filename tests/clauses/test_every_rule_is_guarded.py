"""Whatever is changed in a rule book, a story of its clause fails: each figure, act and condition is guarded."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from shared.policies.versions import preset_text, presets
from tests.clauses.mutation import Mutation, Rule, mutations, rules
from tests.clauses.trial import BY_THE_SCHEMA, Trial, trial_of

RULES = [rule for preset in presets() for rule in rules(preset, preset_text(preset))]
WHOLE = [rule for rule in RULES if not rule.is_amount]  # amounts are tried with the clock they belong to


@pytest.fixture(scope="module")
def trials() -> Iterator[Callable[[str], Trial]]:
    """One trial for each preset."""
    with ExitStack() as stack:
        begun: dict[str, Trial] = {}

        def trial(preset: str) -> Trial:
            if preset not in begun:
                begun[preset] = stack.enter_context(trial_of(preset))
            return begun[preset]

        yield trial


@pytest.mark.parametrize("rule", WHOLE, ids=lambda rule: f"{rule.preset}-{rule.clause}-{rule.name}")
def test_a_changed_rule_fails_a_story(
    rule: Rule, trials: Callable[[str], Trial], record_property: Callable[[str, int], None]
) -> None:
    text, trial = preset_text(rule.preset), trials(rule.preset)
    together = [other for other in RULES if other.belongs_to(rule)]
    caught = {m: trial.caught_by(m) for other in together for m in mutations(text, other)}
    missed = [f"{m.rule.name} {m.what}" for m, by in caught.items() if by is None]
    for name, count in (
        ("rules", len(together)),
        ("changes", len(caught)),
        ("refused by the schema", sum(by == BY_THE_SCHEMA for by in caught.values())),
        ("missed", len(missed)),
    ):
        record_property(f"rule books: {name}", count)
    assert not missed, f"no story of {rule.clause} fails when\n" + "\n".join(missed)


def test_what_no_story_looks_at_is_missed(trials: Callable[[str], Trial]) -> None:
    """The trial itself can fail: when one is warned is told in no story of clauses."""
    text = preset_text("measures")
    rule = next(rule for rule in rules("measures", text) if rule.name == "completion")
    changed = Mutation(rule, "warns later", text.replace('name = "办结"', 'name = "办结"\nnear = 0.9', 1))
    assert changed.text != text
    assert trials("measures").caught_by(changed) is None
