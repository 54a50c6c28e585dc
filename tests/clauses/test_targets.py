"""The targets that the sources set stand beside what is measured: which of them, and that none changes unnoticed."""

import pytest

from shared.policies.schema import PolicyError, parse
from shared.policies.targets import MEASURED, Target
from shared.policies.versions import preset_text, presets
from shared.reports import indicators
from tests.clauses.mutation import mutations, rules
from tests.policy_text import CLOCK, understood

OF_MEASURES = (
    Target("intake", "MS-T", 90),
    Target("classification", "MS-2", 98),
    Target("overdue", "MS-3", 5, at_most=True),
    Target("overdue_original", "MS-3", 5, at_most=True),
    Target("responsibility", "MS-3", 100),
    Target("survey", "MS-4", 90),
    Target("satisfaction", "MS-T", 75, towards=90),
    Target("low_solved", "MS-4", 95),
    Target("cycle_change", "MS-T", -30, at_most=True),
    Target("openness", "MS-8", 80),
)
TARGETS = {
    "measures": OF_MEASURES,
    "standard": (*OF_MEASURES, Target("revisited", "VK-4k", 100)),
    "vanke": (Target("revisited", "VK-4k", 100),),
    "guangzhou": (Target("revisited", "GZ-17A", 100),),
    "handbook": (Target("revisited", "TR-13", 100),),
    "aid": (),
    "company": (),
}


@pytest.mark.parametrize("preset", presets())
def test_ms_t_every_target_is_the_one_the_source_sets(preset: str) -> None:
    """MS-2, MS-3, MS-4, MS-8; that all are revisited is GZ-17A, VK-4k and TR-13."""
    text = preset_text(preset)
    assert parse(text, preset).targets == TARGETS[preset]
    for rule in rules(preset, text, (), ("target",)):
        for change in mutations(text, rule):
            try:
                changed = parse(change.text, preset).targets
            except PolicyError:
                continue
            assert changed != TARGETS[preset], f"{rule.name} {change.what}"


def test_what_can_have_a_target_is_what_is_measured() -> None:
    assert {indicator.key for indicator in indicators.INDICATORS} == MEASURED


@pytest.mark.parametrize(
    ("target", "complaint"),
    [
        ("of = 'luck'\nclause = 'MS-T'\nat_least = 1", "'luck' is no thing that is measured"),
        ("of = 'intake'\nclause = 'MS-99'\nat_least = 1", "'MS-99' is no clause of the rule book"),
        ("of = 'intake'\nclause = 'MS-T'", "needs at_least or at_most, one of the two; has 0"),
        ("of = 'intake'\nclause = 'MS-T'\nat_least = 1\nat_most = 2", "one of the two; has 2"),
        ("of = 'intake'\nclause = 'MS-T'\nat_least = '90%'", "at_least must be int, not '90%'"),
        ("of = 'intake'\nclause = 'MS-T'\nat_least = 10001", "at_least must be at most 10000"),
        ("of = 'intake'\nclause = 'MS-T'\nat_least = 90\ntowards = 80", "towards 80 is no further than 90"),
        ("of = 'intake'\nclause = 'MS-T'\nat_least = 90\nby = 'May'", "does not know by"),
    ],
)
def test_a_target_that_makes_no_sense_is_refused_with_its_line(target: str, complaint: str) -> None:
    with pytest.raises(PolicyError, match=r"^sample, line (18|19|20|21|22), target 1 ") as error:
        understood(f"{CLOCK}[[target]]\n{target}\n")
    assert complaint in str(error.value)


def test_a_thing_has_one_target() -> None:
    twice = "[[target]]\nof = 'intake'\nclause = 'MS-T'\nat_least = 90\n" * 2
    with pytest.raises(PolicyError, match=r"intake \(MS-T\): has a target twice"):
        understood(CLOCK + twice)
