"""Stories of the measures for requests for help and complaints; their figures are ours, the source leaves blanks."""

import pytest

from shared.cases import handling
from shared.cases.vocabulary import Outcome
from shared.database import db
from shared.deadlines import extension
from shared.notifications.models import Message
from shared.ownership import planning
from shared.revisits import recording
from tests.clauses.hours import instant

PRESET = "aid"

RESPONDING = {
    "contact": lambda case, when: case.contact(when),
    "dispatch": lambda case, when: case.dispatch(when),
    "referral": lambda case, when: case.refer(when),
    "explanation": lambda case, when: case.explain(when),
}
TELLING = {
    "contact": lambda case, when: case.contact(when),
    "progress": lambda case, when: case.progress(when, public=True),
    "plan": lambda case, when: case.plan(when, told=True),
    "extension": lambda case, when: case.extend(when, "03-20 10:00"),
    "referral": lambda case, when: case.refer(when),
}
SILENT = {
    "a call in vain": lambda case, when: case.contact(when, reached=False),
    "a note among staff": lambda case, when: case.progress(when),
    "a plan kept to ourselves": lambda case, when: case.plan(when),
}
MOVING = {
    "acceptance": lambda case, when: case.accept(when),
    "a call in vain": lambda case, when: case.contact(when, reached=False),
    "a note among staff": lambda case, when: case.progress(when, "wangqiang"),
    "finding": lambda case, when: case.find(when, fault="ours"),
    "referral": lambda case, when: case.refer(when),
}
STANDING_STILL = {
    "an objection": lambda case, when: case.objects(when),
    "a triage": lambda case, when: case.judge(when, validity="valid"),
    "a machine's word": lambda case, when: case.notes(when, None, "progress"),
}


def told_of_progress(case):
    sent = db.session.query(Message).filter_by(case_id=case.row.id, about="major_progress")
    return {message.to_role for message in sent}


# The first to be asked


def test_ah_2_3_an_ordinary_matter_is_answered_within_24_hours(desk):
    case = desk.files("03-02 10:00")
    clock = case.clock("first_response")
    assert (clock.due, clock.duty, clock.owner_sees) == ("03-03 10:00", "first_responder", True)
    assert not case.has("urgent_response")
    desk.sweep("03-03 10:00")
    assert case.clock("first_response").runs
    desk.sweep("03-03 10:00:01")
    assert case.clock("first_response").broke_at == "03-03 10:00"


def test_ah_2_3_only_who_was_reached_is_answered(desk):
    case = desk.files("03-02 10:00").dispatch("03-02 10:05").contact("03-02 11:00", reached=False)
    assert case.clock("first_response").runs
    assert case.contact("03-03 10:00").clock("first_response").is_kept
    assert desk.files("03-03 10:00").contact("03-04 10:01").clock("first_response").is_broken


def test_ah_2_3_an_explanation_answers_and_completes_an_invalid_matter(desk):
    """Nothing is left to be done within the limit of AH-3.2."""
    case = desk.files("03-02 10:00").explain("03-02 10:30")
    assert case.clock("first_response").is_kept
    assert case.clock("completion").is_kept


def test_ah_2_3_who_left_no_name_is_owed_no_answer_and_no_revisit(desk):
    """A revisit of AH-4.2 needs somebody to ask."""
    case = desk.files("03-02 10:00", anonymous=True).inform("03-03 10:00")
    assert not case.has("first_response")
    assert not case.has("revisit")


def test_ah_2_3_what_the_desk_enters_later_counts_from_its_reception(desk):
    """So does the limit of AH-3.2."""
    case = desk.files("03-02 10:10", by="limin", received="03-02 10:00", urgency="urgent")
    assert case.clock("first_response").due == "03-03 10:00"
    assert case.clock("urgent_response").due == "03-02 10:15"
    assert case.clock("completion").due == "03-09 10:00"


def test_ah_2_3_an_urgent_matter_is_responded_to_at_once_at_night_too(desk):
    case = desk.files("03-02 23:00", urgency="urgent")
    clock = case.clock("urgent_response")
    assert (clock.due, clock.duty, clock.owner_sees) == ("03-02 23:15", "first_responder", True)
    desk.sweep("03-02 23:15")
    assert case.clock("urgent_response").runs
    desk.sweep("03-02 23:15:01")
    assert case.clock("urgent_response").broke_at == "03-02 23:15"


@pytest.mark.parametrize("act", RESPONDING)
def test_ah_2_3_who_acts_responds(desk, act):
    case = desk.files("03-02 23:00", urgency="urgent")
    RESPONDING[act](case, "03-02 23:15")
    assert case.clock("urgent_response").is_kept


def test_ah_2_3_neither_the_machine_nor_a_call_in_vain_responds(desk):
    case = desk.files("03-02 23:00", urgency="urgent").notes("03-02 23:01", None, "routing")
    case.contact("03-02 23:02", reached=False)
    assert case.clock("urgent_response").runs


def test_ah_2_3_who_is_in_a_hurry_is_owed_the_answer_too(desk):
    case = desk.files("03-02 23:00", urgency="urgent").dispatch("03-02 23:05")
    assert case.clock("first_response").due == "03-03 23:00"
    assert case.clock("first_response").runs


def test_ah_2_3_what_turns_out_urgent_is_urgent_from_then_on(desk):
    case = desk.files("03-02 10:00").judge("03-02 10:05", urgency="urgent")
    assert (case.clock("urgent_response").started, case.clock("urgent_response").due) == (
        "03-02 10:05",
        "03-02 10:20",
    )
    case.judge("03-02 10:10", urgency="normal")
    assert case.clock("urgent_response").ended_at == "03-02 10:10"


def test_ah_2_3_ah_3_2_and_ah_4_2_begin_anew_with_a_new_round(desk):
    """Whoever is not satisfied is asked again in the next round, and its limits are its own."""
    case = desk.files("03-02 10:00", urgency="urgent").inform("03-02 10:10")
    case.revisit("03-04 10:00", satisfied=False)
    assert case.clock("revisit").is_kept
    assert case.clock("urgent_response").due == "03-04 10:15"
    assert case.clock("first_response").due == "03-05 10:00"
    assert case.clock("completion").due == "03-11 10:00"
    assert case.clock("completion").runs


# Within a limit


def test_ah_3_2_an_ordinary_matter_is_done_after_5_working_days(desk):
    case = desk.files("03-05 10:00")
    clock = case.clock("completion")
    assert (clock.due, clock.duty, clock.owner_sees) == ("03-12 10:00", "handler", True)
    desk.sweep("03-12 10:00")
    assert case.clock("completion").runs
    desk.sweep("03-12 10:00:01")
    assert case.clock("completion").broke_at == "03-12 10:00"


def test_ah_3_2_done_in_the_last_minute_is_in_time_and_sent_back_is_not_done(desk):
    case = desk.files("03-05 10:00").complete("03-12 10:00")
    assert case.clock("completion").is_kept
    assert case.redo("03-12 10:30").clock("completion").met_at is None
    assert desk.files("03-05 10:00").complete("03-12 10:01").clock("completion").is_broken


def test_ah_3_2_a_request_for_help_has_the_same_limit_as_a_complaint(desk):
    assert desk.files("03-05 10:00", kind="help").clock("completion").due == "03-12 10:00"


def test_ah_3_2_a_complex_matter_has_10_working_days_from_its_reception(desk):
    case = desk.files("03-05 10:00").judge("03-06 10:00", complexity="complex")
    assert case.clock("completion").gave_way_to == "completion_complex"
    clock = case.clock("completion_complex")
    assert (clock.started, clock.due) == ("03-05 10:00", "03-19 10:00")
    assert (clock.duty, clock.owner_sees) == ("handler", True)
    desk.sweep("03-19 10:00")
    assert case.clock("completion_complex").runs
    desk.sweep("03-19 10:00:01")
    assert case.clock("completion_complex").broke_at == "03-19 10:00"


def test_ah_3_2_a_complex_matter_is_met_by_its_completion_or_an_explanation(desk):
    done = desk.files("03-05 10:00").judge("03-05 11:00", complexity="complex").complete("03-19 10:00")
    assert done.clock("completion_complex").is_kept
    invalid = desk.files("03-05 10:00").judge("03-05 11:00", complexity="complex").explain("03-19 10:00")
    assert invalid.clock("completion_complex").is_kept


def test_ah_3_2_in_a_new_round_a_complex_matter_has_its_10_days_again(desk):
    case = desk.files("03-02 10:00").judge("03-02 11:00", complexity="complex").inform("03-04 09:00")
    case.revisit("03-04 10:00", satisfied=False)
    assert case.clock("completion_complex").due == "03-18 10:00"


@pytest.mark.parametrize("rule", ["completion", "completion_complex"])
def test_ah_3_2_an_extension_moves_the_limit_and_keeps_the_first_beside_it(desk, rule):
    case = desk.files("03-02 10:00").accept("03-02 11:00")
    if rule == "completion_complex":
        case.judge("03-02 11:30", complexity="complex")
    first = case.clock(rule).due
    case.extend("03-03 10:00", "03-20 18:00")
    clock = case.clock(rule)
    assert (clock.original_due, clock.due, clock.moved_by) == (first, "03-20 18:00", "extension")
    desk.sweep("03-20 18:00")
    assert case.clock(rule).runs
    desk.sweep("03-20 18:00:01")
    assert case.clock(rule).broke_at == "03-20 18:00"


def test_ah_3_2_an_extension_after_the_break_mends_nothing(desk):
    case = desk.files("03-02 10:00").accept("03-02 11:00")
    case.extend("03-09 10:01", "03-20 18:00")
    clock = case.clock("completion")
    assert (clock.broke_at, clock.due) == ("03-09 10:00", "03-20 18:00")


def test_ah_3_2_an_extension_without_a_reason_or_by_the_handler_is_refused(desk):
    case = desk.files("03-02 10:00").accept("03-02 11:00")
    later = {"until": instant("03-20 18:00")}
    assert "AH-3.2" in case.refused("03-03 10:00", "gaofeng", extension.extend, reason=" ", **later)
    assert "AH-3.2" in case.refused("03-03 10:00", "wangqiang", extension.extend, reason="忙", **later)
    assert case.clock("completion").moved_by is None


# Progress is told


def test_ah_3_2b_progress_is_told_every_3_working_days_from_the_transfer(desk):
    case = desk.files("03-04 10:00").dispatch("03-05 10:00")
    clock = case.clock("keep_informed")
    assert (clock.started, clock.due) == ("03-05 10:00", "03-10 10:00")
    assert (clock.duty, clock.owner_sees) == ("handler", True)
    desk.sweep("03-10 10:00")
    assert case.clock("keep_informed").runs
    desk.sweep("03-10 10:00:01")
    assert case.clock("keep_informed").broke_at == "03-10 10:00"


@pytest.mark.parametrize("act", TELLING)
def test_ah_3_2b_whatever_tells_the_owner_something_begins_the_next_interval(desk, act):
    case = desk.files("03-02 09:00").accept("03-02 10:00")
    TELLING[act](case, "03-05 10:00")
    first, second = case.clocks("keep_informed")
    assert first.is_kept
    assert (second.started, second.due, second.runs) == ("03-05 10:00", "03-10 10:00", True)


@pytest.mark.parametrize("act", SILENT)
def test_ah_3_2b_what_the_owner_does_not_hear_tells_no_progress(desk, act):
    case = desk.files("03-02 09:00").accept("03-02 10:00")
    SILENT[act](case, "03-03 10:00")
    [clock] = case.clocks("keep_informed")
    assert (clock.runs, clock.due) == (True, "03-05 10:00")


def test_ah_3_2b_ends_when_the_result_is_told(desk):
    case = desk.files("03-02 09:00").complete("03-03 10:00").inform("03-04 10:00")
    [clock] = case.clocks("keep_informed")
    assert clock.met_at == "03-04 10:00"


def test_ah_3_2b_and_ah_4_1_end_when_the_owner_withdraws_what_the_department_gave_back(desk):
    case = desk.files("03-02 09:00").accept("03-02 10:00").notes("03-03 10:00", "wangqiang", "returning")
    case.withdraw("03-03 11:00")
    assert case.clock("keep_informed").ended_at == "03-03 11:00"
    assert case.clock("stalled").ended_at == "03-03 11:00"


# Tracked at intervals


def test_ah_4_1_a_matter_that_does_not_move_for_3_working_days_is_stalled(desk):
    case = desk.files("03-04 10:00").dispatch("03-05 10:00")
    clock = case.clock("stalled")
    assert (clock.started, clock.due) == ("03-05 10:00", "03-10 10:00")
    assert (clock.duty, clock.owner_sees) == ("department_head", False)
    desk.sweep("03-10 10:00")
    assert case.clock("stalled").runs
    desk.sweep("03-10 10:00:01")
    assert case.clock("stalled").broke_at == "03-10 10:00"


@pytest.mark.parametrize("act", MOVING)
def test_ah_4_1_whatever_moves_it_begins_the_next_interval(desk, act):
    case = desk.files("03-02 09:00").dispatch("03-02 10:00")
    MOVING[act](case, "03-05 10:00")
    first, second = case.clocks("stalled")
    assert first.is_kept
    assert (second.started, second.due, second.runs) == ("03-05 10:00", "03-10 10:00", True)


def test_ah_4_1_a_plan_moves_it_and_so_does_a_recall(desk):
    case = desk.files("03-02 09:00").accept("03-02 10:00")
    case.plan("03-03 10:00")
    assert case.clock("stalled").started == "03-03 10:00"
    case.refer("03-04 10:00")
    assert case.recall("03-05 10:00").clock("stalled").started == "03-05 10:00"


@pytest.mark.parametrize("act", STANDING_STILL)
def test_ah_4_1_words_about_it_do_not_move_it(desk, act):
    case = desk.files("03-02 09:00").dispatch("03-02 10:00")
    STANDING_STILL[act](case, "03-03 10:00")
    [clock] = case.clocks("stalled")
    assert (clock.runs, clock.due) == (True, "03-05 10:00")


def test_ah_4_1_is_over_when_the_result_is_told(desk):
    case = desk.files("03-02 09:00").accept("03-02 10:00").complete("03-03 10:00").inform("03-04 10:00")
    assert (case.clock("stalled").started, case.clock("stalled").met_at) == ("03-03 10:00", "03-04 10:00")


# The revisit


def test_ah_4_2_the_revisit_is_due_7_days_after_the_result_was_told(desk):
    case = desk.files("03-02 09:00").complete("03-03 10:00").inform("03-04 10:00")
    clock = case.clock("revisit")
    assert (clock.started, clock.due) == ("03-04 10:00", "03-11 10:00")
    assert (clock.duty, clock.owner_sees) == ("assistant", True)
    desk.sweep("03-11 10:00")
    assert case.clock("revisit").runs
    desk.sweep("03-11 10:00:01")
    assert case.clock("revisit").broke_at == "03-11 10:00"


@pytest.mark.parametrize("method", ["telephone", "email", "questionnaire"])
def test_ah_4_2_telephone_e_mail_and_questionnaire_are_revisits(desk, method):
    case = desk.files("03-02 09:00").inform("03-04 10:00").revisit("03-11 10:00", method=method)
    assert case.clock("revisit").is_kept


def test_ah_4_2_the_third_call_in_vain_allows_to_close_which_ends_the_duty(desk):
    case = desk.files("03-02 09:00").inform("03-04 10:00")
    case.revisit("03-05 10:00", reached=False).revisit("03-06 10:00", reached=False)
    assert case.clock("revisit").runs
    assert "3" in case.refused("03-06 11:00", "chenjing", recording.close)
    case.revisit("03-07 10:00", reached=False).close("03-07 11:00", reason="三次电话均无人接听")
    assert case.clock("revisit").met_at == "03-07 11:00"
    assert desk.policy.revisit.clause == "AH-4.2"


# Not satisfied, and major


def test_ah_3_3a_may_be_taken_up_again_for_30_days(desk):
    assert (desk.policy.reopen.days, desk.policy.reopen.clause) == (30, "AH-3.3a")


def test_ah_3_3c_a_major_matter_is_done_by_a_group_and_to_a_special_plan(desk):
    case = desk.files("03-02 09:00").accept("03-02 10:00").plan("03-02 11:00").grade("03-02 12:00", "major")
    done = {"outcome": Outcome.RESOLVED, "result": "已更换"}
    assert "专项方案" in case.refused("03-03 09:00", "wangqiang", handling.complete, **done)
    plain = {"text": "更换曳引机", "told": False}
    assert "专项小组" in case.refused("03-03 09:00", "wangqiang", planning.plan, **plain)
    case.plan("03-03 10:00", group=("gaofeng", "hemei")).complete("03-04 10:00")
    assert case.row.state == "completed"


def test_ah_3_3c_senior_leaders_hear_what_the_owner_of_a_major_matter_is_told(desk):
    case = desk.files("03-02 09:00").accept("03-02 10:00").progress("03-02 10:30", public=True)
    assert told_of_progress(case) == set()
    case.grade("03-02 11:00", "major").progress("03-02 12:00", public=True)
    assert told_of_progress(case) == {"deputy_manager", "general_manager"}


def test_ah_3_3c_asks_for_a_group_a_plan_and_reports_to_senior_leaders(desk):
    assert [(rule.clause, rule.does, rule.roles) for rule in desk.policy.major] == [
        ("AH-3.3c", "task_group", ()),
        ("AH-3.3c", "special_plan", ()),
        ("AH-3.3c", "report_progress", ("deputy_manager", "general_manager")),
    ]
