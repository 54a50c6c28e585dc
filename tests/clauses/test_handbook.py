"""Stories of the staff handbook: what is found at once, three days for the whole of it, three more for the revisit."""

import pytest

PRESET = "handbook"


# TR-6: the investigation


def test_tr_6_the_handler_investigates_at_once_on_notice(desk):
    case = desk.files("03-02 10:00").dispatch("03-02 11:00")
    clock = case.clock("investigation")
    assert (clock.due, clock.duty, clock.owner_sees) == ("03-02 15:00", "handler", False)
    case.progress("03-02 12:00")
    desk.sweep("03-02 15:00")
    assert case.clock("investigation").runs
    desk.sweep("03-02 15:00:01")
    assert case.clock("investigation").broke_at == "03-02 15:00"


@pytest.mark.parametrize("act", ["find", "complete", "explain"])
def test_tr_6_findings_a_result_or_an_explanation_meet_it(desk, act):
    case = desk.files("03-02 10:00").accept("03-02 11:00")
    assert getattr(case, act)("03-02 15:00").clock("investigation").is_kept


def test_tr_6_what_was_given_back_is_not_theirs_to_investigate(desk):
    case = desk.files("03-02 10:00").dispatch("03-02 11:00").notes("03-02 12:00", "wangqiang", "returning")
    assert case.clock("investigation").ended_at == "03-02 12:00"
    assert case.dispatch("03-02 20:00", to="zhaolei").clock("investigation").due == "03-03 00:00"
    assert case.broken == []


# TR-9 and TR-10: the whole of it


def test_tr_10_receiving_investigating_handling_and_feeding_back_take_3_days_at_most(desk):
    case = desk.files("03-02 10:00").complete("03-04 10:00")
    clock = case.clock("whole")
    assert (clock.due, clock.duty, clock.owner_sees) == ("03-05 10:00", "first_responder", True)
    desk.sweep("03-05 10:00")
    assert case.clock("whole").runs
    desk.sweep("03-05 10:00:01")
    assert case.clock("whole").broke_at == "03-05 10:00"
    assert desk.files("03-02 10:00").inform("03-05 10:00").clock("whole").is_kept


def test_tr_10_a_further_round_has_3_days_of_its_own(desk):
    """TR-3's 48 hours begin anew too."""
    case = desk.files("03-02 10:00").inform("03-03 10:00").find("03-03 11:00", facility_failure=True)
    case.revisit("03-20 10:00", satisfied=False)
    assert (case.clock("whole").due, case.clock("facility_restored").due) == ("03-23 10:00", "03-22 10:00")
    assert case.broken == []


def test_tr_9_what_is_passed_on_to_another_company_holds_the_clocks(desk):
    """The three days of TR-10 go on where they stood still."""
    case = desk.files("03-02 10:00").refer("03-03 10:00")
    assert case.clock("whole").paused_at == "03-03 10:00"
    assert case.recall("03-13 10:00").clock("whole").due == "03-15 10:00"
    assert desk.policy.referral.clause in desk.cited


# TR-11 to TR-14: the revisit


def returned(desk, severity="ordinary", validity="valid"):
    """A case whose record has come back to the service centre."""
    case = desk.files("03-02 10:00").judge("03-02 10:05", validity=validity)
    if severity == "major":
        case.grade("03-02 10:10", "major")
    return case.complete("03-02 12:00").report("03-02 13:00")


@pytest.mark.parametrize(
    ("severity", "rule", "duty"),
    [("ordinary", "revisit", "assistant"), ("major", "revisit_major", "specialist")],
)
def test_tr_11_a_valid_complaint_is_revisited_within_3_days_of_the_records_return(desk, severity, rule, duty):
    case = returned(desk, severity)
    clock = case.clock(rule)
    assert (clock.due, clock.duty, clock.owner_sees) == ("03-05 13:00", duty, True)
    desk.sweep("03-05 13:00")
    assert case.clock(rule).runs
    desk.sweep("03-05 13:00:01")
    assert case.clock(rule).broke_at == "03-05 13:00"


@pytest.mark.parametrize(("severity", "rule"), [("ordinary", "revisit"), ("major", "revisit_major")])
@pytest.mark.parametrize("method", ["telephone", "letter", "door"])
def test_tr_11_two_of_us_ask_by_telephone_by_letter_or_at_the_door(desk, severity, rule, method):
    """TR-12: at the door the complainant signs, elsewhere the form is marked."""
    case = returned(desk, severity).inform("03-02 14:00")
    case.visit("03-03 10:00", method=method, accompanied=False)
    case.visit("03-03 11:00", method=method, reached=False)
    case.visit("03-03 12:00", method="message")
    assert case.clock(rule).runs
    signed = method == "door"
    if signed:
        assert case.visit("03-03 13:00", documented=False).clock(rule).runs
    assert case.visit("03-05 13:00", method=method, documented=signed).clock(rule).is_kept


def test_tr_11_major_ones_are_not_revisited_twice_nor_ordinary_ones_by_the_head(desk):
    assert not returned(desk, "major").has("revisit")
    assert not returned(desk).has("revisit_major")


@pytest.mark.parametrize("validity", ["undecided", "invalid"])
def test_tr_11_whatever_was_judged_of_it_the_complainant_is_asked(desk, validity):
    assert returned(desk, validity=validity).has("revisit")


def test_tr_11_who_left_no_name_is_not_revisited(desk):
    case = desk.files("03-02 10:00", anonymous=True).judge("03-02 10:05", validity="valid")
    case.complete("03-02 12:00").report("03-02 13:00")
    assert not case.has("revisit")
    assert not case.grade("03-02 13:30", "major").has("revisit_major")


@pytest.mark.parametrize(("severity", "rule"), [("ordinary", "revisit"), ("major", "revisit_major")])
def test_tr_11_what_is_sent_back_or_closed_is_not_revisited(desk, severity, rule):
    assert returned(desk, severity).redo("03-02 14:00").clock(rule).ended_at == "03-02 14:00"
    case = returned(desk, severity).inform("03-02 14:00")
    for hour in ("15", "16", "17"):
        case.revisit(f"03-02 {hour}:00", reached=False)
    assert case.close("03-02 18:00").clock(rule).ended_at == "03-02 18:00"


def test_tr_13_every_valid_complaint_is_revisited_and_three_calls_are_tried(desk):
    case = returned(desk).inform("03-02 14:00")
    case.revisit("03-03 12:00", reached=False).revisit("03-04 12:00", reached=False)
    assert "3 次" in case.refused("03-04 13:00", "chenjing", case.closing)
    case.revisit("03-05 12:00", reached=False).close("03-05 13:00")
    assert case.row.state == "closed"
    assert desk.policy.revisit.clause in desk.cited


def test_tr_14_not_satisfied_is_a_new_record_sheet(desk):
    case = returned(desk).inform("03-02 14:00").revisit("03-03 10:00", satisfied=False)
    assert (case.row.round, case.row.state) == (2, "claimed")


def test_tr_14_a_closed_case_is_taken_up_again_within_30_days(desk):
    case = desk.files("03-02 10:00").inform("03-02 12:00").revisit("03-02 13:00").close("03-02 14:00")
    late = {"cause": "reopening", "reason": "又坏了"}
    assert case.refused("04-01 14:01", "limin", case.opening, **late).endswith("TR-14")
    assert case.reopen("04-01 14:00").row.round == 2


# TR-3 and TR-7: major


@pytest.mark.parametrize(
    ("known", "reason"), [({"loss": 500}, ("TR-3", "loss")), ({"injury": True}, ("TR-3", "injury"))]
)
def test_tr_3_our_fault_with_a_loss_or_an_injury_is_major(desk, known, reason):
    case = desk.files("03-02 10:00").claim("03-02 10:01").find("03-02 11:00", **known)
    assert (case.row.severity, case.reasons) == ("major", [reason])
    case.find("03-02 12:00", fault="not_ours", **known)
    assert case.row.severity == "ordinary"


def test_tr_3_less_than_500_yuan_are_not(desk):
    case = desk.files("03-02 10:00").claim("03-02 10:01").find("03-02 11:00", loss=499)
    assert case.row.severity == "ordinary"


def test_tr_3_three_owners_at_once_are_major_unless_it_is_not_our_fault(desk):
    two = [desk.files("03-02 10:00") for _n in range(2)]
    desk.together("03-02 11:00", *two)
    assert two[0].row.severity == "ordinary"
    three = [desk.files("03-02 12:00") for _n in range(3)]
    desk.together("03-02 13:00", *three)
    assert [case.row.severity for case in three] == ["major"] * 3
    assert ("TR-3", "owners") in three[0].reasons
    three[0].claim("03-02 14:00").find("03-02 14:00", fault="not_ours")
    assert three[0].row.severity == "ordinary"


def test_tr_3_the_third_complaint_about_the_same_matter_is_major(desk):
    same = {"phone": "138 0013 8000", "unit": "3-2-1101"}
    assert desk.files("03-02 10:00", **same).row.severity == "ordinary"
    assert desk.files("03-03 10:00", **same).row.severity == "ordinary"
    third = desk.files("03-04 10:00", **same)
    assert (third.row.severity, third.reasons) == ("major", [("TR-3", "reports")])
    third.claim("03-04 10:01").find("03-04 11:00", fault="not_ours")
    assert third.row.severity == "ordinary"


def test_tr_3_a_failure_that_is_not_restored_in_48_hours_is_major(desk):
    case = desk.files("03-02 10:00").accept("03-02 10:01").find("03-02 11:00", facility_failure=True)
    clock = case.clock("facility_restored")
    assert (clock.due, clock.duty, clock.owner_sees) == ("03-04 10:00", "nobody", False)
    desk.sweep("03-04 10:00")
    assert case.row.severity == "ordinary"
    desk.sweep("03-04 10:00:01")
    assert (case.row.severity, case.reasons) == ("major", [("TR-3", "facility_failure")])


def test_tr_3_what_was_restored_explained_or_taken_back_is_not_major_for_it(desk):
    cases = [
        desk.files("03-02 10:00").claim("03-02 10:01").find("03-02 11:00", facility_failure=True)
        for _n in range(4)
    ]
    assert cases[0].complete("03-04 10:00").clock("facility_restored").is_kept
    assert cases[1].explain("03-02 12:00").clock("facility_restored").ended_at == "03-02 12:00"
    assert cases[2].withdraw("03-02 12:00").clock("facility_restored").ended_at == "03-02 12:00"
    cases[3].find("03-02 12:00", facility_failure=True, fault="not_ours")
    desk.sweep("03-04 10:00:01")
    assert [case.row.severity for case in cases] == ["ordinary"] * 4
    assert not desk.files("03-02 10:00").has("facility_restored")


def test_tr_7_a_major_one_is_passed_to_the_deputy_general_manager_at_once(desk):
    case = desk.files("03-02 10:00").claim("03-02 10:01").find("03-02 11:00", injury=True)
    assert "deputy_manager" in case.told("major")
    assert desk.policy.major[0].clause in desk.cited
