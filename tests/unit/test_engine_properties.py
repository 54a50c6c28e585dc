"""No act ever makes a clock late at once, and what was found late stays so: for any life of a case, in all presets."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.deadlines.story import DESCRIBING, OF_THE_PARTY
from tests.unit.engine_lives import EVER, HOUR, key, lives

lasting = settings(max_examples=75, deadline=None)


@lasting
@given(lives(), st.randoms(use_true_random=False))
def test_the_same_facts_give_the_same_clocks_in_whatever_order_they_come(life, random):
    shuffled = random.sample(life.facts, len(life.facts))
    assert life.with_facts(shuffled).dues() == life.dues() == life.dues()


@lasting
@given(lives())
def test_no_act_breaks_a_clock_that_was_not_broken_just_before_it(life):
    """The classic fault: late at once when a case is reopened, objected to, sent back, referred or judged anew."""
    for acts in range(1, len(life.facts)):
        at = life.facts[acts].at
        before, then = life.breaches(at, acts), life.breaches(at, acts + 1)
        assert then.items() <= before.items(), life.facts[acts].act


@lasting
@given(lives())
def test_what_was_broken_stays_broken_since_the_same_hour_whatever_follows(life):
    """T38: neither an extension, nor sending back, nor judging anew takes a breach back."""
    end = life.breaches(EVER, thresholds=True)
    for acts in range(1, len(life.facts) + 1):
        was = life.breaches(life.facts[acts - 1].at, acts, thresholds=True)
        assert was.items() <= end.items(), life.facts[acts - 1].act


@lasting
@given(lives(), st.floats(0, 1))
def test_a_replay_finds_the_breaches_that_a_sweep_has_found(life, fraction):
    replayed = life.breaches(EVER)
    for acts in range(1, len(life.facts)):
        last, following = life.facts[acts - 1].at, life.facts[acts].at
        swept_at = last + fraction * (following - last)
        by_then = {clock: since for clock, since in replayed.items() if since < swept_at}
        assert life.breaches(swept_at, acts) == by_then


@lasting
@given(lives())
def test_what_was_done_stays_done_unless_it_is_sent_back(life):
    for acts in range(1, len(life.facts)):
        then = {key(due): due for due in life.dues(acts + 1)}
        for due in life.dues(acts):
            if due.met_at and life.facts[acts].act != "redo":
                assert then[key(due)].met_at == due.met_at
            if due.ended_at and life.facts[acts].act not in DESCRIBING:  # judged back in time, it goes on
                assert then[key(due)].ended_at == due.ended_at


@lasting
@given(lives())
def test_the_machine_meets_no_duty(life):
    unmanned = life.with_facts(replace(fact, actor=None) for fact in life.facts)
    for due in unmanned.dues():
        if due.met_at:
            acts = {pattern.act for pattern in unmanned.policy.clock(due.rule).stop}
            assert acts & OF_THE_PARTY


@lasting
@given(lives(), st.sets(st.integers(2, 15), max_size=5))
def test_a_clock_set_back_by_an_hour_changes_no_order_and_takes_no_breach_back(life, at_acts):
    """F22: the order is that of the record."""
    slow = life.with_facts(
        replace(fact, at=fact.at - HOUR) if fact.seq in at_acts else fact for fact in life.facts
    )
    end = slow.breaches(EVER)
    assert {(due.round, due.rule) for due in slow.dues()} == {(due.round, due.rule) for due in life.dues()}
    for acts in range(1, len(slow.facts) + 1):
        assert slow.breaches(slow.facts[acts - 1].at, acts).items() <= end.items()
