"""The deadline engine by story: what a policy and a timeline give. All instants are in Shanghai's time."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from shared.calendars.working_time import Calendar, YearMissing
from shared.deadlines.engine import due_times
from shared.deadlines.story import CaseFacts, Fact
from shared.policies.schema import parse
from shared.policies.versions import preset_text

SHANGHAI = ZoneInfo("Asia/Shanghai")
STANDARD = parse(preset_text("standard"), "standard")
DAILY = Calendar("Asia/Shanghai", dict.fromkeys(range(7), ((480, 1200),)), {}, frozenset({2026}))
NORMAL = {"kind": "complaint", "category": "facilities", "urgency": "normal", "channel": "portal"}
JUDGED = {"severity": "ordinary", "complexity": "ordinary", "validity": "valid"}


def at(text):
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI)


class Story:
    """A timeline under construction; `at` of each act is month, day and time."""

    def __init__(self, received="03-02 10:00", contactable=True, **filing):
        self.received_at, self.contactable, self.round = at(received), contactable, 1
        self.described = {**NORMAL, **filing}
        self.facts = []
        self.then("filing", received, **self.described)

    def then(self, act, when, by_person=True, **data):
        self.round += act == "reopening"
        self.facts.append(
            Fact(act, at(when), self.round, len(self.facts) + 1, data, 1 if by_person else None)
        )
        return self

    def triage(self, when, **changes):
        self.described = {**self.described, **JUDGED, **changes}
        return self.then("triage", when, **{k: v for k, v in self.described.items() if k != "channel"})

    def dues(self, policy=STANDARD, calendar=DAILY):
        case = CaseFacts(self.received_at, "complaint", "facilities", "portal", self.contactable, self.facts)
        return due_times(policy, case, calendar)

    def clocks(self, rule, **more):
        return [due for due in self.dues(**more) if due.rule == rule]

    def clock(self, rule, **more):
        (due,) = self.clocks(rule, **more)
        return due


def test_a_filing_starts_the_promises_of_standard():
    dues = Story().dues()
    assert [(due.rule, due.due_at) for due in dues] == [
        ("first_response", at("03-03 10:00")),
        ("relay", at("03-02 10:05")),
        ("feedback", at("03-02 22:00")),
        ("escalation", at("03-03 10:00")),
        ("completion", at("03-04 10:00")),
        ("whole", at("03-05 10:00")),
        ("keep_informed", at("03-05 10:00")),
        ("unresolved", at("04-02 10:00")),
    ]
    assert all(due.met_at is None and due.ended_at is None for due in dues)
    by_rule = {due.rule: due for due in dues}
    assert by_rule["completion"].near_at == at("03-03 22:00")
    assert by_rule["completion"].steps == ("03-02 周一 10:00 起 48 小时", "03-04 周三 10:00 到期")
    assert by_rule["relay"].steps == ("03-02 周一 10:00–10:05 5 分",)


def test_co_m2_first_response_needs_the_owner_to_be_reached():
    story = Story().then("contact", "03-02 11:00", method="telephone", reached=False)
    assert story.clock("first_response").met_at is None
    story.then("contact", "03-02 12:00", method="telephone", reached=True)
    assert story.clock("first_response").met_at == at("03-02 12:00")


def test_nobody_has_to_reach_an_anonymous_owner():
    story = Story(contactable=False).then("completion", "03-02 12:00", outcome="resolved")
    assert not story.clocks("first_response")
    assert not story.clocks("revisit")


def test_gz_8_ordinary_relay_waits_for_the_desk_to_open():
    assert Story("03-02 22:00").clock("relay").due_at == at("03-03 08:05")


def test_gz_9_urgent_is_relayed_within_3_minutes_at_night_too():
    story = Story("03-02 23:00", urgency="urgent")
    assert story.clock("relay_urgent").due_at == at("03-02 23:03")
    assert not story.clocks("relay")


@pytest.mark.parametrize("act", ["dispatch", "acceptance", "referral", "informing"])
def test_gz_8_relay_is_met_by_an_act_of_a_person(act):
    assert Story().then(act, "03-02 10:04").clock("relay").met_at == at("03-02 10:04")


def test_gz_8_the_machine_never_meets_a_duty():
    story = Story().then("dispatch", "03-02 10:00", by_person=False)
    assert story.clock("relay").met_at is None
    story.then("acceptance", "03-02 10:03")
    assert story.clock("relay").met_at == at("03-02 10:03")


def test_a_downgrade_supersedes_the_urgent_clock_and_the_ordinary_one_takes_over():
    story = Story(urgency="urgent").triage("03-02 10:02", urgency="normal")
    urgent = story.clock("relay_urgent")
    assert (urgent.ended_at, urgent.superseded_by) == (at("03-02 10:02"), "relay")
    assert not urgent.is_late
    assert story.clock("relay").due_at == at("03-02 10:05")


def test_a_downgrade_after_the_breach_keeps_the_result_and_makes_no_second_breach():
    story = Story(urgency="urgent").triage("03-02 10:20", urgency="normal")
    assert story.clock("relay_urgent").is_late
    relay = story.clock("relay")
    assert (relay.started_at, relay.due_at) == (at("03-02 10:20"), at("03-02 10:25"))


def test_a_downgrade_after_the_relay_changes_nothing():
    story = Story(urgency="urgent").then("dispatch", "03-02 10:10").triage("03-02 10:20", urgency="normal")
    urgent = story.clock("relay_urgent")
    assert urgent.met_at == at("03-02 10:10")
    assert urgent.is_late
    assert urgent.superseded_by is None
    assert not story.clocks("relay")


def test_an_upgrade_starts_the_urgent_clock_at_the_triage():
    story = Story("03-02 21:00").triage("03-02 21:30", urgency="urgent")
    assert story.clock("relay").superseded_by == "relay_urgent"
    urgent = story.clock("relay_urgent")
    assert (urgent.started_at, urgent.due_at) == (at("03-02 21:30"), at("03-02 21:33"))


def test_what_was_relayed_before_it_became_urgent_is_not_relayed_again():
    story = Story().then("dispatch", "03-02 10:03").triage("03-02 11:00", urgency="urgent")
    assert not story.clocks("relay_urgent")


def test_ms_3_a_complex_case_has_five_working_days_from_filing():
    story = Story("03-05 10:00").triage("03-05 11:00", complexity="complex")
    ordinary, complex_ = story.clock("completion"), story.clock("completion_complex")
    assert (ordinary.ended_at, ordinary.superseded_by) == (at("03-05 11:00"), "completion_complex")
    assert (complex_.started_at, complex_.due_at) == (at("03-05 10:00"), at("03-12 10:00"))
    assert complex_.superseded_by is None


def test_back_from_complex_to_ordinary_is_not_born_broken():
    story = Story().triage("03-02 11:00", complexity="complex").triage("03-05 10:00")
    first, second = story.clocks("completion")
    assert (first.started_at, first.superseded_by) == (at("03-02 10:00"), "completion_complex")
    assert (second.started_at, second.due_at) == (at("03-05 10:00"), at("03-07 10:00"))
    assert story.clock("completion_complex").superseded_by == "completion"


def test_back_in_good_time_goes_on_from_the_filing():
    story = Story().triage("03-02 11:00", complexity="complex").triage("03-02 12:00")
    completion = story.clock("completion")
    assert (completion.due_at, completion.ended_at) == (at("03-04 10:00"), None)
    assert completion.superseded_by is None


def test_completion_meets_its_clock_and_starts_report_and_revisit():
    story = Story().then("completion", "03-03 09:00", outcome="resolved")
    assert story.clock("completion").met_at == at("03-03 09:00")
    assert story.clock("report").due_at == at("03-03 21:00")
    assert story.clock("revisit").due_at == at("03-10 09:00")


def test_a_late_completion_is_met_and_late():
    completion = Story().then("completion", "03-04 10:01").clock("completion")
    assert completion.met_at
    assert completion.is_late
    assert not Story().then("completion", "03-04 10:00").clock("completion").is_late


def test_redo_undoes_the_completion_and_what_it_started():
    story = Story().then("completion", "03-03 09:00").then("redo", "03-03 10:00")
    assert story.clock("completion").met_at is None
    assert story.clock("report").ended_at == at("03-03 10:00")
    assert story.clock("revisit").ended_at == at("03-03 10:00")
    story.then("completion", "03-03 15:00").then("report", "03-03 16:00")
    assert story.clock("completion").met_at == at("03-03 15:00")
    assert [report.met_at for report in story.clocks("report")] == [None, at("03-03 16:00")]


def test_sent_back_after_the_limit_is_not_late_at_once():
    """MS-3, GZ-13: whoever completed in time has what was left, from the hour it is sent back."""
    story = Story().then("completion", "03-03 09:00").then("redo", "03-05 10:00")
    for rule, left in (("completion", "03-06 11:00"), ("escalation", "03-05 11:00")):
        clock = story.clock(rule)
        assert (clock.is_late, clock.paused_at, clock.due_at) == (False, None, at(left))
        assert clock.original_due_at < at("03-05 10:00")
    assert story.clock("completion").steps[-1] == (
        "办结后待复核 03-03 周二 09:00 至 03-05 周四 10:00 不计，03-06 周五 11:00 到期"
    )
    story.then("completion", "03-06 12:00")
    assert story.clock("completion").is_late


def test_sent_back_on_its_last_working_day_it_has_the_hour_that_was_left():
    """MS-3: a day that has not begun anew counts nothing, the hours of the desk do."""
    story = Story("03-05 10:00").triage("03-05 11:00", complexity="complex")
    story.then("completion", "03-12 09:00").then("redo", "03-12 11:00")
    clock = story.clock("completion_complex")
    assert (clock.is_late, clock.due_at) == (False, at("03-12 12:00"))
    assert clock.steps[-1].endswith("03-12 周四 12:00 到期")


def test_what_was_completed_too_late_stays_late_when_it_is_sent_back():
    story = Story().then("completion", "03-04 12:00").then("redo", "03-04 13:00")
    assert story.clock("completion").broke_at == at("03-04 10:00")


def test_a_matter_explained_as_invalid_needs_no_completion():
    story = Story().triage("03-02 10:02", validity="invalid").then("informing", "03-02 10:04")
    assert story.clock("relay").met_at == at("03-02 10:04")
    assert story.clock("completion").met_at == at("03-02 10:04")
    assert story.clock("first_response").met_at == at("03-02 10:04")
    assert not story.clocks("revisit")


def test_gz_17a_a_revisit_counts_when_the_owner_was_reached_or_the_case_closed():
    story = Story().then("completion", "03-03 09:00").then("informing", "03-03 10:00")
    story.then("revisit", "03-04 10:00", method="telephone", reached=False)
    assert story.clock("revisit").met_at is None
    assert story.clock("report").met_at == at("03-03 10:00")
    story.then("closure", "03-06 10:00", ground="unreachable")
    assert story.clock("revisit").met_at == at("03-06 10:00")


def test_withdrawal_ends_what_runs_and_leaves_what_was_done():
    story = (
        Story()
        .then("contact", "03-02 10:30", reached=True)
        .then("withdrawal", "03-02 11:00", by_person=False)
    )
    assert story.clock("completion").ended_at == at("03-02 11:00")
    assert story.clock("relay").is_late  # its five minutes had passed
    assert story.clock("first_response").ended_at is None


def test_closure_ends_what_still_runs():
    story = Story().then("completion", "03-02 12:00").then("closure", "03-02 13:00")
    assert story.clock("report").ended_at == at("03-02 13:00")
    assert story.clock("report").met_at is None


def test_a_later_round_starts_at_its_reopening_never_broken():
    story = Story(urgency="urgent").then("dispatch", "03-02 10:01").then("completion", "03-03 09:00")
    story.then("revisit", "03-20 10:00", reached=True, satisfied=False)
    story.then("reopening", "03-20 10:05", cause="revisit")
    first, second = story.clocks("completion")
    assert first.met_at == at("03-03 09:00")
    assert (second.round, second.started_at, second.due_at) == (2, at("03-20 10:05"), at("03-22 10:05"))
    assert story.clocks("relay_urgent")[1].due_at == at("03-20 10:08")
    assert story.clock("report").ended_at == at("03-20 10:05")
    story.then("completion", "03-21 10:00")
    assert [due.met_at for due in story.clocks("completion")] == [at("03-03 09:00"), at("03-21 10:00")]


def test_a_case_reopened_after_withdrawal_runs_again():
    story = Story().then("withdrawal", "03-02 10:02").then("reopening", "03-03 10:00")
    first, second = story.clocks("completion")
    assert first.ended_at == at("03-02 10:02")
    assert (second.started_at, second.ended_at) == (at("03-03 10:00"), None)


def test_vk_5_1_clocks_run_from_reception_not_from_the_entry():
    story = Story("03-02 10:00")
    story.facts[0] = Fact("filing", at("03-04 09:00"), 1, 1, NORMAL)
    assert story.clock("completion").due_at == at("03-04 10:00")


def test_order_is_that_of_the_record_even_when_the_clock_went_back():
    story = Story().then("completion", "03-03 09:00").then("report", "03-03 08:30")
    assert story.clock("report").met_at == at("03-03 08:30")


def test_referral_keeps_the_completion_clock_running():
    assert Story().then("referral", "03-02 10:04").clock("completion").ended_at is None


def test_facts_may_come_in_any_order():
    story = (
        Story()
        .then("dispatch", "03-02 10:03")
        .then("completion", "03-03 09:00")
        .then("report", "03-03 10:00")
    )
    before = story.dues()
    story.facts.reverse()
    assert story.dues() == before


def test_a_missing_year_is_an_error_only_where_a_day_of_it_is_needed():
    story = Story("12-31 19:58")
    with pytest.raises(YearMissing):
        story.dues()
    assert Story("12-30 10:00").clock("completion").due_at == at("12-30 10:00") + timedelta(hours=48)


def test_near_is_counted_as_the_limit_is():
    due = Story().triage("03-02 10:30", complexity="complex").clock("completion_complex")
    assert due.due_at == at("03-09 10:00")
    assert due.near_at == at("03-07 13:00")  # three quarters of 7 × 12 staffed hours


OWN = """
title = "规则"
number = "X"
interpreter = "X"
[revisit]
attempts = 1
[reopen]
days = 1
[[clock]]
rule = "progress"
clause = "GZ-12"
name = "进展"
start = "acceptance"
stop = ["progress", "completion"]
ends = ["withdrawal"]
working_hours = 2
near = 0.5
when = { kind = ["repair", "help"], round = "later" }
owner_sees = false
"""


def test_a_clock_started_by_an_act_runs_from_its_latest_occurrence():
    policy = parse(OWN.replace(', round = "later"', ""), "own")
    story = Story(kind="repair").then("acceptance", "03-02 11:00").then("acceptance", "03-02 12:00")
    first, second = story.clocks("progress", policy=policy)
    assert first.ended_at == at("03-02 12:00")
    assert (second.due_at, second.near_at) == (at("03-02 14:00"), at("03-02 13:00"))


def test_conditions_may_ask_for_kind_and_round():
    policy = parse(OWN, "own")
    story = Story(kind="repair").then("acceptance", "03-02 11:00")
    assert not story.clocks("progress", policy=policy)
    story.then("reopening", "03-03 11:00").then("acceptance", "03-03 12:00")
    assert len(story.clocks("progress", policy=policy)) == 1
    story.triage("03-03 12:30", kind="complaint")
    ended = story.clock("progress", policy=policy)
    assert (ended.ended_at, ended.superseded_by) == (at("03-03 12:30"), None)


def test_two_starts_at_one_instant_make_one_clock():
    story = (
        Story()
        .then("completion", "03-03 09:00")
        .then("redo", "03-03 09:00")
        .then("completion", "03-03 09:00")
    )
    assert story.clock("report").ended_at is None
