"""Stories of the handling and assessment rules of a Guangzhou manager: elapsed time, and amounts by article."""

import pytest

PRESET = "guangzhou"

RELAYS = {
    "dispatch": lambda case, when: case.dispatch(when),
    "acceptance": lambda case, when: (
        case.claim("03-02 10:00")
        .notes("03-02 10:00", None, "dispatch")
        .notes(when, "wangqiang", "acceptance")
    ),
}


# GZ-8: the relay


def test_gz_8_every_complaint_is_relayed_within_5_minutes_of_the_first_report_at_night_too(desk):
    case = desk.files("03-02 23:00")
    clock = case.clock("relay")
    assert (clock.due, clock.duty, clock.owner_sees) == ("03-02 23:05", "dispatcher", False)
    desk.sweep("03-02 23:05")
    assert case.clock("relay").runs
    desk.sweep("03-02 23:05:01")
    assert case.clock("relay").broke_at == "03-02 23:05"


@pytest.mark.parametrize("act", RELAYS)
def test_gz_8_who_gives_it_to_a_person_of_a_department_has_relayed(desk, act):
    """GZ-9 asks for the same of an urgent one."""
    case = RELAYS[act](desk.files("03-02 10:00"), "03-02 10:05")
    assert case.clock("relay").is_kept
    urgent = RELAYS[act](desk.files("03-02 10:00", urgency="urgent"), "03-02 10:03")
    assert urgent.clock("relay_urgent").is_kept


def test_gz_8_an_invalid_complaint_is_relayed_before_it_is_explained(desk):
    case = desk.files("03-02 10:00").explain("03-02 10:02")
    assert case.clock("relay").runs
    desk.sweep("03-02 10:05:01")
    assert case.clock("relay").is_broken


def test_gz_8_the_machine_relays_nothing(desk):
    case = desk.files("03-02 10:00").claim("03-02 10:01").notes("03-02 10:02", None, "dispatch")
    assert case.clock("relay").runs


def test_gz_8_ignoring_it_costs_50_a_second_complaint_100_a_merely_late_relay_nothing(desk):
    late, never = desk.files("03-02 10:00").dispatch("03-02 11:00"), desk.files("03-02 11:00")
    desk.sweep("03-02 12:00")
    assert never.costs("relay") == "fine 50"
    assert late.costs("relay") is None
    assert late.costs("relay", repeated=True) == "fine 100"


# GZ-9: urgent ones, and all others


def test_gz_9_an_urgent_complaint_is_relayed_within_3_minutes(desk):
    """It is not also due by GZ-8."""
    case = desk.files("03-02 10:00", urgency="urgent")
    clock = case.clock("relay_urgent")
    assert (clock.due, clock.duty, clock.owner_sees) == ("03-02 10:03", "dispatcher", False)
    assert not case.has("relay")
    assert not desk.files("03-02 10:00").has("relay_urgent")
    desk.sweep("03-02 10:03")
    assert case.clock("relay_urgent").runs
    desk.sweep("03-02 10:03:01")
    assert case.clock("relay_urgent").broke_at == "03-02 10:03"


def test_gz_9_what_turns_out_urgent_has_3_minutes_from_then(desk):
    case = desk.files("03-02 10:00").judge("03-02 10:02", urgency="urgent")
    assert case.clock("relay_urgent").due == "03-02 10:05"


def test_gz_9_a_late_urgent_relay_costs_100_and_200_with_serious_consequences(desk):
    case = desk.files("03-02 10:00", urgency="urgent").dispatch("03-02 10:30")
    assert case.costs("relay_urgent") == "fine 100"
    assert case.find("03-02 11:00", serious_consequences=True).costs("relay_urgent") == "fine 200"


def test_gz_9_others_are_handled_and_fed_back_within_12_hours(desk):
    case = desk.files("03-02 10:00").dispatch("03-02 10:01")
    clock = case.clock("feedback")
    assert (clock.due, clock.duty, clock.owner_sees) == ("03-02 22:00", "dispatcher", True)
    case.progress("03-02 12:00")
    desk.sweep("03-02 22:00")
    assert case.clock("feedback").runs
    desk.sweep("03-02 22:00:01")
    assert case.clock("feedback").broke_at == "03-02 22:00"
    assert case.costs("feedback") == "fine 100"
    assert case.costs("feedback", repeated=True) == "fine 200"


def test_gz_9_who_told_the_owner_or_completed_it_has_fed_back(desk):
    told = desk.files("03-02 10:00").dispatch("03-02 10:01").progress("03-02 22:00", public=True)
    assert told.clock("feedback").is_kept
    assert desk.files("03-02 10:00").complete("03-02 22:00").clock("feedback").is_kept
    assert desk.files("03-02 10:00").explain("03-02 22:00").clock("feedback").is_kept
    assert not desk.files("03-02 10:00", urgency="urgent").has("feedback")


# GZ-12: whoever has signed


def test_gz_12_the_handler_completes_or_reports_within_12_hours_of_signing(desk):
    case = desk.files("03-02 10:00").dispatch("03-02 10:01").accept("03-02 11:00")
    clock = case.clock("handling")
    assert (clock.due, clock.duty, clock.owner_sees) == ("03-02 23:00", "handler", False)
    case.progress("03-02 12:00", by="limin")
    desk.sweep("03-02 23:00")
    assert case.clock("handling").runs
    desk.sweep("03-02 23:00:01")
    assert case.clock("handling").broke_at == "03-02 23:00"
    assert case.costs("handling") == "fine 50"


@pytest.mark.parametrize("act", ["progress", "complete", "explain"])
def test_gz_12_is_met_by_progress_completion_and_explanation(desk, act):
    case = desk.files("03-02 10:00").accept("03-02 10:05")
    assert getattr(case, act)("03-02 22:05").clock("handling").is_kept


@pytest.mark.parametrize("act", ["dispatch", "returning", "referral"])
def test_gz_12_whoever_has_it_no_longer_owes_nothing_more(desk, act):
    case = desk.files("03-02 10:00").accept("03-02 10:05")
    if act == "dispatch":
        case.dispatch("03-02 12:00", to="zhaolei")
    elif act == "returning":
        case.notes("03-02 12:00", "wangqiang", "returning")
    else:
        case.refer("03-02 12:00")
    clock = case.clock("handling")
    assert (clock.ended_at, clock.met_at, clock.is_broken) == ("03-02 12:00", None, False)


def test_gz_12_a_time_agreed_on_evidence_replaces_the_limit(desk):
    """GZ-13 moves with it."""
    case = desk.files("03-02 10:00").accept("03-02 10:05").agree("03-02 12:00", until="03-06 18:00")
    for rule, original in (("handling", "03-02 22:05"), ("escalation", "03-03 10:00")):
        clock = case.clock(rule)
        assert (clock.due, clock.original_due, clock.moved_by) == ("03-06 18:00", original, "agreement")


# GZ-13: escalation


def test_gz_13_not_finished_and_not_escalated_24_hours_from_the_first_report(desk):
    case = desk.files("03-02 10:00").dispatch("03-02 10:01").progress("03-02 12:00", public=True)
    clock = case.clock("escalation")
    assert (clock.due, clock.duty, clock.owner_sees) == ("03-03 10:00", "handler", False)
    desk.sweep("03-03 10:00")
    assert case.clock("escalation").runs
    desk.sweep("03-03 10:00:01")
    assert case.clock("escalation").broke_at == "03-03 10:00"
    assert case.costs("escalation") == "fine 50"
    assert case.find("03-03 11:00", strong_complaint=True).costs("escalation") == "fine 100"


def test_gz_13_who_escalates_completes_or_explains_in_time_has_done_it(desk):
    dispatched = desk.files("03-02 10:00").dispatch("03-02 10:01")
    assert dispatched.escalate("03-03 10:00").clock("escalation").is_kept
    assert desk.files("03-02 10:00").complete("03-03 10:00").clock("escalation").is_kept
    assert desk.files("03-02 10:00").explain("03-03 10:00").clock("escalation").is_kept


def test_gz_13_a_breach_climbs_from_head_to_director_deputy_and_general_manager(desk):
    case = desk.files("03-02 09:00").accept("03-02 09:01")
    case.progress("03-02 20:00", by="limin", public=True)
    desk.sweep("03-02 21:01:01")
    assert case.rungs == [(0, "handler", "03-02 21:01:01")]
    assert desk.climb("03-03 01:01:00") == 0
    for when in ("03-03 01:01:01", "03-03 05:02", "03-03 09:03", "03-03 13:04"):
        desk.climb(when)
    assert case.rungs[1:] == [
        (1, "department_head", "03-03 01:01:01"),
        (-1, "supervisor", "03-03 01:01:01"),
        (2, "director", "03-03 05:02"),
        (3, "deputy_manager", "03-03 09:03"),
        (4, "general_manager", "03-03 13:04"),
    ]
    assert desk.policy.ladder.clause in desk.cited


# GZ-16: the result goes back to dispatch


def test_gz_16_the_handler_reports_the_result_within_12_hours_of_completion(desk):
    case = desk.files("03-02 10:00").complete("03-02 12:00")
    clock = case.clock("report")
    assert (clock.due, clock.duty, clock.owner_sees) == ("03-03 00:00", "handler", False)
    desk.sweep("03-03 00:00")
    assert case.clock("report").runs
    desk.sweep("03-03 00:00:01")
    assert case.clock("report").broke_at == "03-03 00:00"
    assert case.costs("report") == "wage 50"
    assert case.report("03-03 09:00").costs("report") is None


def test_gz_16_who_reports_or_tells_the_owner_in_time_has_done_it(desk):
    assert desk.files("03-02 10:00").complete("03-02 12:00").report("03-03 00:00").clock("report").is_kept
    assert desk.files("03-02 10:00").inform("03-02 12:00").clock("report").is_kept


# GZ-17A: revisits


def test_gz_17a_a_completed_complaint_is_revisited_by_telephone_within_a_week(desk):
    case = desk.files("03-02 10:00").complete("03-02 12:00").inform("03-02 13:00")
    clock = case.clock("revisit")
    assert (clock.due, clock.duty, clock.owner_sees) == ("03-09 12:00", "dispatcher", True)
    desk.sweep("03-09 12:00")
    assert case.clock("revisit").runs
    desk.sweep("03-09 12:00:01")
    assert case.clock("revisit").broke_at == "03-09 12:00"
    assert case.costs("revisit") == "wage 30"


@pytest.mark.parametrize("method", ["telephone", "door"])
def test_gz_17a_a_call_or_a_visit_meets_it(desk, method):
    case = desk.files("03-02 10:00").inform("03-02 12:00")
    assert case.revisit("03-09 12:00", method=method).clock("revisit").is_kept


def test_gz_17a_neither_a_message_nor_a_call_in_vain_meets_it(desk):
    case = desk.files("03-02 10:00").inform("03-02 12:00").revisit("03-03 12:00", reached=False)
    case.revisit("03-04 12:00", method="message")
    assert case.clock("revisit").runs


def test_gz_17a_who_left_no_name_is_not_revisited(desk):
    case = desk.files("03-02 10:00", anonymous=True).complete("03-02 12:00")
    assert not case.has("revisit")
    assert not case.grade("03-02 13:00", "major").has("revisit_major")


def test_gz_17a_a_major_complaint_is_revisited_at_the_door_with_a_record(desk):
    case = desk.files("03-02 10:00").grade("03-02 10:10", "major").inform("03-02 12:00")
    clock = case.clock("revisit_major")
    assert (clock.due, clock.duty, clock.owner_sees) == ("03-09 12:00", "assistant", True)
    assert not case.has("revisit")
    assert not desk.files("03-02 10:00").complete("03-02 12:00").has("revisit_major")
    case.visit("03-03 10:00", method="telephone").visit("03-03 11:00", documented=False)
    case.visit("03-03 12:00", reached=False)
    assert case.clock("revisit_major").runs
    assert case.visit("03-09 12:00", accompanied=False).clock("revisit_major").is_kept


def test_gz_17a_without_a_record_or_too_late_it_costs_50(desk):
    case = desk.files("03-02 10:00").grade("03-02 10:10", "major").inform("03-02 12:00")
    case.visit("03-03 11:00", documented=False)
    desk.sweep("03-09 12:00:01")
    assert case.clock("revisit_major").broke_at == "03-09 12:00"
    assert case.costs("revisit_major") == "wage 50"


def test_gz_17a_after_three_calls_in_vain_an_owner_counts_as_unreachable(desk):
    case = desk.files("03-02 10:00").inform("03-02 12:00")
    case.revisit("03-03 12:00", reached=False).revisit("03-04 12:00", reached=False)
    assert "3 次" in case.refused("03-04 13:00", "chenjing", case.closing)
    case.revisit("03-05 12:00", reached=False).close("03-05 13:00")
    assert case.row.state == "closed"
    assert desk.policy.revisit.clause in desk.cited


# No false breach


def test_gz_15_a_further_round_begins_its_clocks_anew(desk):
    """GZ-8, GZ-9 and GZ-13."""
    case = desk.files("03-02 10:00").dispatch("03-02 10:01").inform("03-02 12:00")
    case.revisit("03-08 10:00", satisfied=False)
    due = {"relay": "03-08 10:05", "feedback": "03-08 22:00", "escalation": "03-09 10:00"}
    assert {rule: case.clock(rule).due for rule in due} == due
    assert case.broken == []


def test_gz_15_a_closed_case_is_taken_up_again_within_30_days(desk):
    case = desk.files("03-02 10:00").inform("03-02 12:00").revisit("03-02 13:00").close("03-02 14:00")
    late = {"cause": "reopening", "reason": "又坏了"}
    assert case.refused("04-01 14:01", "limin", case.opening, **late).endswith("GZ-15")
    assert case.reopen("04-01 14:00").row.round == 2


def test_gz_9_an_urgent_complaint_that_comes_back_has_its_3_minutes_from_then(desk):
    case = desk.files("03-02 10:00", urgency="urgent").dispatch("03-02 10:01").inform("03-02 12:00")
    assert case.revisit("03-08 10:00", satisfied=False).clock("relay_urgent").due == "03-08 10:03"


def test_gz_12_an_objection_moves_nothing_and_another_handler_begins_anew(desk):
    """GZ-11: whoever objects still acts; GZ-13 runs on."""
    case = desk.files("03-02 10:00").accept("03-02 10:05").objects("03-02 11:00")
    assert case.clock("handling").due == "03-02 22:05"
    case.dispatch("03-02 21:00", to="zhaolei").accept("03-02 21:30")
    assert (case.clock("handling").due, case.clock("escalation").due) == ("03-03 09:30", "03-03 10:00")
    assert "handling" not in case.broken


def test_gz_13_a_redo_gives_back_the_time_it_was_away(desk):
    """GZ-12's too; nobody told dispatch the result (GZ-16)."""
    case = desk.files("03-02 10:00").accept("03-02 10:00").complete("03-02 20:00").redo("03-04 10:00")
    assert (case.clock("handling").due, case.clock("escalation").due) == ("03-04 12:00", "03-05 00:00")
    assert case.broken == ["report"]
