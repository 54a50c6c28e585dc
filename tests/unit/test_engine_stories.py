"""The engine by story: late acts, acts that are undone, and what lies elsewhere. Hypothesis thought of most of them."""

from shared.policies.schema import parse
from shared.policies.versions import preset_text
from tests.unit.test_engine import Story, at

AID = parse(preset_text("aid"), "aid")


def test_gz_13_an_extension_after_the_breach_takes_nothing_back():
    story = Story().then("progress", "03-03 09:00")
    assert story.clock("escalation").due_at == at("03-04 10:00")
    story.then("extension", "03-05 10:00", until="2026-03-20T10:00:00+08:00")
    assert story.clock("escalation").broke_at == at("03-04 10:00")
    assert story.clock("completion").broke_at == at("03-04 10:00")
    assert story.clock("completion").due_at == at("03-20 10:00")


def test_gz_13_what_was_reported_on_goes_by_the_limit_in_force_whatever_becomes_of_it():
    story = Story("03-02 10:00").then("progress", "03-03 09:00").triage("03-03 10:00", complexity="complex")
    escalation = story.clock("escalation")
    assert escalation.due_at == story.clock("completion_complex").due_at == at("03-09 10:00")
    assert escalation.steps[-1] == "03-03 周二 10:00 办结时限有变，随之至 03-09 周一 10:00"
    story.triage("03-03 11:00")
    assert story.clock("escalation").due_at == at("03-04 10:00")


def test_no_later_extension_makes_a_clock_count_from_before_the_change():
    """MS-3: back from complex after 48 hours it counts from the change, and an extension does not unsay that."""
    story = Story().triage("03-02 11:00", complexity="complex").triage("03-05 10:00")
    story.then("extension", "03-06 10:00", until="2026-03-20T10:00:00+08:00")
    first, second = story.clocks("completion")
    assert first.superseded_by == "completion_complex"
    assert (second.started_at, second.due_at) == (at("03-05 10:00"), at("03-20 10:00"))
    assert not second.is_late


def test_ah_4_1_a_silence_between_completion_and_redo_stays_broken():
    story = Story().then("dispatch", "03-02 10:03").then("completion", "03-03 09:00", outcome="resolved")
    before = story.clocks("stalled")[-1]
    story.then("redo", "03-06 09:00")
    silence = story.clocks("stalled")[-1]
    assert silence.started_at == before.started_at == at("03-03 09:00")
    assert silence.broke_at == before.due_at == at("03-05 09:00")
    assert silence.ended_at == at("03-06 09:00")


def test_tr_9_an_interval_that_begins_while_the_matter_is_away_is_held_too():
    story = Story().then("dispatch", "03-02 10:03").then("referral", "03-02 12:00", outside=True)
    story.then("contact", "03-03 09:00", method="telephone", reached=True)
    held = story.clocks("keep_informed")[-1]
    assert (held.started_at, held.paused_at) == (at("03-03 09:00"), at("03-03 09:00"))
    story.then("recall", "03-09 09:00")
    back = story.clocks("keep_informed")[-1]
    assert (back.paused_at, back.due_at, back.is_late) == (None, at("03-12 09:00"), False)


def test_tr_9_what_is_judged_anew_while_the_matter_is_away_is_held_from_then():
    story = Story().triage("03-02 11:00", complexity="complex").then("dispatch", "03-02 11:03")
    story.then("referral", "03-05 10:00", outside=True).triage("03-06 10:00")
    completion = story.clocks("completion")[-1]
    assert (completion.started_at, completion.paused_at) == (at("03-06 10:00"), at("03-06 10:00"))
    story.then("recall", "03-16 10:00")
    assert story.clocks("completion")[-1].due_at == at("03-18 10:00")


def test_what_is_judged_anew_while_it_lies_completed_waits_until_it_is_sent_back():
    story = Story().then("dispatch", "03-02 10:03").then("completion", "03-20 09:00", outcome="resolved")
    story.triage("03-23 10:00", complexity="complex").then("redo", "04-20 10:00")
    assert story.clock("completion").broke_at == at("03-04 10:00")
    again = story.clock("completion_complex")
    assert (again.started_at, again.is_late, again.due_at) == (at("03-23 10:00"), False, at("04-27 10:00"))


def test_hours_that_are_left_of_a_working_day_end_on_a_working_day():
    """AH-3.2: the desk is staffed on Saturdays, but they are no working days."""
    story = Story("03-06 20:00").then("dispatch", "03-06 20:00").then("completion", "03-13 17:00")
    story.then("redo", "03-14 14:00")
    clock = story.clock("completion", policy=AID)
    assert clock.due_at == at("03-16 20:00")
    assert clock.steps[-1].endswith("03-16 周一 20:00 到期")


def test_vk_4i_a_department_receives_a_matter_once_whoever_in_it_is_given_it_next():
    """Else a colleague every 70 hours would put the answer off for ever."""
    vanke = parse(preset_text("vanke"), "vanke")
    story = Story().then("dispatch", "03-02 11:00", department=3, handler=7)
    story.then("dispatch", "03-05 09:00", department=3, handler=8)
    answer = story.clock("answer", policy=vanke)
    assert (answer.started_at, answer.due_at) == (at("03-02 11:00"), at("03-05 11:00"))
    story.then("dispatch", "03-05 10:00", department=4, handler=9)
    first, second = story.clocks("answer", policy=vanke)
    assert first.ended_at == at("03-05 10:00")
    assert second.started_at == at("03-05 10:00")


def test_ah_4_1_what_was_given_back_and_comes_again_is_received_anew():
    story = Story().then("dispatch", "03-02 11:00", department=3).then("returning", "03-02 12:00")
    story.then("dispatch", "03-03 09:00", department=3)
    assert [due.started_at for due in story.clocks("stalled")] == [at("03-02 11:00"), at("03-03 09:00")]
