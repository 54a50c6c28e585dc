"""Stories of the complaint-handling measures: in the system within a quarter of an hour, done within two days."""

import pytest

from shared.deadlines import extension
from shared.revisits import recording
from tests.clauses.hours import instant

PRESET = "measures"


# One system


def test_ms_1_what_an_owner_files_is_in_the_system_at_once(desk):
    case = desk.files("03-02 23:00")
    assert (case.clock("entry").is_kept, case.clock("entry").met_at) == (True, "03-02 23:00")


def test_ms_1_what_was_told_to_the_desk_is_entered_within_15_minutes(desk):
    case = desk.files("03-02 10:15", by="limin", received="03-02 10:00")
    clock = case.clock("entry")
    assert clock.is_kept
    assert (clock.started, clock.due) == ("03-02 10:00", "03-02 10:15")
    assert (clock.duty, clock.owner_sees) == ("dispatcher", False)


def test_ms_1_a_late_entry_is_late_from_the_moment_it_is_made(desk):
    case = desk.files("03-02 10:16", by="limin", received="03-02 10:00")
    assert (case.clock("entry").broke_at, case.clock("entry").met_at) == ("03-02 10:15", "03-02 10:16")
    assert case.broken == ["entry"]


def test_ms_1_a_later_round_is_in_the_system_already(desk):
    case = desk.files("03-02 10:00").inform("03-03 10:00").revisit("03-04 10:00", satisfied=False)
    assert len(case.clocks("entry")) == 1


def test_ms_1_the_department_is_assigned_by_the_system_and_a_person_still_relays(desk):
    case = desk.files("03-02 23:00")
    assert case.acts == ["filing", "routing"]
    assert case.row.lead_department_id == desk.cast.department("工程部").id
    assert (case.row.state, case.row.handler_id) == ("received", None)
    assert desk.policy.routing.clause == "MS-1"


# Done in time


def test_ms_3_an_ordinary_matter_is_completed_within_48_hours_of_filing(desk):
    case = desk.files("03-06 10:00")
    clock = case.clock("completion")
    assert (clock.due, clock.duty, clock.owner_sees) == ("03-08 10:00", "handler", True)
    desk.sweep("03-08 10:00")
    assert case.clock("completion").runs
    desk.sweep("03-08 10:00:01")
    assert case.clock("completion").broke_at == "03-08 10:00"


def test_ms_3_completed_means_completed(desk):
    case = desk.files("03-02 10:00").accept("03-02 11:00").contact("03-02 12:00")
    case.progress("03-03 10:00", public=True).plan("03-03 11:00", told=True)
    assert case.clock("completion").runs
    assert case.complete("03-04 10:00").clock("completion").is_kept
    assert desk.files("03-04 10:00").complete("03-06 10:01").clock("completion").is_broken


def test_ms_3_an_invalid_matter_is_done_with_once_it_is_explained(desk):
    case = desk.files("03-02 10:00").explain("03-04 10:00")
    assert case.clock("completion").is_kept
    later = desk.files("03-02 10:00").judge("03-02 11:00", complexity="complex").explain("03-09 10:00")
    assert later.clock("completion_complex").is_kept


def test_ms_3_a_complex_matter_has_5_working_days_from_filing(desk):
    case = desk.files("03-05 12:00", by="limin", received="03-05 10:00")
    case.judge("03-05 14:00", complexity="complex")
    assert case.clock("completion").gave_way_to == "completion_complex"
    clock = case.clock("completion_complex")
    assert (clock.started, clock.due) == ("03-05 10:00", "03-12 10:00")
    assert (clock.duty, clock.owner_sees) == ("handler", True)
    desk.sweep("03-12 10:00")
    assert case.clock("completion_complex").runs
    desk.sweep("03-12 10:00:01")
    assert case.clock("completion_complex").broke_at == "03-12 10:00"


def test_ms_3_a_complex_matter_is_met_by_its_completion(desk):
    case = desk.files("03-05 10:00").judge("03-05 14:00", complexity="complex").complete("03-12 10:00")
    assert case.clock("completion_complex").is_kept


def test_ms_3_no_ordinary_matter_has_the_time_of_a_complex_one(desk):
    assert not desk.files("03-05 10:00").has("completion_complex")


def test_ms_3_knows_neither_an_extension_nor_a_pause(desk):
    case = desk.files("03-02 10:00").accept("03-02 11:00")
    later = {"until": instant("03-20 18:00"), "reason": "配件缺货"}
    assert "照原来的时限办" in case.refused("03-02 12:00", "gaofeng", extension.extend, **later)
    case.refer("03-02 13:00")
    assert (case.clock("completion").runs, case.clock("completion").due) == (True, "03-04 10:00")


@pytest.mark.parametrize(
    ("complexity", "rule", "due"),
    [("ordinary", "completion", "03-06 10:00"), ("complex", "completion_complex", "03-11 10:00")],
)
def test_ms_3_a_new_round_has_the_whole_time_again(desk, complexity, rule, due):
    case = desk.files("03-02 10:00").judge("03-02 11:00", complexity=complexity).inform("03-03 10:00")
    case.revisit("03-04 10:00", satisfied=False)
    assert case.clock(rule).due == due
    desk.sweep("03-04 10:01")
    assert case.broken == []


# The result is told


def test_ms_4_the_result_is_told_within_2_staffed_hours_of_completion(desk):
    case = desk.files("03-02 10:00").complete("03-02 19:00")
    clock = case.clock("result_told")
    assert (clock.started, clock.due) == ("03-02 19:00", "03-03 09:00")
    assert (clock.duty, clock.owner_sees) == ("first_responder", True)
    desk.sweep("03-03 09:00")
    assert case.clock("result_told").runs
    desk.sweep("03-03 09:00:01")
    assert case.clock("result_told").broke_at == "03-03 09:00"


def test_ms_4_a_report_among_staff_tells_the_owner_nothing(desk):
    case = desk.files("03-02 10:00").complete("03-03 10:00").report("03-03 10:30")
    assert case.clock("result_told").runs
    assert case.inform("03-03 12:00").clock("result_told").is_kept


def test_ms_4_what_is_sent_back_is_no_result_yet(desk):
    case = desk.files("03-02 10:00").complete("03-03 10:00").redo("03-03 11:00")
    assert case.clock("result_told").ended_at == "03-03 11:00"
    assert case.complete("03-03 15:00").clock("result_told").due == "03-03 17:00"


# Second follow-up and second revisit


def test_ms_4_whom_the_result_does_not_content_is_followed_up_for_30_days(desk):
    assert (desk.policy.reopen.days, desk.policy.reopen.clause) == (30, "MS-4")


def test_ms_9_a_second_follow_up_is_not_over_without_a_second_revisit(desk):
    case = desk.files("03-02 10:00").inform("03-03 10:00").revisit("03-04 10:00", satisfied=False)
    case.inform("03-05 10:00")
    assert "不能结案" in case.refused("03-05 11:00", "chenjing", recording.close)
    case.revisit("03-06 10:00").close("03-06 11:00")
    assert case.row.state == "closed"
    assert desk.policy.revisit.clause == "MS-9"


def test_ms_9_three_calls_in_vain_are_enough(desk):
    case = desk.files("03-02 10:00").inform("03-03 10:00")
    case.revisit("03-04 10:00", reached=False).revisit("03-05 10:00", reached=False)
    assert "3" in case.refused("03-05 11:00", "chenjing", recording.close)
    case.revisit("03-06 10:00", reached=False).close("03-06 11:00", reason="三次电话均无人接听")
    assert case.row.state == "closed"
