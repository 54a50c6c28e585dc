"""Stories of the composed default, article by article as settled where the sources disagree."""

import pytest

PRESET = "standard"

OTHER_CHANNELS = ["hotline", "walk_in", "letter", "email", "forum", "city_hotline", "street_office", "relay"]
RELAYS = {
    "dispatch": lambda case, when: case.dispatch(when),
    "acceptance": lambda case, when: (
        case.notes("03-02 10:00", None, "routing")
        .claim("03-02 10:00")
        .notes("03-02 10:00", None, "dispatch")
        .notes(when, "wangqiang", "acceptance")
    ),
    "referral": lambda case, when: case.refer(when, outside=False),
    "explanation": lambda case, when: case.explain(when),
}
REPORTS = {
    "a note among staff": lambda case, when: case.progress(when),
    "progress told": lambda case, when: case.progress(when, public=True),
    "completion": lambda case, when: case.complete(when),
    "referral": lambda case, when: case.refer(when, outside=False),
    "explanation": lambda case, when: case.explain(when),
}
TELLING = {
    "contact": lambda case, when: case.contact(when),
    "progress": lambda case, when: case.progress(when, public=True),
    "plan": lambda case, when: case.plan(when, told=True),
    "agreement": lambda case, when: case.agree(when, "03-20 10:00"),
    "extension": lambda case, when: case.extend(when, "03-20 10:00"),
    "referral": lambda case, when: case.refer(when, outside=False),
}
SILENT = {
    "a call in vain": lambda case, when: case.contact(when, reached=False),
    "a note among staff": lambda case, when: case.progress(when),
    "a plan kept to ourselves": lambda case, when: case.plan(when),
}
MOVING = {
    "acceptance": lambda case, when: case.accept(when),
    "contact": lambda case, when: case.contact(when, reached=False),
    "progress": lambda case, when: case.progress(when),
    "finding": lambda case, when: case.find(when),
    "plan": lambda case, when: case.accept("03-02 10:00").plan(when),
    "escalation": lambda case, when: case.escalate(when),
    "referral": lambda case, when: case.refer(when, outside=False),
    "recall": lambda case, when: case.refer("03-02 10:01", outside=False).recall(when),
    "completion": lambda case, when: case.accept("03-02 10:00").complete(when),
}


# CO-M2: the first response


def test_co_m2_the_owner_is_reached_within_24_hours(desk):
    case = desk.files("03-02 10:00")
    clock = case.clock("first_response")
    assert (clock.due, clock.duty, clock.owner_sees) == ("03-03 10:00", "first_responder", True)
    desk.sweep("03-03 10:00")
    assert case.clock("first_response").runs
    desk.sweep("03-03 10:00:01")
    assert case.clock("first_response").broke_at == "03-03 10:00"


def test_co_m2_only_who_was_reached_has_been_answered(desk):
    case = desk.files("03-02 10:00").contact("03-02 11:00", reached=False)
    assert case.clock("first_response").runs
    assert case.contact("03-03 10:00").clock("first_response").is_kept
    assert desk.files("03-02 10:00").explain("03-02 11:00").clock("first_response").is_kept


def test_co_m2_who_left_no_name_cannot_be_reached(desk):
    assert not desk.files("03-02 10:00", anonymous=True).has("first_response")


def test_co_m2_an_emergency_entered_later_counts_from_reception(desk):
    """VK-5.1: entering it on Monday morning does not begin Sunday night's clocks of MS-3 anew."""
    case = desk.files("03-02 09:00", by="limin", received="03-01 22:00", extra={"paperless": True})
    assert case.clock("first_response").due == "03-02 22:00"
    assert case.clock("completion").due == "03-03 22:00"


# MS-1: entry and routing


@pytest.mark.parametrize("channel", OTHER_CHANNELS)
def test_ms_1_what_comes_by_another_way_is_entered_within_15_minutes(desk, channel):
    case = desk.files("03-02 10:15", by="limin", received="03-02 10:00", channel=channel)
    clock = case.clock("entry")
    assert (clock.due, clock.duty, clock.owner_sees) == ("03-02 10:15", "dispatcher", False)
    assert clock.is_kept


def test_ms_1_entered_after_16_minutes_is_late_at_once(desk):
    case = desk.files("03-02 10:16", by="limin", received="03-02 10:00")
    assert case.clock("entry").broke_at == "03-02 10:15"
    assert case.clock("entry").met_at == "03-02 10:16"


def test_ms_1_neither_the_portal_nor_an_emergency_nor_a_further_round_is_entered(desk):
    assert not desk.files("03-02 10:00").has("entry")
    emergency = desk.files("03-02 12:00", by="limin", received="03-02 10:00", extra={"paperless": True})
    assert not emergency.has("entry")
    again = (
        desk.files("03-02 10:00", by="limin").inform("03-02 11:00").revisit("03-02 12:00", satisfied=False)
    )
    desk.sweep("03-02 13:00")
    assert len(again.clocks("entry")) == 1


# GZ-8 and GZ-9: the relay


def test_gz_8_an_ordinary_matter_is_relayed_within_5_staffed_minutes(desk):
    case = desk.files("03-02 10:00")
    clock = case.clock("relay")
    assert (clock.due, clock.duty, clock.owner_sees) == ("03-02 10:05", "dispatcher", False)
    desk.sweep("03-02 10:05")
    assert case.clock("relay").runs
    desk.sweep("03-02 10:05:01")
    assert case.clock("relay").broke_at == "03-02 10:05"
    assert desk.files("03-02 19:58").clock("relay").due == "03-03 08:03"


@pytest.mark.parametrize("act", RELAYS)
def test_gz_8_who_passes_it_on_or_explains_it_has_relayed(desk, act):
    case = desk.files("03-02 10:00")
    RELAYS[act](case, "03-02 10:05")
    assert case.clock("relay").is_kept


@pytest.mark.parametrize("act", RELAYS)
def test_gz_9_an_urgent_matter_is_relayed_by_the_same_acts(desk, act):
    case = desk.files("03-02 10:00", urgency="urgent")
    RELAYS[act](case, "03-02 10:03")
    assert case.clock("relay_urgent").is_kept


def test_gz_8_the_machine_relays_nothing(desk):
    """Nor does its notice of the breach escalate anything (GZ-13)."""
    case = desk.files("03-02 10:00").notes("03-02 10:00", None, "routing").claim("03-02 10:01")
    case.notes("03-02 10:01", None, "dispatch")
    desk.sweep("03-03 10:00:01")
    assert case.clock("relay").broke_at == "03-02 10:05"
    assert case.clock("relay").met_at is None
    assert case.clock("escalation").broke_at == "03-03 10:00"


def test_gz_8_a_merely_late_relay_costs_nothing_one_never_made_does(desk):
    late, never = desk.files("03-02 10:00").dispatch("03-02 11:00"), desk.files("03-02 11:00")
    desk.sweep("03-02 12:00")
    assert late.costs("relay") is None
    assert never.costs("relay") == "fine 50"
    assert late.costs("relay", repeated=True) == "fine 100"


def test_gz_9_urgent_is_relayed_within_3_minutes_at_night_too(desk):
    case = desk.files("03-02 23:00", urgency="urgent")
    clock = case.clock("relay_urgent")
    assert (clock.due, clock.duty, clock.owner_sees) == ("03-02 23:03", "dispatcher", False)
    desk.sweep("03-02 23:03")
    assert case.clock("relay_urgent").runs
    desk.sweep("03-02 23:03:01")
    assert case.clock("relay_urgent").broke_at == "03-02 23:03"


def test_gz_9_the_urgent_relay_stands_in_the_place_of_the_ordinary_one(desk):
    """GZ-8 has nothing left to ask."""
    urgent, ordinary = desk.files("03-02 10:00", urgency="urgent"), desk.files("03-02 10:00")
    assert urgent.has("relay_urgent")
    assert not urgent.has("relay")
    assert not ordinary.has("relay_urgent")


def test_gz_9_a_downgrade_keeps_what_the_reported_urgency_came_to(desk):
    """After it the relay of GZ-8 runs, and begins when it came to apply."""
    case = desk.files("03-02 10:00", urgency="urgent").judge("03-02 10:20", urgency="normal")
    assert case.clock("relay_urgent").broke_at == "03-02 10:03"
    assert case.clock("relay_urgent").gave_way_to == "relay"
    assert (case.clock("relay").started, case.clock("relay").is_broken) == ("03-02 10:20", False)


def test_gz_9_what_turns_out_urgent_has_3_minutes_from_then(desk):
    """The five minutes of GZ-8 give way."""
    case = desk.files("03-02 10:00").judge("03-02 10:02", urgency="urgent")
    assert case.clock("relay_urgent").due == "03-02 10:05"
    assert (case.clock("relay").gave_way_to, case.clock("relay").is_broken) == ("relay_urgent", False)
    before_opening = desk.files("03-03 06:00").judge("03-03 07:00", urgency="urgent")
    assert before_opening.clock("relay_urgent").due == "03-03 07:03"


def test_gz_9_a_late_urgent_relay_costs_more_with_serious_consequences(desk):
    case = desk.files("03-02 10:00", urgency="urgent").dispatch("03-02 10:30")
    assert case.costs("relay_urgent") == "fine 100"
    assert case.find("03-02 11:00", serious_consequences=True).costs("relay_urgent") == "fine 200"


def test_gz_9_others_are_reported_on_or_completed_within_12_hours(desk):
    case = desk.files("03-02 10:00").dispatch("03-02 10:01")
    clock = case.clock("feedback")
    assert (clock.due, clock.duty, clock.owner_sees) == ("03-02 22:00", "dispatcher", False)
    desk.sweep("03-02 22:00")
    assert case.clock("feedback").runs
    desk.sweep("03-02 22:00:01")
    assert case.clock("feedback").broke_at == "03-02 22:00"
    assert case.costs("feedback") == "fine 100"
    assert case.costs("feedback", repeated=True) == "fine 200"


@pytest.mark.parametrize("act", REPORTS)
def test_gz_9_who_reports_or_completes_has_fed_back(desk, act):
    case = desk.files("03-02 10:00").claim("03-02 10:01")
    if act in ("a note among staff", "progress told"):
        case.dispatch("03-02 10:01")
    assert REPORTS[act](case, "03-02 22:00").clock("feedback").is_kept


def test_gz_9_urgent_ones_have_no_12_hours(desk):
    assert not desk.files("03-02 10:00", urgency="urgent").has("feedback")


# GZ-12: whoever has signed


def test_gz_12_the_handler_completes_or_reports_within_12_hours_of_signing(desk):
    case = desk.files("03-02 10:00").dispatch("03-02 10:01").accept("03-02 11:00")
    clock = case.clock("handling")
    assert (clock.due, clock.duty, clock.owner_sees) == ("03-02 23:00", "handler", False)
    desk.sweep("03-02 23:00")
    assert case.clock("handling").runs
    desk.sweep("03-02 23:00:01")
    assert case.clock("handling").broke_at == "03-02 23:00"
    assert case.costs("handling") == "fine 50"


def test_gz_12_only_the_handlers_own_progress_counts(desk):
    case = desk.files("03-02 10:00").accept("03-02 10:05").progress("03-02 12:00", by="limin")
    assert case.clock("handling").runs
    assert case.progress("03-02 22:05").clock("handling").is_kept


def test_gz_12_completion_meets_it_and_so_does_the_explanation_of_an_invalid_matter(desk):
    case = desk.files("03-02 10:00").accept("03-02 10:05").complete("03-02 22:05")
    assert case.clock("handling").is_kept
    invalid = desk.files("03-02 10:00").accept("03-02 10:05").explain("03-02 12:00")
    assert invalid.clock("handling").is_kept


@pytest.mark.parametrize("act", ["dispatch", "returning", "referral"])
def test_gz_12_whoever_has_it_no_longer_owes_nothing_more(desk, act):
    case = desk.files("03-02 10:00").accept("03-02 10:05")
    if act == "dispatch":
        case.dispatch("03-02 12:00", to="zhaolei")
    elif act == "returning":
        case.notes("03-02 12:00", "wangqiang", "returning")
    else:
        case.refer("03-02 12:00", outside=False)
    desk.sweep("03-03 12:00")
    (first,) = case.clocks("handling")
    assert (first.ended_at, first.met_at, first.is_broken) == ("03-02 12:00", None, False)


def test_gz_12_the_next_handler_has_twelve_hours_of_their_own(desk):
    case = desk.files("03-02 10:00").accept("03-02 10:05").dispatch("03-02 21:00", to="zhaolei")
    assert case.accept("03-02 21:30").clock("handling").due == "03-03 09:30"


def test_gz_12_a_time_agreed_with_the_owner_replaces_the_limit(desk):
    """It moves MS-3's limit and the escalation of GZ-13 too; TR-10's outer line gives way to it."""
    case = desk.files("03-02 10:00").accept("03-02 10:05").agree("03-02 12:00", until="03-06 18:00")
    for rule, original in (
        ("handling", "03-02 22:05"),
        ("escalation", "03-03 10:00"),
        ("completion", "03-04 10:00"),
    ):
        clock = case.clock(rule)
        assert (clock.due, clock.original_due, clock.moved_by) == ("03-06 18:00", original, "agreement")
    whole = case.clock("whole")
    assert (whole.due, whole.original_due, whole.moved_by) == ("03-06 18:00", "03-05 10:00", None)
    desk.sweep("03-06 18:00")
    assert not {"handling", "escalation", "completion", "whole"} & set(case.broken)
    desk.sweep("03-06 18:00:01")
    assert {"handling", "escalation", "completion", "whole"} <= set(case.broken)


def test_gz_12_what_was_broken_before_stays_broken_whatever_is_agreed(desk):
    case = desk.files("03-02 10:00").accept("03-02 10:05").agree("03-02 23:00", until="03-06 18:00")
    assert case.clock("handling").broke_at == "03-02 22:05"


# GZ-13: escalation


def test_gz_13_not_finished_and_nothing_reported_in_24_hours_is_escalated(desk):
    case = desk.files("03-02 10:00").dispatch("03-02 10:01")
    clock = case.clock("escalation")
    assert (clock.due, clock.duty, clock.owner_sees) == ("03-03 10:00", "handler", False)
    desk.sweep("03-03 10:00")
    assert case.clock("escalation").runs
    desk.sweep("03-03 10:00:01")
    assert case.clock("escalation").broke_at == "03-03 10:00"
    assert case.costs("escalation") == "fine 50"
    case.find("03-03 11:00", strong_complaint=True)
    assert case.costs("escalation") == "fine 100"


def test_gz_13_whoever_escalates_completes_or_explains_in_time_has_done_it(desk):
    dispatched = desk.files("03-02 10:00").dispatch("03-02 10:01")
    assert dispatched.escalate("03-03 10:00").clock("escalation").is_kept
    assert desk.files("03-02 10:00").complete("03-03 10:00").clock("escalation").is_kept
    assert desk.files("03-02 10:00").explain("03-03 10:00").clock("escalation").is_kept


def test_gz_13_once_progress_is_reported_it_waits_for_the_completion(desk):
    """MS-3: 48 hours, or 5 working days of a complex matter."""
    case = desk.files("03-02 10:00").dispatch("03-02 10:01").progress("03-02 15:00")
    assert case.clock("escalation").due == "03-04 10:00"
    desk.sweep("03-04 10:00:01")
    assert case.clock("escalation").broke_at == "03-04 10:00"
    complex_ = desk.files("03-02 10:00").dispatch("03-02 10:01").progress("03-02 15:00")
    assert complex_.judge("03-02 16:00", complexity="complex").clock("escalation").due == "03-09 10:00"


def test_gz_13_an_extension_is_a_report_too(desk):
    """It moves the limit of MS-3, and escalation follows that."""
    case = desk.files("03-02 10:00").accept("03-02 10:05").extend("03-02 15:00", until="03-06 10:00")
    assert (case.clock("completion").due, case.clock("escalation").due) == ("03-06 10:00", "03-06 10:00")


def test_gz_13_progress_after_the_24_hours_is_too_late(desk):
    case = desk.files("03-02 10:00").dispatch("03-02 10:01").progress("03-03 10:30")
    assert case.clock("escalation").broke_at == "03-03 10:00"


# MS-3: completion


def test_ms_3_an_ordinary_matter_is_completed_within_48_hours(desk):
    case = desk.files("03-02 10:00")
    clock = case.clock("completion")
    assert (clock.due, clock.duty, clock.owner_sees) == ("03-04 10:00", "handler", True)
    desk.sweep("03-04 10:00")
    assert case.clock("completion").runs
    desk.sweep("03-04 10:00:01")
    assert case.clock("completion").broke_at == "03-04 10:00"


def test_ms_3_it_is_met_by_completing_or_by_explaining_an_invalid_matter(desk):
    assert desk.files("03-02 10:00").complete("03-04 10:00").clock("completion").is_kept
    assert desk.files("03-02 10:00").explain("03-04 10:00").clock("completion").is_kept
    assert desk.files("03-02 10:00").accept("03-02 10:05").progress("03-02 12:00").clock("completion").runs


def test_ms_3_a_complex_matter_has_5_working_days(desk):
    case = desk.files("03-02 10:00").judge("03-02 11:00", complexity="complex")
    clock = case.clock("completion_complex")
    assert (clock.due, clock.duty, clock.owner_sees) == ("03-09 10:00", "handler", True)
    assert (case.clock("completion").gave_way_to, case.clock("completion").is_broken) == (
        "completion_complex",
        False,
    )
    desk.sweep("03-09 10:00")
    assert case.clock("completion_complex").runs
    desk.sweep("03-09 10:00:01")
    assert case.clock("completion_complex").broke_at == "03-09 10:00"
    assert not desk.files("03-02 10:00").has("completion_complex")


def test_ms_3_a_complex_matter_is_met_by_the_same_acts(desk):
    case = desk.files("03-02 10:00").judge("03-02 11:00", complexity="complex")
    assert case.complete("03-09 10:00").clock("completion_complex").is_kept
    other = desk.files("03-02 10:00").judge("03-02 11:00", complexity="complex", validity="invalid")
    assert other.explain("03-03 10:00").clock("completion_complex").is_kept


@pytest.mark.parametrize("rule", ["completion", "completion_complex"])
def test_ah_3_2_an_extension_keeps_the_original_limit_beside_it(desk, rule):
    """The limits of MS-3."""
    case = desk.files("03-02 10:00").accept("03-02 10:05")
    original = "03-04 10:00"
    if rule == "completion_complex":
        case.judge("03-02 10:30", complexity="complex")
        original = "03-09 10:00"
    clock = case.extend("03-02 15:00", until="03-11 18:00").clock(rule)
    assert (clock.due, clock.original_due, clock.moved_by) == ("03-11 18:00", original, "extension")


def test_gz_12_a_complex_matter_may_be_agreed_on_too(desk):
    """Its limit is that of MS-3."""
    case = desk.files("03-02 10:00").accept("03-02 10:05").judge("03-02 10:30", complexity="complex")
    clock = case.agree("03-02 15:00", until="03-20 18:00").clock("completion_complex")
    assert (clock.due, clock.moved_by) == ("03-20 18:00", "agreement")


# TR-10: the outer line


def test_tr_10_the_whole_of_it_takes_3_days_at_most(desk):
    case = desk.files("03-02 10:00").complete("03-03 10:00")
    clock = case.clock("whole")
    assert (clock.due, clock.duty, clock.owner_sees) == ("03-05 10:00", "first_responder", False)
    desk.sweep("03-05 10:00")
    assert case.clock("whole").runs
    desk.sweep("03-05 10:00:01")
    assert case.clock("whole").broke_at == "03-05 10:00"
    assert desk.files("03-02 10:00").inform("03-05 10:00").clock("whole").is_kept


def test_tr_10_is_no_line_for_complex_matters(desk):
    case = desk.files("03-02 10:00").judge("03-02 11:00", complexity="complex")
    assert case.clock("whole").ended_at == "03-02 11:00"


def test_tr_10_a_longer_completion_puts_it_off(desk):
    """AH-3.2: an extension within the three days leaves them as they are."""
    case = desk.files("03-02 10:00").accept("03-02 10:05").extend("03-02 15:00", until="03-04 18:00")
    assert case.clock("whole").due == "03-05 10:00"
    assert case.extend("03-03 15:00", until="03-07 18:00").clock("whole").due == "03-07 18:00"


# AH-3.2b and AH-4.1: intervals


def test_ah_3_2b_the_owner_hears_something_every_3_days(desk):
    case = desk.files("03-02 10:00")
    clock = case.clock("keep_informed")
    assert (clock.due, clock.duty, clock.owner_sees) == ("03-05 10:00", "first_responder", True)
    desk.sweep("03-05 10:00")
    assert case.clock("keep_informed").runs
    desk.sweep("03-05 10:00:01")
    assert case.clock("keep_informed").broke_at == "03-05 10:00"


@pytest.mark.parametrize("act", TELLING)
def test_ah_3_2b_what_the_owner_is_told_begins_the_next_interval(desk, act):
    case = desk.files("03-02 10:00").accept("03-02 10:05")
    first, second = TELLING[act](case, "03-04 10:00").clocks("keep_informed")
    assert first.is_kept
    assert (second.due, second.runs) == ("03-07 10:00", True)


@pytest.mark.parametrize("act", SILENT)
def test_ah_3_2b_what_the_owner_does_not_hear_begins_none(desk, act):
    case = desk.files("03-02 10:00").accept("03-02 10:05")
    (only,) = SILENT[act](case, "03-04 10:00").clocks("keep_informed")
    assert only.runs


def test_ah_3_2b_the_result_ends_it(desk):
    case = desk.files("03-02 10:00").inform("03-03 10:00")
    (only,) = case.clocks("keep_informed")
    assert only.is_kept


def test_ah_4_1_a_case_moves_every_2_days(desk):
    case = desk.files("03-02 10:00").dispatch("03-02 10:01")
    clock = case.clock("stalled")
    assert (clock.due, clock.duty, clock.owner_sees) == ("03-04 10:01", "department_head", False)
    desk.sweep("03-04 10:01")
    assert case.clock("stalled").runs
    desk.sweep("03-04 10:01:01")
    assert case.clock("stalled").broke_at == "03-04 10:01"


@pytest.mark.parametrize("act", MOVING)
def test_ah_4_1_what_is_done_begins_the_next_interval(desk, act):
    case = desk.files("03-02 10:00").dispatch("03-02 10:00")
    runs = MOVING[act](case, "03-04 09:00").clocks("stalled")
    assert runs[-2].is_kept
    assert (runs[-1].due, runs[-1].runs) == ("03-06 09:00", True)


def test_ah_4_1_the_result_ends_it_and_so_does_giving_it_back(desk):
    told = desk.files("03-02 10:00").dispatch("03-02 11:00").complete("03-02 12:00").inform("03-02 13:00")
    assert [clock.is_kept for clock in told.clocks("stalled")] == [True, True]
    back = desk.files("03-02 10:00").dispatch("03-02 10:01").notes("03-02 11:00", "wangqiang", "returning")
    assert back.clock("stalled").ended_at == "03-02 11:00"


# VK-5.1: emergencies


def test_vk_5_1_the_record_of_an_emergency_is_completed_within_5_working_days_of_reception(desk):
    case = desk.files("03-03 09:00", by="limin", received="03-02 10:00", extra={"paperless": True})
    clock = case.clock("record")
    assert (clock.due, clock.duty, clock.owner_sees) == ("03-09 10:00", "first_responder", False)
    desk.sweep("03-09 10:00")
    assert case.clock("record").runs
    desk.sweep("03-09 10:00:01")
    assert case.clock("record").broke_at == "03-09 10:00"


def test_vk_5_1_the_supplement_meets_it_and_is_owed_once(desk):
    case = desk.files("03-02 10:00", by="limin", extra={"paperless": True}).supplement("03-09 10:00")
    assert case.clock("record").is_kept
    case.inform("03-09 11:00").revisit("03-09 12:00", satisfied=False)
    assert len(case.clocks("record")) == 1
    assert not desk.files("03-02 10:00", by="limin").has("record")


def test_vk_5_1_a_record_still_missing_is_owed_in_the_next_round(desk):
    case = desk.files("03-02 10:00", by="limin", extra={"paperless": True}).inform("03-08 10:00")
    clock = case.revisit("03-13 10:00", satisfied=False).clock("record")
    assert (clock.due, clock.runs) == ("03-20 10:00", True)


# GZ-16: the result goes back to dispatch


def test_gz_16_the_handler_reports_the_result_within_12_hours(desk):
    case = desk.files("03-02 10:00").complete("03-02 12:00")
    clock = case.clock("report")
    assert (clock.due, clock.duty, clock.owner_sees) == ("03-03 00:00", "handler", False)
    desk.sweep("03-03 00:00")
    assert case.clock("report").runs
    desk.sweep("03-03 00:00:01")
    assert case.clock("report").broke_at == "03-03 00:00"
    assert case.costs("report") == "wage 50"
    assert case.report("03-03 09:00").costs("report") is None


def test_gz_16_whoever_reports_or_tells_the_owner_in_time_has_done_it(desk):
    assert desk.files("03-02 10:00").complete("03-02 12:00").report("03-03 00:00").clock("report").is_kept
    assert desk.files("03-02 10:00").inform("03-02 12:00").clock("report").is_kept


# GZ-17A and TR-11: revisits


def test_gz_17a_every_completed_matter_is_revisited_within_a_week(desk):
    case = desk.files("03-02 10:00").complete("03-02 12:00").inform("03-02 13:00")
    clock = case.clock("revisit")
    assert (clock.due, clock.duty, clock.owner_sees) == ("03-09 12:00", "assistant", True)
    desk.sweep("03-09 12:00")
    assert case.clock("revisit").runs
    desk.sweep("03-09 12:00:01")
    assert case.clock("revisit").broke_at == "03-09 12:00"
    assert case.costs("revisit") == "wage 30"


def test_gz_17a_only_who_was_reached_was_revisited(desk):
    case = desk.files("03-02 10:00").inform("03-02 12:00").revisit("03-03 12:00", reached=False)
    assert case.clock("revisit").runs
    assert case.revisit("03-09 12:00").clock("revisit").is_kept


def test_gz_17a_after_three_calls_in_vain_the_closure_ends_the_duty(desk):
    """VK-4k: two are not enough."""
    case = desk.files("03-02 10:00").inform("03-02 12:00")
    for day in ("03-03", "03-04"):
        case.revisit(f"{day} 12:00", reached=False)
    assert "3 次" in case.refused("03-04 13:00", "chenjing", case.closing)
    case.revisit("03-05 12:00", reached=False).close("03-05 13:00")
    assert case.clock("revisit").is_kept


def test_gz_17a_who_left_no_name_is_not_revisited(desk):
    """Neither by GZ-17A nor by TR-11."""
    case = desk.files("03-02 10:00", anonymous=True).judge("03-02 10:30", validity="valid")
    case.grade("03-02 10:40", "major").complete_major("03-02 12:00").report("03-02 13:00")
    assert not any(map(case.has, ("revisit", "revisit_major", "revisit_valid", "revisit_valid_major")))


def test_gz_17a_a_major_matter_is_revisited_at_the_door_by_two_with_a_signature(desk):
    """The same asks TR-11 where it is valid."""
    case = desk.files("03-02 10:00").judge("03-02 10:05", validity="valid").grade("03-02 10:10", "major")
    case.complete_major("03-02 12:00").report("03-02 13:00").inform("03-02 14:00")
    clock = case.clock("revisit_major")
    assert (clock.due, clock.duty, clock.owner_sees) == ("03-09 12:00", "assistant", True)
    assert not case.has("revisit")
    case.visit("03-03 10:00", method="telephone").visit("03-03 11:00", documented=False)
    case.visit("03-03 12:00", accompanied=False).visit("03-03 13:00", reached=False)
    assert case.clock("revisit_major").runs
    assert case.clock("revisit_valid_major").runs
    case.visit("03-05 13:00")
    assert case.clock("revisit_major").is_kept
    assert case.clock("revisit_valid_major").is_kept


def test_gz_17a_a_late_visit_to_a_major_case_costs_more(desk):
    case = desk.files("03-02 10:00").grade("03-02 10:10", "major").complete_major("03-02 12:00")
    desk.sweep("03-09 12:00:01")
    assert case.clock("revisit_major").broke_at == "03-09 12:00"
    assert case.costs("revisit_major") == "wage 50"
    assert not desk.files("03-02 10:00").complete("03-02 12:00").has("revisit_major")


def test_tr_11_a_valid_matter_is_revisited_within_3_days_of_the_records_return(desk):
    case = desk.files("03-02 10:00").judge("03-02 10:05", validity="valid").complete("03-02 12:00")
    case.report("03-02 13:00").inform("03-02 14:00")
    clock = case.clock("revisit_valid")
    assert (clock.due, clock.duty, clock.owner_sees) == ("03-05 13:00", "assistant", False)
    desk.sweep("03-05 13:00")
    assert case.clock("revisit_valid").runs
    desk.sweep("03-05 13:00:01")
    assert case.clock("revisit_valid").broke_at == "03-05 13:00"


def test_tr_11_only_who_was_reached_was_revisited(desk):
    case = desk.files("03-02 10:00").judge("03-02 10:05", validity="valid").complete("03-02 12:00")
    case.report("03-02 13:00").inform("03-02 14:00").revisit("03-03 10:00", reached=False)
    assert case.clock("revisit_valid").runs
    assert case.revisit("03-05 13:00").clock("revisit_valid").is_kept


def test_tr_11_other_matters_have_the_week_only(desk):
    case = desk.files("03-02 10:00").complete("03-02 12:00").report("03-02 13:00")
    assert not case.has("revisit_valid")
    assert not case.has("revisit_valid_major")


def test_tr_11_a_valid_major_matter_has_the_same_3_days(desk):
    case = desk.files("03-02 10:00").judge("03-02 10:05", validity="valid").grade("03-02 10:10", "major")
    case.complete_major("03-02 12:00").report("03-02 13:00")
    clock = case.clock("revisit_valid_major")
    assert (clock.due, clock.duty, clock.owner_sees) == ("03-05 13:00", "assistant", False)
    assert not case.has("revisit_valid")
    undecided = desk.files("03-02 10:00").grade("03-02 10:10", "major").complete_major("03-02 12:00")
    assert not undecided.report("03-02 13:00").has("revisit_valid_major")


@pytest.mark.parametrize("rule", ["revisit_valid", "revisit_valid_major"])
def test_tr_11_what_is_sent_back_is_not_revisited_yet(desk, rule):
    case = desk.files("03-02 10:00").judge("03-02 10:05", validity="valid")
    if rule == "revisit_valid_major":
        case.grade("03-02 10:10", "major").complete_major("03-02 12:00")
    else:
        case.complete("03-02 12:00")
    case.report("03-02 13:00").redo("03-02 14:00")
    assert case.clock(rule).ended_at == "03-02 14:00"


@pytest.mark.parametrize("rule", ["revisit_valid", "revisit_valid_major"])
def test_tr_11_nobody_is_revisited_after_the_closure(desk, rule):
    case = desk.files("03-02 10:00").judge("03-02 10:05", validity="valid")
    if rule == "revisit_valid_major":
        case.grade("03-02 10:10", "major").complete_major("03-02 12:00")
    else:
        case.complete("03-02 12:00")
    case.report("03-02 13:00").inform("03-02 14:00")
    for hour in ("15", "16", "17"):
        case.revisit(f"03-02 {hour}:00", reached=False)
    clock = case.close("03-02 18:00").clock(rule)
    assert (clock.ended_at, clock.is_broken) == ("03-02 18:00", False)


# No false breach


def test_a_further_round_begins_its_clocks_anew(desk):
    """CO-M2, GZ-8, GZ-9, GZ-13, MS-3, TR-10 and AH-3.2b count from the reopening, TR-3's 48 hours too."""
    case = desk.files("03-02 10:00").dispatch("03-02 10:01").inform("03-02 12:00")
    case.find("03-02 13:00", facility_failure=True).revisit("03-08 10:00", satisfied=False)
    assert case.broken == []
    due = {
        "first_response": "03-09 10:00",
        "relay": "03-08 10:05",
        "feedback": "03-08 22:00",
        "escalation": "03-09 10:00",
        "completion": "03-10 10:00",
        "whole": "03-11 10:00",
        "keep_informed": "03-11 10:00",
        "facility_restored": "03-10 10:00",
    }
    assert {rule: case.clock(rule).due for rule in due} == due


def test_ms_3_a_redo_gives_back_the_time_it_was_away(desk):
    """Nor is GZ-13 late at once."""
    case = desk.files("03-02 10:00").complete("03-03 09:00").redo("03-05 10:00")
    assert (case.clock("completion").due, case.clock("escalation").due) == ("03-06 11:00", "03-05 11:00")
    assert not {"completion", "escalation"} & set(case.broken)


def test_tr_9_only_a_body_outside_our_contracts_holds_the_clocks(desk):
    """The limit of MS-3 goes on where it stood still; a contractor of ours is one of us."""
    case = desk.files("03-02 10:00").refer("03-03 10:00")
    assert case.clock("completion").paused_at == "03-03 10:00"
    desk.sweep("03-10 10:00")
    assert "completion" not in case.broken
    assert case.recall("03-10 10:00").clock("completion").due == "03-11 10:00"
    ours = desk.files("03-02 10:00").refer("03-03 10:00", outside=False)
    desk.sweep("03-04 10:00:01")
    assert ours.clock("completion").broke_at == "03-04 10:00"


def test_gz_11_an_objection_and_another_handler_leave_the_limits_alone(desk):
    """MS-3 and GZ-13 run on."""
    case = desk.files("03-02 10:00").dispatch("03-02 10:01").objects("03-02 11:00")
    case.dispatch("03-02 12:00", to="zhaolei")
    assert (case.clock("completion").due, case.clock("escalation").due) == ("03-04 10:00", "03-03 10:00")
    assert case.broken == []


def test_the_owner_takes_it_back_and_nothing_runs_on(desk):
    """CO-M2, GZ-8, MS-3, AH-3.2b, TR-3."""
    case = desk.files("03-02 10:00").claim("03-02 10:00").find("03-02 10:00", facility_failure=True)
    case.withdraw("03-02 10:01")
    rules = ("first_response", "relay", "completion", "keep_informed", "facility_restored")
    assert [case.clock(rule).ended_at for rule in rules] == ["03-02 10:01"] * 5
    desk.sweep("03-20 10:00")
    assert case.broken == []
