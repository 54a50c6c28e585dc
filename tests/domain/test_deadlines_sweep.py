"""The sweep tells once what came near and records once what was broken, however many run."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from shared import events
from shared.audit import timeline
from shared.cases import scope
from shared.cases.events import CaseTouched
from shared.cases.models import Case
from shared.database import db, transaction
from shared.deadlines import queries
from shared.deadlines.events import DeadlineBreached, DeadlineNear
from shared.deadlines.sweep import claim_breach, sweep
from tests.cast import MONDAY, file

HOUR = timedelta(hours=1)


@pytest.fixture
def news(monkeypatch):
    """The rules of all clocks that were told near or broken, as (kind, rule)."""
    seen = []
    for kind in (DeadlineNear, DeadlineBreached):
        monkeypatch.setitem(events._handlers, kind, [lambda e: seen.append((type(e), e.rule))])
    return seen


def test_a_breach_is_recorded_at_its_due_time_and_once(cast, news):
    case = file(cast)
    result = sweep(MONDAY + timedelta(minutes=6))
    assert (result.broken, result.near, result.cases) == (1, 0, 1)
    relay = next(d for d in queries.of_case(case.id) if d.rule == "relay")
    assert relay.breached_at == relay.due_at == MONDAY + timedelta(minutes=5)
    assert sweep(MONDAY + timedelta(minutes=7)).cases == 0
    assert news == [(DeadlineBreached, "relay")]


def test_the_due_instant_itself_is_in_time(cast, news):
    file(cast)
    assert sweep(MONDAY + timedelta(minutes=5)).broken == 0
    assert news == [(DeadlineNear, "relay")]


def test_what_comes_near_is_told_once_and_breaks_later(cast, news):
    file(cast)
    assert sweep(MONDAY + timedelta(minutes=4)).near == 1
    assert sweep(MONDAY + timedelta(minutes=4, seconds=30)).cases == 0
    assert sweep(MONDAY + timedelta(minutes=6)).broken == 1
    assert news == [(DeadlineNear, "relay"), (DeadlineBreached, "relay")]


def test_after_a_long_downtime_everything_is_recorded_at_its_due_time(cast, news):
    case = file(cast)
    broken = sweep(MONDAY + 1000 * HOUR).broken
    clocks = queries.of_case(case.id)
    assert broken == len(clocks) > 3
    assert all(d.breached_at == d.due_at for d in clocks)
    assert {kind for kind, _ in news} == {DeadlineBreached}
    assert db.session.get_one(Case, case.id).next_due_at == MONDAY + timedelta(minutes=5), (
        "broken ones come first"
    )


def test_the_case_is_derived_anew_before_anything_is_called_broken(cast, news):
    case = file(cast)
    with transaction():  # an act whose derivation was lost: the row is the truth
        locked = scope.lock_by_id(case.id)
        timeline.append(
            locked, "dispatch", at=MONDAY + timedelta(minutes=2), actor_id=1, public=False, data={}
        )
    assert sweep(MONDAY + timedelta(minutes=6)).broken == 0
    assert news == []


def test_a_duty_done_meanwhile_cannot_be_claimed_as_broken(cast):
    case = file(cast)
    with transaction():
        relay = next(d for d in queries.of_case(case.id) if d.rule == "relay")
        relay.met_at = MONDAY
        db.session.flush()
        assert not claim_breach(relay)


def test_one_case_that_fails_holds_up_no_other(cast, monkeypatch):
    first, second = file(cast), file(cast)

    def refuse(news):
        if news.case_id == first.id:
            raise RuntimeError("no")

    with monkeypatch.context() as patched:
        patched.setitem(events._handlers, DeadlineBreached, [refuse])
        result = sweep(MONDAY + timedelta(minutes=6))
    assert (result.broken, result.failed) == (1, 1)
    assert all(d.breached_at is None for d in queries.of_case(first.id))
    assert any(d.breached_at for d in queries.of_case(second.id))
    assert sweep(MONDAY + timedelta(minutes=7)).broken == 1


def test_ten_sweeps_at_once_record_each_breach_once(app, cast, news):
    ids = [file(cast).id for _ in range(8)]
    db.session.remove()

    def one(_):
        with app.app_context():
            return sweep(MONDAY + 30 * HOUR)

    with ThreadPoolExecutor(10) as pool:
        results = list(pool.map(one, range(10)))
    broken = [d.rule for case_id in ids for d in queries.of_case(case_id) if d.breached_at]
    assert sum(result.broken for result in results) == len(broken)
    assert sum(result.failed for result in results) == 0
    assert sorted(rule for kind, rule in news if kind is DeadlineBreached) == sorted(broken)
    assert {"first_response", "relay"} < set(broken)


def test_sweeps_and_acts_at_once_record_each_breach_once(app, cast, news):
    cases = [file(cast) for _ in range(4)]
    ids = [case.id for case in cases]
    db.session.remove()

    def work(number):
        with app.app_context():
            if number % 2:
                sweep(MONDAY + HOUR)
                return
            with transaction():
                case = scope.lock_by_id(ids[number // 2])
                timeline.append(case, "dispatch", at=MONDAY + HOUR, actor_id=1, public=False, data={})
                events.publish(CaseTouched(case.id))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert [rule for kind, rule in news if kind is DeadlineBreached] == ["relay"] * len(cases)
    for case_id in ids:
        relay = next(d for d in queries.of_case(case_id) if d.rule == "relay")
        assert relay.met_at == MONDAY + HOUR
        assert relay.breached_at == relay.due_at
