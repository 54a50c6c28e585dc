"""What a rule book may say of assessment, and the slips that are named with their line."""

import pytest

from shared.policies.findings import amounts_for
from shared.policies.reading import PolicyError
from tests.policy_text import CLOCK, understood

ASSESSMENT = """
[assessment]
clause = "GZ-20"
unit = "yuan"
"""
FINDING = """
[[finding]]
rule = "reception"
clause = "GZ-5"
name = "失礼"
whose = ["dispatcher"]
[[finding.penalty]]
kind = "fine"
amount = 30
[[finding.penalty]]
kind = "fine"
least = 50
most = 200
when = { caused_complaint = true }
"""
WHOLE = CLOCK + ASSESSMENT + FINDING
ROW = """
[in_a_row]
clause = "GZ-19"
days = 30
double_at = 2
advise_at = 3
"""


def test_a_finding_asks_for_the_flags_that_its_amounts_hang_on() -> None:
    finding = understood(WHOLE).finding("reception")
    assert finding is not None
    assert finding.flags == ("caused_complaint",)
    assert amounts_for(finding, {})["person"].most == 30
    assert amounts_for(finding, {"caused_complaint": True})["person"].most == 200


def test_a_rule_book_without_the_section_assesses_nothing() -> None:
    policy = understood(CLOCK)
    assert (policy.assessment, policy.in_a_row, policy.findings) == (None, None, ())


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        (WHOLE.replace('unit = "yuan"', 'unit = "gold"'), "is no unit of amounts"),
        (WHOLE.replace('unit = "yuan"', 'unit = "yuan"\njudged_by = "mood"'), "is no due time"),
        (WHOLE.replace('rule = "reception"', 'rule = "relay"'), "stands there twice"),
        (WHOLE.replace('rule = "reception"', 'rule = "Reception desk"'), "small letters"),
        (WHOLE.replace('"dispatcher"]', '"porter"]'), "is no role"),
        (WHOLE.replace('clause = "GZ-5"', 'clause = "GZ-99"'), "is no clause"),
        (WHOLE.replace("caused_complaint", "rained"), "is not known here"),
        (WHOLE.replace("most = 200", "most = 40"), "most must be at least 50"),
        (WHOLE.replace('name = "失礼"', 'name = "失礼"\noutcome = "reward"'), "a deduction has amounts"),
        (
            WHOLE.replace('name = "失礼"', 'name = "失礼"\ngrades = ["warning"]'),
            "a graded outcome has grades",
        ),
        (WHOLE.replace('kind = "fine"', 'kind = "fine"\nwho = "leader"'), "no amount for the person"),
        (CLOCK + FINDING, "nothing to enter it in"),
        (CLOCK + ROW, "nothing is decided"),
        (WHOLE + ROW.replace("double_at = 2", "double_at = 4"), "advises before"),
        (WHOLE + ROW.replace("days = 30", "weeks = 4"), "days is missing"),
    ],
)
def test_a_slip_is_an_error_that_says_where(changed: str, problem: str) -> None:
    with pytest.raises(PolicyError, match=problem) as error:
        understood(changed)
    assert ", line " in str(error.value)
