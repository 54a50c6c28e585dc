"""Stories of the composed default: who is told of a breach, what makes a matter major, and what that asks for."""

import pytest

from shared.cases import handling
from shared.cases.vocabulary import Outcome
from shared.ownership import planning

PRESET = "standard"

DONE = {"outcome": Outcome.RESOLVED, "result": "已更换"}
SAME = {"phone": "138 0013 8000", "unit": "3-2-1101"}


# MS-1, TR-9, VK-4k, AH-3.3a: sections of their own


def test_ms_1_the_department_is_filled_in_and_a_person_still_relays(desk):
    """GZ-8 waits for the dispatcher."""
    case = desk.files("03-02 10:00")
    assert case.row.lead_department_id == desk.cast.department("工程部").id
    assert case.acts[:2] == ["filing", "routing"]
    assert case.clock("relay").runs
    assert desk.policy.routing.clause in desk.cited


def test_vk_4k_after_three_calls_in_vain_an_owner_counts_as_unreachable(desk):
    case = desk.files("03-02 10:00").inform("03-02 12:00")
    case.revisit("03-03 12:00", reached=False).revisit("03-04 12:00", reached=False)
    assert "3 次" in case.refused("03-04 13:00", "chenjing", case.closing)
    case.revisit("03-05 12:00", reached=False).close("03-05 13:00")
    assert case.row.state == "closed"
    assert desk.policy.revisit.clause in desk.cited


def test_ah_3_3a_a_closed_case_is_taken_up_again_within_30_days(desk):
    case = desk.files("03-02 10:00").inform("03-02 12:00").revisit("03-02 13:00").close("03-02 14:00")
    late = {"cause": "reopening", "reason": "又坏了"}
    assert case.refused("04-01 14:01", "limin", case.opening, **late).endswith("AH-3.3a")
    assert case.reopen("04-01 14:00").row.round == 2


def test_tr_9_a_referral_outside_our_contracts_is_what_pauses(desk):
    assert (desk.policy.referral.clause, desk.policy.referral.pauses) == ("TR-9", True)


# GZ-13: the ladder


def test_gz_13_what_is_done_meanwhile_climbs_no_further(desk):
    case = desk.files("03-02 09:00").accept("03-02 09:01").progress("03-02 20:00", by="limin")
    desk.sweep("03-02 21:01:01")
    case.progress("03-02 23:00")
    assert desk.climb("03-03 02:00") == 0
    assert case.rungs == [(0, "handler", "03-02 21:01:01")]


def test_gz_13_the_breach_of_a_handler_goes_to_head_director_deputy_and_general_manager(desk):
    case = desk.files("03-02 09:00").accept("03-02 09:01").progress("03-02 20:00", by="limin")
    desk.sweep("03-02 21:01:01")
    assert case.rungs == [(0, "handler", "03-02 21:01:01")]
    assert desk.climb("03-03 01:01:00") == 0
    for when in ("03-03 01:01:01", "03-03 05:02", "03-03 09:03", "03-03 13:04", "03-03 17:05"):
        desk.climb(when)
    assert case.rungs[1:] == [
        (1, "department_head", "03-03 01:01:01"),
        (-1, "supervisor", "03-03 01:01:01"),
        (2, "director", "03-03 05:02"),
        (3, "deputy_manager", "03-03 09:03"),
        (4, "general_manager", "03-03 13:04"),
    ]
    assert desk.policy.ladder.clause in desk.cited


# VK-4e: who comes back with it


def test_vk_4e_the_second_complaint_goes_to_the_general_manager(desk):
    first = desk.files("03-02 10:00", **SAME)
    second = desk.files("05-31 10:00", **SAME)
    assert "special_report" not in first.acts
    assert "special_report" in second.acts
    assert second.told("special_report") == {"general_manager"}
    assert second.row.severity == "ordinary"
    assert desk.policy.repeats.clause in desk.cited


def test_vk_4e_after_90_days_it_is_another_matter(desk):
    desk.files("03-02 10:00", **SAME)
    assert "special_report" not in desk.files("05-31 10:01", **SAME).acts


def test_tr_3_the_third_complaint_makes_it_major(desk):
    desk.files("03-02 10:00", **SAME)
    assert desk.files("03-03 10:00", **SAME).row.severity == "ordinary"
    third = desk.files("03-04 10:00", **SAME)
    assert (third.row.severity, third.reasons) == ("major", [("TR-3", "reports")])
    third.claim("03-04 10:01").find("03-04 11:00", fault="not_ours")
    assert third.row.severity == "ordinary"


# TR-3 and VK-4h: what makes it major


def test_tr_3_three_owners_of_one_matter_make_it_major(desk):
    cases = [desk.files("03-02 10:00"), desk.files("03-02 10:01")]
    desk.together("03-02 11:00", *cases)
    assert cases[0].row.severity == "ordinary"
    others = [desk.files("03-02 12:00") for _n in range(3)]
    desk.together("03-02 13:00", *others)
    assert [case.row.severity for case in others] == ["major"] * 3
    assert ("TR-3", "owners") in others[0].reasons
    others[0].claim("03-02 14:00").find("03-02 14:00", fault="not_ours")
    assert others[0].row.severity == "ordinary"


def test_tr_3_anonymous_reports_are_reports_and_no_owners(desk):
    cases = [desk.files("03-02 10:00"), *(desk.files("03-02 10:01", anonymous=True) for _n in range(2))]
    desk.together("03-02 11:00", *cases)
    assert cases[0].reasons == [("TR-3", "reports")]


@pytest.mark.parametrize(
    ("known", "reason"),
    [
        ({"loss": 500}, ("TR-3", "loss")),
        ({"injury": True}, ("TR-3", "injury")),
        ({"people": 10}, ("VK-4h", "people")),
        ({"litigation": True}, ("VK-4h", "litigation")),
        ({"media": True}, ("VK-4h", "media")),
    ],
)
def test_tr_3_and_vk_4h_make_a_matter_major_at_once(desk, known, reason):
    case = desk.files("03-02 10:00").claim("03-02 10:01").find("03-02 11:00", **known)
    assert (case.row.severity, case.reasons) == ("major", [reason])


def test_tr_3_less_than_500_yuan_and_vk_4h_less_than_10_people_do_not(desk):
    case = desk.files("03-02 10:00").claim("03-02 10:01").find("03-02 11:00", loss=499, people=9)
    assert case.row.severity == "ordinary"


@pytest.mark.parametrize(
    ("known", "severity"),
    [
        ({"loss": 5000}, "ordinary"),
        ({"injury": True}, "ordinary"),
        ({"people": 10}, "major"),
        ({"litigation": True}, "major"),
        ({"media": True}, "major"),
    ],
)
def test_tr_3_needs_our_fault_and_vk_4h_does_not(desk, known, severity):
    case = desk.files("03-02 10:00").claim("03-02 10:01").find("03-02 11:00", fault="not_ours", **known)
    assert case.row.severity == severity


def test_tr_3_a_failure_that_is_not_restored_in_48_hours_makes_it_major(desk):
    case = desk.files("03-02 10:00").accept("03-02 10:01").find("03-02 11:00", facility_failure=True)
    clock = case.clock("facility_restored")
    assert (clock.due, clock.duty, clock.owner_sees) == ("03-04 10:00", "nobody", False)
    desk.sweep("03-04 10:00")
    assert case.row.severity == "ordinary"
    desk.sweep("03-04 10:00:01")
    assert (case.row.severity, case.reasons) == ("major", [("TR-3", "facility_failure")])


def test_tr_3_known_late_it_has_lasted_since_the_report(desk):
    case = desk.files("03-02 10:00").accept("03-02 10:01").find("03-05 10:00", facility_failure=True)
    assert (case.row.severity, case.clock("facility_restored").broke_at) == ("major", "03-04 10:00")


def test_tr_3_what_was_restored_or_is_none_of_ours_is_not_major_for_it(desk):
    done = desk.files("03-02 10:00").accept("03-02 10:01").find("03-02 11:00", facility_failure=True)
    assert done.complete("03-04 10:00").clock("facility_restored").is_kept
    theirs = desk.files("03-02 10:00").accept("03-02 10:01")
    theirs.find("03-02 11:00", facility_failure=True, fault="not_ours")
    told = desk.files("03-02 10:00").claim("03-02 10:01").find("03-02 11:00", facility_failure=True)
    told.explain("03-02 12:00")
    assert told.clock("facility_restored").ended_at == "03-02 12:00"
    desk.sweep("03-04 10:00:01")
    assert [case.row.severity for case in (done, theirs, told)] == ["ordinary"] * 3
    assert not desk.files("03-02 10:00").has("facility_restored")


def test_vk_4h_what_is_unresolved_after_a_month_is_major(desk):
    case = desk.files("03-02 10:00").claim("03-02 10:01").find("03-02 11:00", fault="not_ours")
    clock = case.clock("unresolved")
    assert (clock.due, clock.duty, clock.owner_sees) == ("04-02 10:00", "nobody", False)
    desk.sweep("04-02 10:00")
    assert case.row.severity == "ordinary"
    desk.sweep("04-02 10:00:01")
    assert (case.row.severity, case.reasons) == ("major", [("VK-4h", "unresolved")])


def test_vk_4h_what_was_done_or_explained_within_it_is_resolved(desk):
    assert desk.files("03-02 10:00").complete("04-02 10:00").clock("unresolved").is_kept
    assert desk.files("03-02 10:00").explain("04-02 10:00").clock("unresolved").is_kept


def test_vk_4h_a_further_round_does_not_begin_the_month_anew(desk):
    case = desk.files("03-02 10:00").inform("03-03 10:00").revisit("03-20 10:00", satisfied=False)
    assert case.clock("unresolved").due == "04-02 10:00"


# TR-7, VK-4g, AH-3.3c: what a major matter asks for


def test_tr_7_the_deputy_general_manager_is_told_at_once(desk):
    case = desk.files("03-02 10:00").claim("03-02 10:01").find("03-02 11:00", injury=True)
    assert "deputy_manager" in case.told("major")
    assert desk.files("03-02 10:00").told("major") == set()


def test_vk_4g_it_is_not_carried_out_before_the_general_manager_has_approved_the_plan(desk):
    case = desk.files("03-02 10:00").accept("03-02 10:01").grade("03-02 10:10", "major")
    case.plan("03-02 11:00", group=("gaofeng",))
    assert case.refused("03-02 12:00", "wangqiang", handling.complete, **DONE).endswith("VK-4g")
    assert case.approve("03-02 13:00").complete("03-02 14:00").row.state == "completed"


def test_ah_3_3c_it_has_a_task_group_and_a_special_plan(desk):
    case = desk.files("03-02 10:00").accept("03-02 10:01").plan("03-02 10:05")
    case.grade("03-02 10:10", "major")
    plain = {"text": "更换曳引机", "told": False}
    assert case.refused("03-02 11:00", "wangqiang", planning.plan, **plain).endswith("AH-3.3c")
    refusal = case.refused("03-02 12:00", "wangqiang", handling.complete, **DONE)
    assert "专项方案" in refusal


def test_ah_3_3c_senior_leaders_hear_what_the_owner_is_told(desk):
    case = desk.files("03-02 10:00").accept("03-02 10:01").grade("03-02 10:10", "major")
    case.progress("03-02 11:00", public=True)
    assert case.told("major_progress") == {"deputy_manager", "general_manager"}


def test_tr_7_vk_4g_and_ah_3_3c_ask_for_this_of_a_major_matter(desk):
    assert [(rule.clause, rule.does, rule.roles) for rule in desk.policy.major] == [
        ("TR-7", "tell", ("deputy_manager",)),
        ("VK-4g", "approval", ("general_manager",)),
        ("AH-3.3c", "task_group", ()),
        ("AH-3.3c", "special_plan", ()),
        ("AH-3.3c", "report_progress", ("deputy_manager", "general_manager")),
    ]
