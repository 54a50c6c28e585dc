"""What holds of every clock by itself, for any life of a case, in all presets."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from hypothesis import Phase, given, settings

from shared.calendars.working_time import is_open
from shared.cases.lifecycle import ENDED
from shared.deadlines.story import RESUMING
from tests.unit.engine_lives import EVER, FIRST_RESPONDER, PAUSING, PRESETS, key, lives

lasting = settings(max_examples=75, deadline=None)
JUST_BEFORE = timedelta(microseconds=1)


@lasting
@given(lives())
def test_a_clock_falls_due_after_its_start_and_is_done_or_ended_but_not_both(life):
    for due in life.dues():
        assert due.started_at <= due.near_at <= due.due_at
        assert due.started_at < due.original_due_at
        assert not (due.met_at and due.ended_at)
        assert due.broke_at is None or due.started_at < due.broke_at


@lasting
@given(lives())
def test_no_agreement_and_no_extension_touches_what_the_limit_alone_gives(life):
    plain = life.with_facts(
        replace(fact, data={}) if fact.act in ("agreement", "extension") else fact for fact in life.facts
    )
    originals = {key(due): due.original_due_at for due in plain.dues()}
    for due in life.dues():
        assert originals.get(key(due), due.original_due_at) == due.original_due_at


@lasting
@given(lives())
def test_every_clock_names_its_clause_and_its_last_step_ends_at_the_due_time(life):
    for due in life.dues():
        wall = life.calendar.local(due.due_at)
        assert due.clause
        assert f"{wall:%m-%d}" in due.steps[-1]
        assert f"{wall:%H:%M}" in due.steps[-1]


@lasting
@given(lives())
def test_what_is_counted_in_working_time_falls_due_in_working_time(life):
    for due in life.dues():
        limit = life.policy.clock(due.rule).limit.unit
        if due.moved_by is None and limit.startswith("working"):
            assert is_open(life.calendar, due.due_at) or is_open(life.calendar, due.due_at - JUST_BEFORE)
        if due.moved_by is None and limit == "working_days":
            assert life.calendar.counts(life.calendar.local(due.due_at - JUST_BEFORE).date())


@lasting
@given(lives())
def test_nothing_waits_in_a_case_that_is_over(life):
    """But for what no machine does: informing, say."""
    manned = life.with_facts(replace(fact, actor=fact.actor or FIRST_RESPONDER) for fact in life.facts)
    if life.states[-1] in ENDED:
        assert all(due.met_at or due.ended_at for due in manned.dues())


def absences(life):
    """From when until when the matter was with a body outside our contracts."""
    found, since = [], None
    for fact in life.facts:
        if fact.act == "referral" and fact.data["outside"]:
            since = fact.at
        elif since and fact.act in RESUMING:
            found.append((since, fact.at))
            since = None
    return [*found, (since, EVER)] if since else found


@lasting
@given(lives(PAUSING))
def test_nothing_breaks_while_the_matter_is_with_another_body(life):
    for since, until in absences(life):
        assert not [broken for broken in life.breaches(EVER).values() if since <= broken < until]


@lasting
@given(lives(PAUSING))
def test_what_stood_still_has_the_time_that_was_left(life):
    """Elapsed limits of duties are counted on by exactly the time that the matter was away in their round."""
    if any(fact.act == "redo" for fact in life.facts):
        return  # what lay completed stood still as well; the stories tell of that
    for due in life.dues():
        clock = life.policy.clock(due.rule)
        done = due.broke_at or due.met_at or due.ended_at or EVER
        is_plain = clock.is_duty and not clock.defer and not clock.limit.unit.startswith("working")
        if due.moved_by or not is_plain:
            continue
        away = [
            until - max(since, due.started_at)
            for since, until in absences(life)
            if due.started_at < until < done and since < done
        ]
        assert due.due_at - due.original_due_at == sum(away, timedelta())


def test_the_lives_are_eventful():
    """Guards the generator: under every preset clocks break, are met, fall away and run, and cases are reopened."""
    seen: Counter[str] = Counter()

    @settings(max_examples=800, deadline=None, derandomize=True, phases=[Phase.generate])
    @given(lives())
    def live(life):
        for due in life.dues():
            for state in (due.broke_at, due.met_at, due.ended_at, due.round > 1):
                seen[life.preset] += bool(state)
            seen["moved"] += due.moved_by is not None
            seen["held"] += due.paused_at is not None

    live()
    assert all(seen[preset] > 20 for preset in PRESETS), seen
    assert min(seen["moved"], seen["held"]) > 5, seen
