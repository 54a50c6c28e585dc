"""Policy files are read strictly: what is not understood is named, with file and clause."""

import pytest

from shared.cases import vocabulary
from shared.cases.lifecycle import Act
from shared.deadlines.naming import WORDS
from shared.policies import schema, terms
from shared.policies.schema import Limit, PolicyError, Unit, parse
from shared.policies.versions import preset_text, presets
from tests.policy_text import CLOCK, HEAD, understood


def test_a_clock_is_read_with_its_defaults():
    clock = understood(CLOCK).clocks[0]
    assert (clock.rule, clock.clause, clock.start) == ("relay", "GZ-8", "received")
    assert clock.limit == Limit(5, Unit.WORKING_MINUTES)
    assert clock.near == 0.75
    assert clock.ends == ("withdrawal", "closure")
    assert clock.stop[1].where == (("reached", frozenset({True})),)
    assert clock.when == ()


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (
            'clause = "GZ-8"',
            'clause = "GZ-99"',
            "sample, line 12, clock 1 (GZ-99): 'GZ-99' is no clause of the rule book",
        ),
        ('clause = "GZ-8"', "clause = 8", "sample, line 12, clock 1 (8): clause must be str"),
        ('clause = "GZ-8"', "", "sample, line 10, clock 1 (no clause): clause is missing"),
        ('rule = "relay"', 'rule = "Relay 2"', "(GZ-8): rule 'Relay 2' must be"),
        ('name = "转达"', 'name = " "', "(GZ-8): name is empty"),
        ('start = "received"', 'start = "recieved"', "(GZ-8): 'recieved' is no act"),
        ('"dispatch"', '"dispach"', "(GZ-8), stop: 'dispach' is no act"),
        ("reached = true", "reached = 1", "reached is never 1"),
        ("reached = true", "reach = true", "'reach' is not known here"),
        (
            '["dispatch", { act = "contact", reached = true }]',
            "[]",
            "line 15, clock 1 (GZ-8): stop names no act",
        ),
        ("working_minutes = 5", "", "needs one limit of minutes, hours, days"),
        ("working_minutes = 5", "working_minutes = 5\nhours = 1", "needs one limit"),
        (
            "working_minutes = 5",
            "working_minutes = 9999999999",
            "line 16, clock 1 (GZ-8): working_minutes must be at most 1752000",
        ),
        ("working_minutes = 5", "months = 5000", "months must be at most 120"),
        ('"dispatch", {', '"routing", {', "line 15, clock 1 (GZ-8): 'routing' is the machine's act"),
        ('start = "received"', 'start = "dispatch"', "'dispatch' both starts and stops this clock"),
        ("working_minutes = 5", "working_minutes = 0", "working_minutes must be at least 1"),
        ("working_minutes = 5", "working_minutes = true", "working_minutes must be int"),
        ("working_minutes = 5", "working_minutes = 5\nnear = 1.5", "near must be above 0"),
        ("working_minutes = 5", "working_minutes = 5\nnerr = 0.5", "does not know nerr"),
        (
            "working_minutes = 5",
            "working_minutes = 5\nwhen = { urgency = 'urgnt' }",
            "urgency is never 'urgnt'",
        ),
        ("working_minutes = 5", "working_minutes = 5\nwhen = { urgncy = 'urgent' }", "'urgncy' is not known"),
        ("working_minutes = 5", "working_minutes = 5\nwhen = { urgency = [] }", "urgency allows nothing"),
        ("working_minutes = 5", "working_minutes = 5\nreplaces = 'report'", "which is no other rule"),
        ("working_minutes = 5", "working_minutes = 5\nlate_start = 'now'", "late_start is start or change"),
        ("working_minutes = 5", "working_minutes = 5\nends = ['closing']", "'closing' is no act"),
        ("owner_sees = false", "", "owner_sees is missing"),
        ("working_minutes = 5", "working_minutes = -5", "line 16, clock 1 (GZ-8): working_minutes must be"),
        ("working_minutes = 5", "fortnights = 5", "clock 1 (GZ-8): needs one limit"),
        (
            "working_minutes = 5",
            "hours = 8\noutside = { hours = -1 }",
            "(GZ-8), outside: hours must be at least",
        ),
        ("working_minutes = 5", "hours = 8\noutside = {}", "(GZ-8), outside: needs one limit"),
        ("working_minutes = 5", "hours = 8\noutside = 24", "(GZ-8), outside: must be a table"),
        (
            "owner_sees = false",
            "owner_sees = false\nduty = 'manager'",
            "line 18, clock 1 (GZ-8): 'manager' is no duty",
        ),
        ("owner_sees = false", "owner_sees = false\nrepeats = 1", "(GZ-8): repeats must be bool"),
        (
            "owner_sees = false",
            "owner_sees = false\nmoves = ['progress']",
            "'progress' is no act that carries a time",
        ),
        (
            "owner_sees = false",
            "owner_sees = false\nends = ['closure', 'closure']",
            "ends names one act twice",
        ),
        ('"dispatch"', "5", "(GZ-8), stop: must be a table"),
        ('"dispatch"', '{ act = "dispatch", by = "anybody" }', "by is never 'anybody'"),
        ('"dispatch"', '{ act = "dispatch", told = true }', "'told' is not known here"),
    ],
)
def test_a_slip_is_named_with_its_clause(old, new, complaint):
    assert old in CLOCK
    with pytest.raises(PolicyError) as error:
        understood(CLOCK.replace(old, new))
    assert complaint in str(error.value)
    assert str(error.value).startswith("sample")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("title = ", "sample: no TOML"),
        (HEAD, "sample, line 0: clock is missing"),
        (HEAD.replace("attempts = 3", "") + CLOCK, "sample, line 5, [revisit]: attempts is missing"),
        (
            HEAD.replace("days = 30", "days = 30\nweeks = 1") + CLOCK,
            "sample, line 9, [reopen]: does not know weeks",
        ),
        ("colour = 'red'" + HEAD + CLOCK, "sample, line 1: does not know colour"),
        (HEAD + CLOCK + CLOCK, "sample, line 10, relay (GZ-8): the rule stands there twice"),
        (HEAD + CLOCK + CLOCK.replace('"relay"', '"relay_b"\nreplaces = "relay"'), "without `when`"),
    ],
)
def test_a_file_that_cannot_be_used_says_where(text, complaint):
    with pytest.raises(PolicyError) as error:
        parse(text, "sample")
    assert complaint in str(error.value)


def test_several_values_allow_any_of_them():
    text = CLOCK.replace("owner_sees", 'when = { kind = ["repair", "help"] }\nowner_sees')
    when = understood(text).clocks[0].when
    assert schema.holds(when, {"kind": "help"})
    assert not schema.holds(when, {"kind": "complaint"})
    assert not schema.holds(when, {})


def test_the_words_of_policies_are_the_words_of_cases():
    assert frozenset(Act) == terms.ACTS
    for key, enumeration in {
        "kind": vocabulary.Kind,
        "category": vocabulary.Category,
        "channel": vocabulary.Channel,
        "urgency": vocabulary.Urgency,
        "severity": vocabulary.Severity,
        "complexity": vocabulary.Complexity,
        "validity": vocabulary.Validity,
    }.items():
        assert terms.ATTRIBUTES[key] == frozenset(enumeration), key
    assert frozenset(vocabulary.Method) == terms.METHODS
    assert terms.RECORDED["completion"]["outcome"] == frozenset(vocabulary.Outcome)


@pytest.mark.parametrize("preset", presets())
def test_every_preset_can_be_read_and_its_clocks_have_words(preset):
    policy = parse(preset_text(preset), preset)
    for clock in policy.clocks:
        assert clock.rule in WORDS, clock.rule


def test_the_figures_of_standard():
    policy = parse(preset_text("standard"), "standard")
    assert {clock.rule: (clock.clause, str(clock.limit)) for clock in policy.clocks} == {
        "first_response": ("CO-M2", "24 hours"),
        "entry": ("MS-1", "15 minutes"),
        "relay": ("GZ-8", "5 working_minutes"),
        "relay_urgent": ("GZ-9", "3 minutes"),
        "feedback": ("GZ-9", "12 hours"),
        "handling": ("GZ-12", "12 hours"),
        "escalation": ("GZ-13", "24 hours"),
        "completion": ("MS-3", "48 hours"),
        "completion_complex": ("MS-3", "5 working_days"),
        "whole": ("TR-10", "3 days"),
        "keep_informed": ("AH-3.2b", "3 days"),
        "stalled": ("AH-4.1", "2 days"),
        "record": ("VK-5.1", "5 working_days"),
        "report": ("GZ-16", "12 hours"),
        "revisit": ("GZ-17A", "7 days"),
        "revisit_major": ("GZ-17A", "7 days"),
        "revisit_valid": ("TR-11", "3 days"),
        "revisit_valid_major": ("TR-11", "3 days"),
        "facility_restored": ("TR-3", "48 hours"),
        "unresolved": ("VK-4h", "1 months"),
    }
    assert (policy.revisit.attempts, policy.reopen.days) == (3, 30)


def test_a_preset_that_does_not_exist_is_named():
    with pytest.raises(PolicyError, match=r"no such preset; there are .*standard"):
        preset_text("../../etc/passwd")
