"""Stories of procedure WHVK/QP-15-02: the specialist receives and passes on, the department answers in three days."""

import pytest

from shared.cases import handling
from shared.cases.vocabulary import Outcome
from shared.ownership import planning
from shared.revisits import recording

PRESET = "vanke"

RESULT = {"outcome": Outcome.RESOLVED, "result": "已更换门锁继电器"}

RELAYING = {
    "dispatch": lambda case, when: case.dispatch(when),
    "referral": lambda case, when: case.refer(when),
    "explanation": lambda case, when: case.explain(when),
}
STARTING = {
    "contact": lambda case, when: case.contact(when, "wangqiang"),
    "progress": lambda case, when: case.progress(when, "wangqiang"),
    "finding": lambda case, when: case.find(when, fault="ours"),
    "plan": lambda case, when: case.plan(when),
    "explanation": lambda case, when: case.explain(when),
}
NOT_STARTING = {
    "an objection": lambda case, when: case.objects(when),
    "a call in vain": lambda case, when: case.contact(when, "wangqiang", reached=False),
    "the desk's own call": lambda case, when: case.contact(when, "limin"),
    "the desk's own note": lambda case, when: case.progress(when, "limin"),
}
TELLING = {
    "progress": lambda case, when: case.progress(when, "wangqiang"),
    "finding": lambda case, when: case.find(when, fault="ours"),
    "plan": lambda case, when: case.plan(when),
}
NOT_ANSWERING = {
    "a plan kept to ourselves": lambda case, when: case.plan(when),
    "a contact": lambda case, when: case.contact(when, "wangqiang"),
    "progress": lambda case, when: case.progress(when, public=True),
    "work done and not told": lambda case, when: done(case, when),
}


def reviewed(case, when):
    """The handler's plan passes the specialist."""
    if case.row.state != "handling":
        case.accept(when)
    case.plan(when).does(when, "chenjing", planning.review, passed=True)
    return case


def done(case, when):
    return reviewed(case, when).complete(when)


def without_paper(desk):
    """An emergency: its record, and its measures, may follow (VK-5.1)."""
    return desk.files("03-05 10:20", by="limin", received="03-05 10:00", extra={"paperless": True})


# The specialist


def test_vk_4c_the_complainant_hears_within_24_hours_that_it_is_accepted(desk):
    case = desk.files("03-02 10:00")
    clock = case.clock("first_response")
    assert (clock.due, clock.duty, clock.owner_sees) == ("03-03 10:00", "specialist", True)
    desk.sweep("03-03 10:00")
    assert case.clock("first_response").runs
    desk.sweep("03-03 10:00:01")
    assert case.clock("first_response").broke_at == "03-03 10:00"


def test_vk_4c_a_call_in_vain_is_no_contact(desk):
    case = desk.files("03-02 10:00").contact("03-02 11:00", "chenjing", reached=False)
    assert case.clock("first_response").runs
    assert case.contact("03-03 10:00", "chenjing").clock("first_response").is_kept


def test_vk_4c_the_explanation_of_an_invalid_complaint_is_contact_enough(desk):
    assert desk.files("03-02 10:00").explain("03-02 11:00").clock("first_response").is_kept


def test_vk_4c_who_left_no_name_cannot_be_contacted(desk):
    assert not desk.files("03-02 10:00", anonymous=True).has("first_response")


def test_vk_4d_the_record_is_with_the_department_5_hours_after_reception(desk):
    """So long as it is entered at all, the time of entry does not matter, here or for VK-4c."""
    case = desk.files("03-02 22:30", by="limin", received="03-02 22:00")
    clock = case.clock("relay")
    assert (clock.due, clock.duty, clock.owner_sees) == ("03-03 03:00", "specialist", False)
    assert case.clock("first_response").due == "03-03 22:00"
    desk.sweep("03-03 03:00")
    assert case.clock("relay").runs
    desk.sweep("03-03 03:00:01")
    assert case.clock("relay").broke_at == "03-03 03:00"


@pytest.mark.parametrize("act", RELAYING)
def test_vk_4d_is_met_by_whoever_passes_it_on_or_ends_it(desk, act):
    case = desk.files("03-02 10:00")
    RELAYING[act](case, "03-02 15:00")
    assert case.clock("relay").is_kept


def test_vk_4d_neither_the_machine_nor_a_contact_passes_it_on(desk):
    case = desk.files("03-02 10:00").notes("03-02 10:00", None, "routing").contact("03-02 11:00")
    assert case.clock("relay").runs


def test_vk_4c_and_vk_4d_begin_anew_with_a_new_round(desk):
    case = done(desk.files("03-02 10:00").contact("03-02 10:30"), "03-02 12:00").inform("03-02 12:00")
    case.revisit("03-04 10:00", satisfied=False)
    assert case.clock("first_response").due == "03-05 10:00"
    assert case.clock("relay").due == "03-04 15:00"
    assert case.clock("relay").runs


# The department


def test_vk_4f_what_arrives_in_working_time_is_taken_up_within_8_hours(desk):
    case = desk.files("03-02 09:00").dispatch("03-02 10:00")
    clock = case.clock("investigation")
    assert (clock.started, clock.due) == ("03-02 10:00", "03-02 18:00")
    assert (clock.duty, clock.owner_sees) == ("department_head", False)
    assert clock.steps[0] == "03-02 周一 10:00 在工作时间内到达"
    desk.sweep("03-02 18:00")
    assert case.clock("investigation").runs
    desk.sweep("03-02 18:00:01")
    assert case.clock("investigation").broke_at == "03-02 18:00"


def test_vk_4f_what_arrives_outside_working_time_is_taken_up_within_24_hours(desk):
    case = desk.files("03-02 19:00").dispatch("03-02 21:00")
    assert case.clock("investigation").due == "03-03 21:00"
    assert case.clock("investigation").steps[0] == "03-02 周一 21:00 在工作时间外到达"


@pytest.mark.parametrize(
    ("arrives", "due"),
    [
        ("03-02 07:59", "03-03 07:59"),
        ("03-02 08:00", "03-02 16:00"),
        ("03-02 19:59", "03-03 03:59"),
        ("03-02 20:00", "03-03 20:00"),
    ],
)
def test_vk_4f_the_minute_of_arrival_decides(desk, arrives, due):
    assert desk.files("03-02 07:00").dispatch(arrives).clock("investigation").due == due


@pytest.mark.parametrize("act", STARTING)
def test_vk_4f_the_investigation_starts_with_the_handlers_own_act_or_a_result(desk, act):
    case = desk.files("03-02 09:00").accept("03-02 10:00")
    STARTING[act](case, "03-02 18:00")
    assert case.clock("investigation").is_kept


@pytest.mark.parametrize("act", NOT_STARTING)
def test_vk_4f_a_signature_or_the_work_of_others_starts_nothing(desk, act):
    case = desk.files("03-02 09:00").accept("03-02 10:00")
    NOT_STARTING[act](case, "03-02 11:00")
    assert case.clock("investigation").runs


def test_vk_4f_what_another_department_gets_is_its_to_take_up_from_then_on(desk):
    case = desk.files("03-02 09:00").dispatch("03-02 10:00").dispatch("03-02 12:00", "sunli")
    first, second = case.clocks("investigation")
    assert first.ended_at == "03-02 12:00"
    assert (second.started, second.due) == ("03-02 12:00", "03-02 20:00")


def test_vk_4f_vk_4i_and_vk_3_3_end_for_a_department_that_gave_it_back(desk):
    case = desk.files("03-02 09:00").accept("03-02 10:00").notes("03-02 11:00", "wangqiang", "returning")
    desk.sweep("03-20 10:00")
    for rule in ("investigation", "answer", "internal_progress"):
        assert case.clock(rule).ended_at == "03-02 11:00"
        assert rule not in case.broken


def test_vk_4f_an_emergency_is_investigated_by_the_work_itself(desk):
    case = without_paper(desk).dispatch("03-05 10:30").complete("03-05 11:00")
    assert case.clock("investigation").is_kept


def test_vk_4f_every_measure_passes_the_specialist_before_it_is_carried_out(desk):
    case = desk.files("03-02 09:00").accept("03-02 10:00")
    assert "处理方案" in case.refused("03-02 11:00", "wangqiang", handling.complete, **RESULT)
    case.plan("03-02 12:00")
    refusal = case.refused("03-02 13:00", "wangqiang", handling.complete, **RESULT)
    assert "投诉专员" in refusal
    assert refusal.endswith("VK-4f")
    case.does("03-02 14:00", "chenjing", planning.review, passed=False, text="请写明停梯多久")
    assert "退回" in case.refused("03-02 15:00", "wangqiang", handling.complete, **RESULT)
    assert reviewed(case, "03-02 16:00").complete("03-02 17:00").row.state == "completed"


def test_vk_3_3_the_department_tells_the_specialist_every_2_working_days(desk):
    case = desk.files("03-05 09:00").dispatch("03-05 10:00")
    clock = case.clock("internal_progress")
    assert (clock.started, clock.due) == ("03-05 10:00", "03-09 10:00")
    assert (clock.duty, clock.owner_sees) == ("department_head", False)
    desk.sweep("03-09 10:00")
    assert case.clock("internal_progress").runs
    desk.sweep("03-09 10:00:01")
    assert case.clock("internal_progress").broke_at == "03-09 10:00"


@pytest.mark.parametrize("act", TELLING)
def test_vk_3_3_whatever_the_specialist_can_read_begins_the_next_interval(desk, act):
    case = desk.files("03-02 09:00").accept("03-02 10:00")
    TELLING[act](case, "03-04 10:00")
    first, second = case.clocks("internal_progress")
    assert first.is_kept
    assert (second.started, second.due, second.runs) == ("03-04 10:00", "03-06 10:00", True)


def test_vk_3_3_an_objection_or_a_signature_tells_no_progress(desk):
    case = desk.files("03-02 09:00").accept("03-02 10:00").objects("03-02 11:00")
    [clock] = case.clocks("internal_progress")
    assert (clock.runs, clock.due) == (True, "03-04 10:00")


def test_vk_3_3_goes_on_until_the_result_is_reported_and_told(desk):
    case = reviewed(desk.files("03-02 09:00"), "03-02 09:00").complete("03-02 10:00")
    assert case.clock("internal_progress").started == "03-02 10:00"
    case.report("03-03 10:00")
    assert case.clock("internal_progress").started == "03-03 10:00"
    case.inform("03-04 10:00")
    assert case.clock("internal_progress").met_at == "03-04 10:00"


def test_vk_4i_an_ordinary_complaint_is_answered_72_hours_after_the_departments_receipt(desk):
    case = desk.files("03-05 09:00").dispatch("03-05 10:00")
    clock = case.clock("answer")
    assert (clock.started, clock.due) == ("03-05 10:00", "03-08 10:00")
    assert (clock.duty, clock.owner_sees) == ("department_head", True)
    desk.sweep("03-08 10:00")
    assert case.clock("answer").runs
    desk.sweep("03-08 10:00:01")
    assert case.clock("answer").broke_at == "03-08 10:00"


def test_vk_4i_a_plan_that_was_told_answers_though_nothing_is_carried_out(desk):
    case = desk.files("03-02 09:00").accept("03-02 10:00")
    assert case.plan("03-05 10:00", told=True).clock("answer").is_kept
    later = desk.files("03-02 09:00").accept("03-02 10:00")
    assert done(later, "03-05 10:00").inform("03-05 10:00").clock("answer").is_kept


@pytest.mark.parametrize("act", NOT_ANSWERING)
def test_vk_4i_what_does_not_tell_the_decision_answers_nothing(desk, act):
    case = desk.files("03-02 09:00").accept("03-02 10:00")
    NOT_ANSWERING[act](case, "03-03 10:00")
    assert case.clock("answer").runs


def test_vk_4i_a_major_case_has_no_limit_for_its_answer(desk):
    case = desk.files("03-02 09:00").dispatch("03-02 10:00").grade("03-03 10:00", "major")
    assert case.clock("answer").ended_at == "03-03 10:00"
    desk.sweep("03-10 10:00")
    assert "answer" not in case.broken
    case.grade("03-10 11:00", "ordinary")
    assert (case.clock("answer").started, case.clock("answer").due) == ("03-10 11:00", "03-13 11:00")


# Second complaints


def test_vk_4e_the_second_complaint_about_one_problem_is_reported_to_the_general_manager(desk):
    first = desk.files("03-02 10:00", phone="13900138000")
    assert "special_report" not in first.acts
    second = desk.files("05-31 10:00", phone="13900138000")
    assert "special_report" in second.acts
    assert "special_report" not in first.acts
    assert desk.policy.repeats.clause == "VK-4e"


@pytest.mark.parametrize(
    "other",
    [{"phone": "13900138001"}, {"category": "security", "topic": None}, {"spot": "地下车库"}],
)
def test_vk_4e_another_party_or_another_problem_is_no_second_complaint(desk, other):
    desk.files("03-02 10:00", phone="13900138000")
    assert "special_report" not in desk.files("03-03 10:00", **{"phone": "13900138000", **other}).acts


def test_vk_4e_after_90_days_a_complaint_is_a_first_one_again(desk):
    desk.files("03-02 10:00", phone="13900138000")
    assert "special_report" not in desk.files("05-31 10:01", phone="13900138000").acts


# Major


def test_vk_4h_what_is_unresolved_a_month_after_its_report_has_passed_a_threshold(desk):
    case = desk.files("03-02 12:00", by="limin", received="03-02 10:00")
    clock = case.clock("unresolved")
    assert (clock.due, clock.duty, clock.owner_sees) == ("04-02 10:00", "nobody", False)
    desk.sweep("04-02 10:00")
    assert case.clock("unresolved").runs
    desk.sweep("04-02 10:00:01")
    assert case.clock("unresolved").broke_at == "04-02 10:00"


def test_vk_4h_a_month_ends_with_the_month(desk):
    assert desk.files("01-31 10:00").clock("unresolved").due == "02-28 10:00"


def test_vk_4h_what_is_done_or_explained_within_the_month_is_resolved(desk):
    assert done(desk.files("03-02 10:00"), "04-02 10:00").clock("unresolved").is_kept
    assert desk.files("03-02 10:00").explain("04-02 10:00").clock("unresolved").is_kept
    told = desk.files("03-02 10:00").accept("03-02 11:00").contact("03-03 10:00")
    assert told.clock("unresolved").runs


def test_vk_4h_the_month_of_a_later_round_counts_from_the_first_report(desk):
    case = done(desk.files("03-02 10:00"), "03-10 10:00").inform("03-10 10:00")
    case.revisit("03-12 10:00", satisfied=False)
    clock = case.clock("unresolved")
    assert (clock.started, clock.due, clock.runs) == ("03-02 10:00", "04-02 10:00", True)


@pytest.mark.parametrize(
    ("known", "severity"),
    [
        ({"litigation": True}, "major"),
        ({"media": True}, "major"),
        ({"people": 10}, "major"),
        ({"people": 9}, "ordinary"),
        ({"loss": 100_000, "injury": True}, "ordinary"),
    ],
)
def test_vk_4h_litigation_the_media_and_ten_people_make_it_major_whosever_fault(desk, known, severity):
    case = desk.files("03-02 10:00").claim("03-02 10:01").find("03-02 11:00", fault="not_ours", **known)
    assert case.row.severity == severity
    if severity == "major":
        of = next(iter(known))
        case.find("03-02 12:00", fault="not_ours", **{of: 0 if of == "people" else False})
        assert case.row.severity == "ordinary"


def test_vk_4h_a_month_makes_it_major_at_its_very_end(desk):
    case = desk.files("03-02 10:00").accept("03-02 11:00").find("03-02 12:00", fault="not_ours")
    desk.sweep("04-02 10:00")
    assert case.row.severity == "ordinary"
    desk.sweep("04-02 10:00:01")
    assert case.row.severity == "major"
    assert case.acts[-1] == "grading"


def test_vk_4h_nothing_else_makes_a_case_major_by_itself(desk):
    assert [(c.clause, c.of, c.at_least, c.clock, c.needs_fault) for c in desk.policy.criteria] == [
        ("VK-4h", "litigation", 1, None, False),
        ("VK-4h", "media", 1, None, False),
        ("VK-4h", "unresolved", 1, "unresolved", False),
        ("VK-4h", "people", 10, None, False),
    ]


def test_vk_4g_what_is_major_is_not_carried_out_before_the_general_manager_has_approved_it(desk):
    case = reviewed(desk.files("03-02 09:00").claim("03-02 09:30"), "03-02 10:00").grade(
        "03-02 11:00", "major"
    )
    refusal = case.refused("03-02 12:00", "wangqiang", handling.complete, **RESULT)
    assert "总经理" in refusal
    assert refusal.endswith("VK-4g")
    assert case.approve("03-02 13:00").complete("03-02 14:00").row.state == "completed"


def test_vk_4g_the_general_manager_approves_what_is_major(desk):
    assert [(rule.clause, rule.does, rule.roles) for rule in desk.policy.major] == [
        ("VK-4g", "approval", ("general_manager",))
    ]


# Revisits


def test_vk_4k_is_for_every_complainant_and_without_a_limit_of_time(desk):
    case = done(desk.files("03-02 10:00"), "03-03 10:00").inform("03-03 10:00")
    desk.sweep("05-03 10:00")
    assert "不能结案" in case.refused("05-03 10:00", "chenjing", recording.close)
    case.revisit("05-04 10:00", reached=False).revisit("05-05 10:00", reached=False)
    assert "3" in case.refused("05-05 11:00", "chenjing", recording.close)
    case.revisit("05-06 10:00", reached=False).close("05-06 11:00", reason="三次电话均无人接听")
    assert desk.policy.revisit.clause == "VK-4k"


def test_vk_4k_what_the_revisit_finds_unsolved_goes_on_for_30_days(desk):
    assert (desk.policy.reopen.days, desk.policy.reopen.clause) == (30, "VK-4k")


# Emergencies


def test_vk_5_1_the_record_of_an_emergency_is_completed_5_working_days_after_reception(desk):
    case = without_paper(desk)
    clock = case.clock("record")
    assert (clock.started, clock.due) == ("03-05 10:00", "03-12 10:00")
    assert (clock.duty, clock.owner_sees) == ("first_responder", False)
    desk.sweep("03-12 10:00")
    assert case.clock("record").runs
    desk.sweep("03-12 10:00:01")
    assert case.clock("record").broke_at == "03-12 10:00"


def test_vk_5_1_is_met_by_the_record_and_not_by_the_work(desk):
    case = without_paper(desk).complete("03-05 12:00")
    assert case.clock("record").runs
    assert case.supplement("03-12 10:00").clock("record").is_kept


def test_vk_5_1_what_was_recorded_at_once_needs_no_second_record(desk):
    assert not desk.files("03-05 10:00", by="limin").has("record")


def test_vk_5_1_what_was_recorded_once_is_recorded_in_every_round(desk):
    case = without_paper(desk).supplement("03-05 11:00")
    case.inform("03-06 10:00").revisit("03-07 10:00", satisfied=False)
    assert len(case.clocks("record")) == 1


def test_vk_5_1_a_record_still_missing_is_owed_in_the_next_round_and_not_late_at_once(desk):
    case = without_paper(desk).inform("03-11 10:00").revisit("03-13 10:00", satisfied=False)
    clock = case.clock("record")
    assert (clock.started, clock.due, clock.runs) == ("03-13 10:00", "03-20 10:00", True)
    assert case.supplement("03-20 10:00").clock("record").is_kept


# The procedure itself


def test_vk_8_the_procedure_bears_its_number_and_version(desk):
    assert (desk.policy.number, desk.policy.edition) == ("WHVK/QP-15-02", "A/1")
