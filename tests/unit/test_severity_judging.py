"""What makes a case major, criterion by criterion, and what does not (TR-3, VK-4h; clauses.md, settled 4)."""

from dataclasses import replace
from typing import Any

import pytest

from shared.cases.circumstances import Circumstances
from shared.cases.vocabulary import Fault
from shared.policies.schema import Policy, parse
from shared.policies.terms import CRITERIA
from shared.severity.judging import Evidence, judge

RULES = """
title = "重大诉求的判定"
number = "X-1"
interpreter = "客户服务中心"

[revisit]
attempts = 3

[reopen]
days = 30

[[clock]]
rule = "restoration"
clause = "TR-3"
name = "恢复"
start = "received"
stop = ["completion"]
hours = 48
when = { facility_failure = true }
owner_sees = false
duty = "nobody"

[[clock]]
rule = "unresolved"
clause = "VK-4h"
name = "久未解决"
start = "reported"
stop = ["completion"]
months = 1
owner_sees = false
duty = "nobody"

[[criterion]]
clause = "TR-3"
of = "owners"
at_least = 3
needs_fault = true

[[criterion]]
clause = "TR-3"
of = "reports"
at_least = 3
needs_fault = true

[[criterion]]
clause = "TR-3"
of = "loss"
at_least = 500
needs_fault = true

[[criterion]]
clause = "TR-3"
of = "injury"
needs_fault = true

[[criterion]]
clause = "TR-3"
of = "facility_failure"
clock = "restoration"
needs_fault = true

[[criterion]]
clause = "VK-4h"
of = "people"
at_least = 10
needs_fault = false

[[criterion]]
clause = "VK-4h"
of = "litigation"
needs_fault = false

[[criterion]]
clause = "VK-4h"
of = "media"
needs_fault = false

[[criterion]]
clause = "VK-4h"
of = "unresolved"
clock = "unresolved"
needs_fault = false
"""
CASES = ("JX-2026-000001", "JX-2026-000002", "JX-2026-000003")


@pytest.fixture(scope="module")
def rules() -> Policy:
    return parse(RULES, "X-1")


def _found(**answers: Any) -> Evidence:
    return Evidence(Circumstances(**answers))


# What just meets each criterion, what just misses it, and the facts that the reason shows.
MET: dict[str, tuple[Evidence, dict[str, Any]]] = {
    "owners": (Evidence(owners=3, cases=CASES), {"count": 3, "cases": list(CASES)}),
    "reports": (Evidence(reports=3, cases=CASES), {"count": 3, "cases": list(CASES)}),
    "people": (Evidence(people=10), {"count": 10}),
    "loss": (_found(loss=500), {"yuan": 500}),
    "injury": (_found(injury=True), {}),
    "facility_failure": (
        replace(_found(facility_failure=True), ran_out=frozenset({"restoration"})),
        {"clock": "restoration", "limit": "48 hours"},
    ),
    "litigation": (_found(litigation=True), {}),
    "media": (_found(media=True), {}),
    "unresolved": (
        Evidence(ran_out=frozenset({"unresolved"})),
        {"clock": "unresolved", "limit": "1 months"},
    ),
}
MISSED: dict[str, Evidence] = {
    "owners": Evidence(owners=2, cases=CASES),
    "reports": Evidence(reports=2, cases=CASES),
    "people": Evidence(people=9),
    "loss": _found(loss=499),
    "injury": _found(serious_consequences=True),
    "facility_failure": _found(facility_failure=True),
    "litigation": _found(strong_complaint=True),
    "media": _found(),
    "unresolved": Evidence(ran_out=frozenset({"completion"})),
}
NEED_FAULT = {"owners", "reports", "loss", "injury", "facility_failure"}


def test_every_criterion_that_a_policy_may_name_stands_here() -> None:
    assert set(MET) == set(MISSED) == CRITERIA


@pytest.mark.parametrize("of", MET)
def test_tr_3_and_vk_4h_each_criterion_by_itself_makes_a_case_major(rules: Policy, of: str) -> None:
    evidence, facts = MET[of]
    (reason,) = judge(rules, evidence)
    fault = {"fault": "presumed"} if of in NEED_FAULT else {}
    assert (reason.of, reason.evidence) == (of, facts | fault)
    assert reason.clause == ("TR-3" if of in NEED_FAULT else "VK-4h")


@pytest.mark.parametrize("of", MISSED)
def test_just_short_of_it_the_case_is_ordinary(rules: Policy, of: str) -> None:
    assert judge(rules, MISSED[of]) == []


@pytest.mark.parametrize("of", MET)
@pytest.mark.parametrize("fault", Fault)
def test_tr_3_needs_fault_presumed_or_found_and_vk_4h_does_not(rules: Policy, of: str, fault: Fault) -> None:
    evidence, _facts = MET[of]
    blamed = replace(evidence, circumstances=replace(evidence.circumstances, fault=fault))
    assert bool(judge(rules, blamed)) is (fault is not Fault.NOT_OURS or of not in NEED_FAULT)


def test_ten_owners_are_ten_people_whoever_counted_them(rules: Policy) -> None:
    """clauses.md, settled 4: three owners with fault, ten regardless."""
    nobodys_fault = Circumstances(fault=Fault.NOT_OURS)
    assert judge(rules, Evidence(nobodys_fault, owners=9, reports=30)) == []
    (reason,) = judge(rules, Evidence(nobodys_fault, owners=10, reports=10, cases=CASES))
    assert (reason.clause, reason.of, reason.evidence["count"]) == ("VK-4h", "people", 10)


def test_ten_counted_on_the_spot_need_no_report_of_their_own(rules: Policy) -> None:
    (reason,) = judge(rules, _found(people=12))
    assert reason.evidence == {"count": 12}


def test_anonymous_reports_make_three_reports_and_no_owner(rules: Policy) -> None:
    (reason,) = judge(rules, Evidence(owners=0, reports=3, cases=CASES))
    assert reason.of == "reports"


def test_all_that_is_met_is_named(rules: Policy) -> None:
    evidence = Evidence(Circumstances(loss=800, injury=True, media=True), owners=3, reports=4, cases=CASES)
    assert [reason.of for reason in judge(rules, evidence)] == [
        "owners",
        "reports",
        "loss",
        "injury",
        "media",
    ]


def test_more_of_the_same_is_the_same_reason(rules: Policy) -> None:
    (three,), (five,) = (judge(rules, Evidence(owners=n)) for n in (3, 5))
    assert three != five
    assert three.key == five.key


def test_without_criteria_nothing_is_major_by_rule(rules: Policy) -> None:
    evidence, _facts = MET["injury"]
    assert judge(replace(rules, criteria=()), evidence) == []
