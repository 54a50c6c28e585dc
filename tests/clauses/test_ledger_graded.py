"""What is graded by gravity, and rewarded: the sources name no amount, and who decides sets one or none."""

import pytest

from shared.policies.schema import parse
from shared.policies.versions import preset_text
from tests.clauses.paper import Paper

GRADES = ("criticism", "warning", "fine", "demotion", "dismissal")
LIABLE = "dispatcher specialist handler assistant department_head director"


@pytest.fixture
def book(request: pytest.FixtureRequest) -> Paper:
    return Paper(parse(preset_text(request.param), request.param))


@pytest.mark.parametrize("book", ["aid", "standard"], indirect=True)
@pytest.mark.parametrize("rule", ["work_error", "poor_attitude", "deliberate_delay"])
def test_ah_7_1_who_is_liable_is_written_and_the_outcome_graded_by_gravity(book, rule):
    assert book.found(rule) == "AH-7.1 graded"
    assert book.policy.finding(rule).grades == GRADES
    assert book.of_whom(rule) == LIABLE


@pytest.mark.parametrize("book", ["aid", "standard"], indirect=True)
@pytest.mark.parametrize("rule", ["outstanding_handling", "loss_recovered"])
def test_ah_7_2_outstanding_handling_and_recovered_loss_are_rewarded(book, rule):
    assert (book.found(rule), book.of_whom(rule)) == ("AH-7.2 reward", "everybody")


@pytest.mark.parametrize("book", ["company", "standard"], indirect=True)
def test_co_m7_who_solves_complaints_well_is_rewarded(book):
    assert (book.found("solved_well"), book.of_whom("solved_well")) == ("CO-M7 reward", "everybody")


@pytest.mark.parametrize("book", ["aid"], indirect=True)
def test_ah_7_1_amounts_are_yuan_and_no_bonus_caps_them(book):
    assert (book.policy.assessment.clause, book.policy.assessment.unit) == ("AH-7.1", "yuan")
    assert book.paid(0, 50) == [50]


@pytest.mark.parametrize("book", ["company"], indirect=True)
def test_co_m7_without_deductions_breaches_are_entered_and_cost_nothing(book):
    assert (book.policy.assessment.clause, book.policy.in_a_row) == ("CO-M7", None)
    assert all(not clock.penalties for clock in book.policy.clocks)
