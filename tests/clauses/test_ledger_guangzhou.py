"""GZ articles 5 to 20 as a table of amounts: what each sets, for whom, when more. The standard rules set the same."""

import pytest

from shared.policies.schema import parse
from shared.policies.versions import preset_text
from tests.clauses.paper import Paper

RULE_BOOKS = ("guangzhou", "standard")
URGENT = {"urgency": "urgent"}
MAJOR = {"severity": "major"}
STRONG = {"strong_complaint": True}


@pytest.fixture(params=RULE_BOOKS)
def book(request: pytest.FixtureRequest) -> Paper:
    return Paper(parse(preset_text(request.param), request.param))


def test_gz_5_discourteous_reception(book):
    assert book.found("reception") == "GZ-5 fine 30"
    assert book.found("reception", "caused_complaint") == "GZ-5 fine 50–200"
    assert book.of_whom("reception") == "dispatcher supervisor"


def test_gz_6_an_incomplete_record(book):
    assert book.found("record_incomplete") == "GZ-6 fine 50"
    assert book.found("record_incomplete", "misled") == "GZ-6 fine 100–200"
    assert book.of_whom("record_incomplete") == "dispatcher"


def test_gz_7_the_telephone(book):
    assert book.found("telephone") == "GZ-7 fine 30"
    assert book.found("telephone", "harmed_reputation") == "GZ-7 fine 50–100"
    assert book.of_whom("telephone") == "dispatcher supervisor"


def test_gz_8_the_relay(book):
    assert book.broken("relay") == "GZ-8 fine 50"
    assert book.broken("relay", ("dispatch", "11:00")) == "GZ-8 nothing"
    assert book.broken("relay", ("dispatch", "11:00"), repeated=True) == "GZ-8 fine 100"


def test_gz_9_the_urgent_relay_and_the_feedback(book):
    late = ("dispatch", "10:30")
    assert book.broken("relay_urgent", late, urgency="urgent") == "GZ-9 fine 100"
    grave = ("finding", "11:00", {"serious_consequences": True})
    assert book.broken("relay_urgent", late, grave, urgency="urgent") == "GZ-9 fine 200"
    assert book.broken("feedback", late) == "GZ-9 fine 100"
    assert book.broken("feedback", late, repeated=True) == "GZ-9 fine 200"


def test_gz_10_careless_dispatch(book):
    assert book.found("dispatching") == "GZ-10 fine 50"
    assert book.found("dispatching", "misled") == "GZ-10 fine 100"
    assert book.of_whom("dispatching") == "dispatcher supervisor"


def test_gz_11_refusing_with_a_bad_attitude(book):
    assert book.found("disobedience") == "GZ-11 fine 200"
    assert book.of_whom("disobedience") == "handler"


def test_gz_12_neither_completed_nor_reported(book):
    signed = (("dispatch", "10:01"), ("acceptance", "10:10"))
    assert book.broken("handling", *signed) == "GZ-12 fine 50"
    assert book.broken("handling", *signed, ("completion", "23:00")) == "GZ-12 fine 50"


def test_gz_13_not_escalated_and_not_calmed(book):
    assert book.broken("escalation") == "GZ-13 fine 50"
    assert book.broken("escalation", ("finding", "11:00", STRONG)) == "GZ-13 fine 100"
    assert book.found("not_calmed") == "GZ-13 fine 50"
    assert book.found("not_calmed", "strong_complaint") == "GZ-13 fine 100"
    assert book.of_whom("not_calmed") == "handler"


def test_gz_14_methods(book):
    assert book.found("methods") == "GZ-14 fine 100"
    strong = "GZ-14 fine 200, department_head fine 100, leader fine 100"
    assert book.found("methods", "strong_complaint") == strong
    assert book.found("methods", "serious_consequences") == "GZ-14 fine 100"
    assert book.policy.finding("methods").report_when == (("serious_consequences", frozenset({True})),)
    assert book.of_whom("methods") == "handler department_head deputy_manager"


def test_gz_15_the_first_responder_shirks(book):
    assert book.found("first_responsibility") == "GZ-15 wage 100"
    assert book.of_whom("first_responsibility") == "everybody"


def test_gz_16_the_result_is_not_reported(book):
    done = ("completion", "11:00", {"outcome": "resolved"})
    assert book.broken("report", done) == "GZ-16 wage 50"
    assert book.broken("report", done, ("report", "03-03 11:00")) == "GZ-16 nothing"


def test_gz_17a_the_revisit(book):
    done = ("completion", "11:00", {"outcome": "resolved"})
    assert book.broken("revisit", done) == "GZ-17A wage 30"
    assert book.broken("revisit_major", ("grading", "10:30", MAJOR), done) == "GZ-17A wage 50"


def test_gz_17b_the_monthly_summary_and_the_spot_checks(book):
    assert book.found("summary_false") == "GZ-17B wage 200, leader wage 100"
    assert book.of_whom("summary_false") == "director"
    assert book.found("supervision_missing") == "GZ-17B wage 200"
    assert book.of_whom("supervision_missing") == "supervisor"


def test_gz_18_the_heads_own_checks(book):
    assert book.found("department_unchecked") == "GZ-18 fine 300"
    assert book.of_whom("department_unchecked") == "department_head"


def test_gz_19_violations_in_a_row(book):
    assert book.in_a_row("03-02 10:00") == "GZ-19 ×1"
    assert book.in_a_row("03-02 10:00", "04-01 10:00") == "GZ-19 ×2"
    assert book.in_a_row("03-02 10:00", "04-01 10:01") == "GZ-19 ×1"
    assert book.in_a_row("03-02 10:00", "03-20 10:00", "04-10 10:00") == "GZ-19 ×2, advice"
    assert book.in_a_row("03-02 10:00", "03-20 10:00", "04-10 10:00", "04-11 10:00") == "GZ-19 ×2"
    assert book.in_a_row("03-02 10:00", "04-20 10:00", "05-10 10:00") == "GZ-19 ×2"


def test_gz_20_fines_come_from_the_bonus_until_it_is_used_up(book):
    assert book.policy.assessment.clause == "GZ-20"
    assert (book.policy.assessment.unit, book.policy.assessment.judged_by) == ("yuan", "current")
    assert book.paid(500, 200, 200) == [200, 200]
    assert book.paid(300, 200, 200, 50) == [200, 100, 0]
    assert book.paid(0, 50) == [0]
    assert book.paid(None, 50) == [None]
