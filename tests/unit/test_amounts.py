"""What an article sets for a broken clock: the kind, the amount, and when there is none."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from shared.assessment.amounts import Breach, breach_of, circumstances_in
from shared.calendars.working_time import Calendar
from shared.deadlines.engine import due_times
from shared.deadlines.story import CaseFacts, Fact
from shared.policies.schema import parse

MONDAY = datetime(2026, 3, 2, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
DAILY = Calendar("Asia/Shanghai", dict.fromkeys(range(7), ((480, 1200),)), {}, frozenset({2026}))
POLICY = parse(
    """
title = "规则"
number = "X"
interpreter = "X"
[revisit]
attempts = 1
[reopen]
days = 1
[[clock]]
rule = "relay"
clause = "GZ-8"
name = "转达"
start = "received"
stop = ["dispatch"]
minutes = 5
owner_sees = false
duty = "dispatcher"
[[clock.penalty]]
kind = "fine"
amount = 50
when = { undone = true }
[[clock.penalty]]
kind = "fine"
amount = 100
when = { repeated = true }
[[clock]]
rule = "revisit"
clause = "GZ-17A"
name = "回访"
start = "completion"
stop = ["revisit"]
days = 7
owner_sees = true
duty = "dispatcher"
[[clock.penalty]]
kind = "wage"
amount = 30
[[clock.penalty]]
kind = "wage"
least = 50
most = 80
when = { severity = "major", undocumented = true }
""",
    "sample",
)


def facts(*acts: tuple[str, float, dict[str, Any]]) -> CaseFacts:
    """*acts*: name, hours after reception, record."""
    filing = Fact("filing", MONDAY, 1, 1, {"kind": "complaint"})
    told = [
        Fact(
            act,
            MONDAY + timedelta(hours=hours),
            1 + sum(a == "reopening" for a, _h, _d in acts[: n + 1]),
            n + 2,
            data,
        )
        for n, (act, hours, data) in enumerate(acts)
    ]
    return CaseFacts(MONDAY, "complaint", "facilities", "portal", True, [filing, *told])


def breaches(case: CaseFacts, *, repeated: bool = False) -> dict[str, Breach]:
    end = case.facts[-1].at + timedelta(days=30)
    known = circumstances_in(case, repeated=repeated)
    return {
        due.rule: breach_of(clock, due, known)
        for due in due_times(POLICY, case, DAILY)
        if due.broken_by(end) and (clock := POLICY.clock(due.rule))
    }


def amount(breach: Breach) -> tuple[str, int, int] | None:
    return (breach.penalty.kind, breach.penalty.least, breach.penalty.most) if breach.penalty else None


def test_gz_8_a_merely_late_relay_carries_no_amount() -> None:
    assert amount(breaches(facts(("dispatch", 1, {})))["relay"]) is None


def test_gz_8_what_was_never_relayed_costs_50_and_100_when_the_owner_came_again() -> None:
    assert amount(breaches(facts(("claim", 1, {})))["relay"]) == ("fine", 50, 50)
    assert amount(breaches(facts(("dispatch", 1, {})), repeated=True)["relay"]) == ("fine", 100, 100)


def test_a_further_round_is_a_complaint_again() -> None:
    case = facts(("dispatch", 1, {}), ("completion", 2, {}), ("reopening", 3, {}), ("dispatch", 3.01, {}))
    assert amount(breaches(case)["relay"]) == ("fine", 100, 100)


@pytest.mark.parametrize(
    ("documented", "expected"),
    [(False, ("wage", 50, 80)), (True, ("wage", 30, 30))],
    ids=["no receipt", "receipt"],
)
def test_gz_17a_a_late_visit_in_a_major_case_costs_more_without_a_receipt(
    documented: bool, expected: tuple[str, int, int]
) -> None:
    visit = {"reached": True, "documented": documented}
    case = facts(
        ("dispatch", 0.01, {}),
        ("grading", 1, {"severity": "major"}),
        ("completion", 2, {}),
        ("revisit", 24 * 9, visit),
    )
    assert amount(breaches(case)["revisit"]) == expected


def test_flags_that_people_set_count_from_the_last_finding() -> None:
    case = facts(("finding", 1, {"strong_complaint": True}), ("finding", 2, {"strong_complaint": False}))
    assert circumstances_in(case, repeated=False)["strong_complaint"] is False
