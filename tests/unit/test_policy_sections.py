"""Rules that do not fit together, amounts and sections that make no sense are refused, with line and clause."""

import pytest

from shared.policies.schema import PolicyError
from tests.policy_text import CLOCK, understood

# Rules that must fit together

DEFERRED = CLOCK.replace('"relay"', '"state"').replace("GZ-8", "GZ-13")


@pytest.mark.parametrize(
    ("more", "complaint"),
    [
        ("replaces = 'relay'", "relay (GZ-8): replaces 'relay', which is no other rule"),
        ("defer = { acts = ['progress'], to = 'relay' }", "relay (GZ-8): a loop: relay → relay"),
        ("defer = { acts = ['progress'], to = 'done' }", "waits for 'done', which is no rule"),
        ("defer = { acts = ['rest'], to = 'relay' }", "(GZ-8), defer: 'rest' is no act"),
        ("defer = { acts = [], to = 'relay' }", "(GZ-8), defer: acts names no act"),
        ("defer = { acts = ['progress'] }", "(GZ-8), defer: to is missing"),
    ],
)
def test_a_clock_that_waits_for_itself_or_for_nobody_is_named(more, complaint):
    with pytest.raises(PolicyError, match=r"^sample, line 10, ") as error:
        understood(CLOCK + more)
    assert complaint in str(error.value)


def test_two_clocks_that_wait_for_each_other_are_a_loop():
    one = CLOCK + "defer = { acts = ['progress'], to = 'state' }\n"
    other = DEFERRED + "defer = { acts = ['progress'], to = 'relay' }\n"
    with pytest.raises(PolicyError) as error:
        understood(one + other)
    assert str(error.value) == "sample, line 10, relay (GZ-8): a loop: relay → state → relay"


@pytest.mark.parametrize(
    ("ring", "complaint"),
    [
        (("one", "two"), "sample, line 10, one (GZ-8): a loop: two and one replace each other"),
        (("one", "two", "three"), "sample, line 10, one (GZ-8): replaces a clock of another start, or one"),
    ],
)
def test_clocks_that_replace_each_other_in_a_ring_are_named(ring, complaint):
    text = "".join(
        CLOCK.replace('"relay"', f'"{rule}"')
        + f"replaces = '{ring[place - 1]}'\nwhen = {{ urgency = 'urgent' }}\n"
        for place, rule in enumerate(ring)
    )
    with pytest.raises(PolicyError) as error:
        understood(text)
    assert complaint in str(error.value)


def test_a_clock_takes_the_place_only_of_one_that_starts_with_it():
    other = DEFERRED.replace('"received"', '"acceptance"')
    with pytest.raises(PolicyError, match=r"line 19, state \(GZ-13\): replaces a clock of another start"):
        understood(CLOCK + other + "replaces = 'relay'\nwhen = { urgency = 'urgent' }")


# Amounts

PENALTY = """
[[clock.penalty]]
kind = "fine"
amount = 50
"""


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (
            "amount = 50",
            "least = 100\nmost = 50",
            "line 25, clock 1 (GZ-8), penalty 2: most must be at least 100",
        ),
        (
            "amount = 50",
            "amount = -50",
            "line 24, clock 1 (GZ-8), penalty 2: amount must be at least 1, not -50",
        ),
        ("amount = 50", "", "penalty 2: amount is missing"),
        ("amount = 50", "amount = 50\nleast = 20", "penalty 2: does not know amount"),
        (
            'kind = "fine"',
            'kind = "bonus"',
            "line 23, clock 1 (GZ-8), penalty 2: 'bonus' is no kind of penalty",
        ),
        ("amount = 50", "amount = 50\nclause = 'GZ-90'", "'GZ-90' is no clause of the rule book"),
        ("amount = 50", "amount = 50\nwhen = { late = true }", "'late' is not known here"),
        ("amount = 50", "amount = 50\nwhen = { undone = 'yes' }", "undone is never 'yes'"),
    ],
)
def test_a_slip_in_an_amount_is_named_with_the_line_of_that_amount(old, new, complaint):
    with pytest.raises(PolicyError) as error:
        understood(CLOCK + PENALTY + PENALTY.replace(old, new).lstrip())
    assert complaint in str(error.value)


# The other sections

LADDER = """
[ladder]
clause = "GZ-13"
rungs = ["department_head", "director"]
beside = ["supervisor"]
answer_within = 12
"""
CRITERION = """
[[criterion]]
clause = "TR-3"
of = "facility_failure"
clock = "relay"
needs_fault = true
"""
COUNTED = """
[[criterion]]
clause = "TR-3"
of = "owners"
at_least = 3
needs_fault = true
"""
MAJOR = """
[[major]]
clause = "TR-7"
does = "tell"
roles = ["deputy_manager"]
"""
REPEAT = """
[repeat]
clause = "VK-4e"
window_days = 90
report_at = 2
"""
REVIEW = """
[review]
clause = "VK-4f"
role = "specialist"
when = { kind = "complaint" }
"""
REFERRAL = """
[referral]
clause = "TR-9"
pauses = true
"""
ROUTING = """
[routing]
clause = "MS-1"
automatic = true
"""


@pytest.mark.parametrize("section", [LADDER, CRITERION, COUNTED, MAJOR, REPEAT, REVIEW, REFERRAL, ROUTING])
def test_no_section_goes_without_a_clause_and_none_cites_one_that_is_not_there(section):
    understood(CLOCK + section)
    cited = next(line for line in section.splitlines() if line.startswith("clause"))
    with pytest.raises(PolicyError, match=r"^sample, line 19, .*clause is missing"):
        understood(CLOCK + section.replace(cited, ""))
    with pytest.raises(PolicyError, match=r"^sample, line 20, .*'TR-99' is no clause of the rule book"):
        understood(CLOCK + section.replace(cited, 'clause = "TR-99"'))


@pytest.mark.parametrize(
    ("section", "old", "new", "complaint"),
    [
        (LADDER, '["department_head", "director"]', "[]", "line 21, [ladder]: rungs names nobody"),
        (LADDER, '"director"', '"manager"', "line 21, [ladder]: 'manager' is no role"),
        (LADDER, '"director"', '"department_head"', "line 21, [ladder]: rungs names one role twice"),
        (LADDER, '["supervisor"]', '["nobody"]', "line 22, [ladder]: 'nobody' is no role"),
        (
            LADDER,
            "answer_within = 12",
            "answer_within = 0",
            "line 23, [ladder]: answer_within must be at least 1",
        ),
        (
            CRITERION,
            '"relay"',
            '"unresolved"',
            "facility_failure (TR-3): clock 'unresolved' is no rule of this policy",
        ),
        (CRITERION, 'clock = "relay"', "", "line 19, criterion 1 (TR-3): clock is missing"),
        (CRITERION, '"facility_failure"', '"noise"', "line 21, criterion 1 (TR-3): 'noise' is no criterion"),
        (CRITERION, "needs_fault = true", "", "criterion 1 (TR-3): needs_fault is missing"),
        (
            CRITERION,
            "needs_fault = true",
            "needs_fault = true\nat_least = 3",
            "(TR-3): does not know at_least",
        ),
        (
            COUNTED,
            "at_least = 3",
            "at_least = -3",
            "line 22, criterion 1 (TR-3): at_least must be at least 1",
        ),
        (COUNTED, "at_least = 3", "", "criterion 1 (TR-3): at_least is missing"),
        (COUNTED, "at_least = 3", 'at_least = 3\nclock = "relay"', "criterion 1 (TR-3): does not know clock"),
        (MAJOR, '["deputy_manager"]', "[]", "line 22, major 1 (TR-7): roles names nobody"),
        (MAJOR, '"deputy_manager"', '"president"', "line 22, major 1 (TR-7): 'president' is no role"),
        (MAJOR, '"tell"', '"pray"', "line 21, major 1 (TR-7): 'pray' is no consequence"),
        (MAJOR, '"tell"', '"task_group"', "line 22, major 1 (TR-7): does not know roles"),
        (REPEAT, "report_at = 2", "report_at = 0", "line 22, [repeat]: report_at must be at least 2"),
        (
            REPEAT,
            "window_days = 90",
            "window_days = -90",
            "line 21, [repeat]: window_days must be at least 1",
        ),
        (REVIEW, '"specialist"', '"somebody"', "line 21, [review]: 'somebody' is no role"),
        (REVIEW, '"complaint"', '"rumour"', "line 22, [review]: kind is never 'rumour'"),
        (REFERRAL, "pauses = true", "pauses = 'yes'", "line 21, [referral]: pauses must be bool"),
        (ROUTING, "automatic = true", "", "line 19, [routing]: automatic is missing"),
    ],
)
def test_a_slip_in_a_section_is_named_with_its_line(section, old, new, complaint):
    assert old in section
    with pytest.raises(PolicyError, match=r"^sample, line ") as error:
        understood(CLOCK + section.replace(old, new))
    assert complaint in str(error.value)
