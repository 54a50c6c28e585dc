"""Stories of the company complaint system: a response within a day, a solution within seven, news meanwhile."""

import pytest

from shared.cases.vocabulary import Evidence
from shared.deadlines import agreement
from shared.revisits import recording
from tests.clauses.hours import instant

PRESET = "company"

TELLING = {
    "contact": lambda case, when: case.contact(when),
    "progress": lambda case, when: case.progress(when, public=True),
    "plan": lambda case, when: case.plan(when, told=True),
    "referral": lambda case, when: case.refer(when),
}
SILENT = {
    "a call in vain": lambda case, when: case.contact(when, reached=False),
    "a note among staff": lambda case, when: case.progress(when),
    "a plan kept to ourselves": lambda case, when: case.plan(when),
    "an objection": lambda case, when: case.objects(when),
    "a machine's word": lambda case, when: case.notes(when, None, "progress", public=True),
}


# First response


def test_co_m2_the_first_response_is_due_24_hours_after_filing(desk):
    case = desk.files("03-02 10:00")
    clock = case.clock("first_response")
    assert (clock.due, clock.duty, clock.owner_sees) == ("03-03 10:00", "first_responder", True)
    assert clock.steps == ["03-02 周一 10:00 起 24 小时", "03-03 周二 10:00 到期"]
    desk.sweep("03-03 10:00")
    assert case.clock("first_response").runs
    desk.sweep("03-03 10:00:01")
    assert case.clock("first_response").broke_at == "03-03 10:00"
    case.contact("03-03 11:00")
    late = case.clock("first_response")
    assert (late.met_at, late.is_broken) == ("03-03 11:00", True)


def test_co_m2_whoever_reaches_the_owner_in_the_last_minute_is_in_time(desk):
    assert desk.files("03-02 10:00").contact("03-03 10:00").clock("first_response").is_kept
    assert desk.files("03-03 10:00").contact("03-04 10:01").clock("first_response").is_broken


def test_co_m2_a_call_in_vain_is_no_response_and_neither_is_a_dispatch(desk):
    case = desk.files("03-02 10:00").dispatch("03-02 10:05").contact("03-02 11:00", reached=False)
    assert case.clock("first_response").runs
    case.contact("03-02 12:00")
    assert case.clock("first_response").met_at == "03-02 12:00"


def test_co_m2_an_explanation_responds_to_an_invalid_matter_and_solves_it(desk):
    case = desk.files("03-02 10:00").explain("03-02 10:30")
    assert case.clock("first_response").is_kept
    assert case.clock("completion").is_kept


def test_co_m2_nobody_has_to_respond_to_who_left_no_name(desk):
    case = desk.files("03-02 10:00", anonymous=True)
    assert not case.has("first_response")
    assert case.has("completion")


def test_co_m2_what_the_desk_enters_later_counts_from_its_reception(desk):
    case = desk.files("03-02 12:00", by="limin", received="03-02 10:00")
    assert case.clock("first_response").due == "03-03 10:00"


def test_co_m2_and_co_5_a_new_round_begins_with_its_reopening(desk):
    case = desk.files("03-02 10:00").contact("03-02 10:10").inform("03-10 10:00")
    case.revisit("03-12 10:00", satisfied=False)
    assert case.clock("first_response").due == "03-13 10:00"
    assert case.clock("completion").due == "03-23 10:00"
    assert case.clock("keep_informed").due == "03-17 10:00"
    assert case.clock("completion").runs


def test_co_m2_an_owner_who_withdraws_is_owed_nothing_more(desk):
    """Nor any news (CO-5)."""
    case = desk.files("03-02 10:00").withdraw("03-02 11:00")
    desk.sweep("03-20 10:00")
    assert case.broken == []
    for rule in ("first_response", "completion", "keep_informed"):
        assert case.clock(rule).ended_at == "03-02 11:00"


# The full solution


def test_co_m2_the_full_solution_is_due_after_7_working_days(desk):
    case = desk.files("03-05 10:00")
    clock = case.clock("completion")
    assert (clock.due, clock.duty, clock.owner_sees) == ("03-16 10:00", "handler", True)
    case.dispatch("03-05 11:00")
    desk.sweep("03-16 10:00")
    assert case.clock("completion").runs
    desk.sweep("03-16 10:00:01")
    assert case.clock("completion").broke_at == "03-16 10:00"


def test_co_m2_national_day_is_not_worked_and_the_saturday_after_it_is(desk):
    assert desk.files("09-30 10:00").clock("completion").due == "10-15 10:00"


def test_co_m2_a_completion_in_the_last_minute_is_in_time_and_one_sent_back_is_none(desk):
    case = desk.files("03-05 10:00").complete("03-16 10:00")
    assert case.clock("completion").is_kept
    clock = case.redo("03-16 11:00").clock("completion")
    assert (clock.met_at, clock.is_broken, clock.due) == (None, False, "03-16 11:00")
    desk.sweep("03-16 11:00:01")
    assert case.clock("completion").is_broken


def test_co_m2_knows_neither_agreed_times_nor_a_pause(desk):
    case = desk.files("03-05 10:00").accept("03-05 11:00")
    agreed = {"until": instant("03-30 10:00"), "evidence": Evidence.SIGNATURE, "text": "业主签字同意"}
    assert "照原来的时限办" in case.refused("03-05 12:00", "wangqiang", agreement.agree, **agreed)
    case.refer("03-06 10:00")
    clock = case.clock("completion")
    assert (clock.runs, clock.due) == (True, "03-16 10:00")


# News at intervals


def test_co_5_news_are_due_every_3_working_days_and_the_owner_sees_their_delay(desk):
    case = desk.files("03-05 10:00")
    clock = case.clock("keep_informed")
    assert (clock.due, clock.duty, clock.owner_sees) == ("03-10 10:00", "first_responder", True)
    desk.sweep("03-10 10:00")
    assert case.clock("keep_informed").runs
    desk.sweep("03-10 10:00:01")
    assert case.clock("keep_informed").broke_at == "03-10 10:00"


@pytest.mark.parametrize("act", TELLING)
def test_co_5_whatever_tells_the_owner_something_begins_the_next_interval(desk, act):
    case = desk.files("03-02 10:00").accept("03-02 11:00")
    TELLING[act](case, "03-05 10:00")
    first, second = case.clocks("keep_informed")
    assert first.is_kept
    assert (second.started, second.due, second.runs) == ("03-05 10:00", "03-10 10:00", True)


@pytest.mark.parametrize("act", SILENT)
def test_co_5_what_the_owner_does_not_hear_is_no_news(desk, act):
    case = desk.files("03-02 10:00").accept("03-02 11:00")
    SILENT[act](case, "03-03 10:00")
    [clock] = case.clocks("keep_informed")
    assert (clock.runs, clock.due) == (True, "03-05 10:00")


def test_co_5_late_news_are_a_breach_and_begin_a_new_interval_all_the_same(desk):
    case = desk.files("03-02 10:00").accept("03-02 11:00").progress("03-05 10:01", public=True)
    first, second = case.clocks("keep_informed")
    assert (first.broke_at, first.met_at) == ("03-05 10:00", "03-05 10:01")
    assert second.due == "03-10 10:01"


def test_co_5_the_result_is_the_last_news(desk):
    case = desk.files("03-02 10:00").complete("03-03 10:00").inform("03-04 10:00")
    [clock] = case.clocks("keep_informed")
    assert clock.met_at == "03-04 10:00"
    desk.sweep("03-20 10:00")
    assert "keep_informed" not in case.broken


# Revisit and reopening, which the source leaves to us


def test_co_5_the_third_call_in_vain_ends_the_follow_up(desk):
    case = desk.files("03-02 10:00").inform("03-03 10:00")
    case.revisit("03-04 10:00", reached=False).revisit("03-05 10:00", reached=False)
    assert "3" in case.refused("03-05 11:00", "chenjing", recording.close)
    case.revisit("03-06 10:00", reached=False).close("03-06 11:00", reason="三次电话均无人接听")
    assert case.row.state == "closed"
    assert desk.policy.revisit.clause == "CO-5"


def test_co_m2_a_solution_that_does_not_hold_may_be_taken_up_again_for_30_days(desk):
    assert (desk.policy.reopen.days, desk.policy.reopen.clause) == (30, "CO-M2")
